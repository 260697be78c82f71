"""What makers say of phones: each named lie is refused for its own reason (clause 26.2). Makers and roots are ours."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from nesie.foundation.access.adapters.trust import FileTrust
from nesie.foundation.access.rules.attestation import (
    AttestationFault,
    AttestationWrong,
    Attested,
    Level,
    Platform,
    Trust,
    judge_android,
    judge_apple,
)
from tests.phones import ANDROID_EXTENSION, PACKAGE, SIGNER, Maker, Phone, Said, trust

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
MAKER, PHONE, CHALLENGE = Maker(), Phone(), b"c" * 32
TRUST = trust(MAKER)


def android(chain: tuple[bytes, ...], trusted: Trust = TRUST, phone: Phone = PHONE) -> Attested:
    return judge_android(chain, thumbprint=phone.thumbprint, challenge=CHALLENGE, trust=trusted, now=NOW)


def apple(statement: bytes, trusted: Trust = TRUST, thumbprint: str = PHONE.thumbprint) -> Attested:
    return judge_apple(statement, thumbprint=thumbprint, challenge=CHALLENGE, trust=trusted, now=NOW)


def fault(call: Any, *args: Any, **kwargs: Any) -> AttestationFault:
    with pytest.raises(AttestationWrong) as wrong:
        call(*args, **kwargs)
    return wrong.value.fault


@pytest.mark.clause("26.2")
def test_a_key_in_the_hardware_of_a_sound_phone_counts() -> None:
    assert android(MAKER.android(PHONE, Said(CHALLENGE))) == Attested(Platform.ANDROID, Level.TEE, date(2026, 10, 1))
    assert android(MAKER.android(PHONE, Said(CHALLENGE, level=2))).level is Level.STRONGBOX
    assert android(MAKER.android(PHONE, Said(CHALLENGE))[:2]), "the root itself need not be sent"
    assert apple(MAKER.apple(PHONE.thumbprint, CHALLENGE)) == Attested(Platform.IOS, Level.SECURE_ENCLAVE)


@pytest.mark.clause("26.2")
@pytest.mark.parametrize(
    ("lie", "said"),
    [
        ({"challenge": b"d" * 32}, AttestationFault.CHALLENGE),
        ({"level": 0}, AttestationFault.LEVEL),
        ({"locked": False}, AttestationFault.BOOT),
        ({"boot": 1}, AttestationFault.BOOT),
        ({"boot": 2}, AttestationFault.BOOT),
        ({"package": "kz.nesie.app.fake"}, AttestationFault.APPLICATION),
        ({"signers": (b"x" * 32,)}, AttestationFault.APPLICATION),
        ({"signers": (SIGNER, b"x" * 32)}, AttestationFault.APPLICATION),
        ({"signers": ()}, AttestationFault.APPLICATION),
        ({"purposes": (2, 1)}, AttestationFault.KEY_PURPOSE),
        ({"purposes": ()}, AttestationFault.KEY_PURPOSE),
        ({"origin": 2}, AttestationFault.KEY_PURPOSE),
    ],
)
def test_an_android_phone_that_is_not_sound_is_refused(lie: dict[str, Any], said: AttestationFault) -> None:
    assert fault(android, MAKER.android(PHONE, Said(**({"challenge": CHALLENGE} | lie)))) is said


@pytest.mark.clause("26.2")
def test_old_patches_are_refused_when_the_lender_says_so() -> None:
    strict = trust(MAKER, patched_since=date(2026, 6, 1))
    assert android(MAKER.android(PHONE, Said(CHALLENGE, patch=202606)), strict)
    for patch in (202605, 202613, 0, None):
        assert fault(android, MAKER.android(PHONE, Said(CHALLENGE, patch=patch)), strict) is AttestationFault.PATCH


@pytest.mark.clause("26.2")
def test_the_chain_is_walked_to_a_root_that_is_trusted() -> None:
    leaf, batch, root = MAKER.android(PHONE, Said(CHALLENGE))
    other = Maker("Maker")  # the same names over other keys
    assert fault(android, other.android(PHONE, Said(CHALLENGE))) is AttestationFault.ROOT
    assert fault(android, (leaf, other.batch.public_bytes(Encoding.DER), root)) is AttestationFault.CHAIN
    assert fault(android, (leaf, root)) is AttestationFault.CHAIN
    assert fault(android, (leaf,)) is AttestationFault.ROOT
    assert fault(android, (leaf, batch, root), Trust(package=PACKAGE)) is AttestationFault.ROOT
    assert fault(android, (leaf, batch, root), phone=Phone()) is AttestationFault.OTHER_KEY
    assert fault(android, ()) is AttestationFault.MALFORMED
    assert fault(android, (b"not a certificate",)) is AttestationFault.MALFORMED
    assert fault(android, (leaf, *[batch] * 9)) is AttestationFault.MALFORMED
    old = MAKER.android(PHONE, Said(CHALLENGE), until=datetime(2026, 1, 1, tzinfo=UTC))
    assert fault(android, old) is AttestationFault.TERM
    serial = f"{x509.load_der_x509_certificate(batch).serial_number:x}"
    assert fault(android, (leaf, batch, root), trust(MAKER, revoked=frozenset({serial}))) is AttestationFault.REVOKED


@pytest.mark.clause("26.2")
def test_an_attested_key_cannot_vouch_for_another() -> None:
    """A rooted phone has a good key of its own: what that key signs must count for nothing."""
    good = Phone()
    chain = MAKER.android(good, Said(CHALLENGE))
    issuer = x509.load_der_x509_certificate(chain[0])
    forged = MAKER.issue(
        "forged", PHONE.key.public_key(), said=(ANDROID_EXTENSION, Said(CHALLENGE).der()), by=(issuer.subject, good.key)
    ).public_bytes(Encoding.DER)
    assert fault(android, (forged, *chain)) is AttestationFault.CHAIN
    wide = MAKER.issue("key", good.key.public_key(), authority=True, said=(ANDROID_EXTENSION, Said(CHALLENGE).der()))
    chain = (forged, wide.public_bytes(Encoding.DER), *chain[1:])
    assert fault(android, chain) is AttestationFault.EXTENSION, "even if the maker had let it issue"
    bare = MAKER.issue("key", PHONE.key.public_key()).public_bytes(Encoding.DER)
    assert fault(android, (bare, *chain[2:])) is AttestationFault.EXTENSION


@pytest.mark.clause("26.2")
def test_an_iphone_vouches_for_our_application_this_challenge_and_this_key() -> None:
    made = MAKER.apple(PHONE.thumbprint, CHALLENGE)
    assert fault(apple, made, thumbprint=Phone().thumbprint) is AttestationFault.CHALLENGE
    assert fault(apple, MAKER.apple(PHONE.thumbprint, b"d" * 32)) is AttestationFault.CHALLENGE
    assert fault(apple, MAKER.apple(PHONE.thumbprint, CHALLENGE, app="AB12CD34EF.kz.fake")) is (
        AttestationFault.APPLICATION
    )
    assert fault(apple, MAKER.apple(PHONE.thumbprint, CHALLENGE, counter=1)) is AttestationFault.COUNTER
    development = MAKER.apple(PHONE.thumbprint, CHALLENGE, environment=b"appattestdevelop")
    assert fault(apple, development) is AttestationFault.ENVIRONMENT
    assert apple(development, trust(MAKER, apple_development=True))
    assert fault(apple, MAKER.apple(PHONE.thumbprint, CHALLENGE, name=b"n" * 32)) is AttestationFault.OTHER_KEY
    assert fault(apple, Maker().apple(PHONE.thumbprint, CHALLENGE)) is AttestationFault.ROOT
    assert fault(apple, made, trust(MAKER, apple_app="")) is AttestationFault.APPLICATION


_CHAIN, _OBJECT = MAKER.android(PHONE, Said(CHALLENGE)), MAKER.apple(PHONE.thumbprint, CHALLENGE)


@given(st.integers(0, 100_000), st.integers(1, 255), st.integers(0, 2))
def test_no_changed_byte_of_a_chain_breaks_the_verifier_and_none_of_the_leaf_counts(
    place: int, bits: int, number: int
) -> None:
    changed = bytearray(_CHAIN[number])
    changed[place % len(changed)] ^= bits
    chain = tuple(bytes(changed) if at == number else one for at, one in enumerate(_CHAIN))
    if number == 2:  # the root is known by its key; its own certificate may be any over that key
        with suppress(AttestationWrong):
            android(chain)
    else:
        assert fault(android, chain) in set(AttestationFault)


@given(st.integers(0, 100_000), st.integers(1, 255))
def test_no_changed_byte_of_apples_object_breaks_the_verifier(place: int, bits: int) -> None:
    changed = bytearray(_OBJECT)
    changed[place % len(changed)] ^= bits
    with suppress(AttestationWrong):  # the receipt, say, may be anything: but no other exception
        apple(bytes(changed))


@given(st.binary(max_size=200))
def test_no_bytes_at_all_break_the_verifiers(noise: bytes) -> None:
    assert fault(apple, noise) in set(AttestationFault)
    assert fault(android, (noise, noise)) is AttestationFault.MALFORMED


@given(st.binary(max_size=120))
def test_no_statement_of_any_bytes_breaks_the_verifier(noise: bytes) -> None:
    leaf = MAKER.issue("key", PHONE.key.public_key(), said=(ANDROID_EXTENSION, noise)).public_bytes(Encoding.DER)
    assert fault(android, (leaf, *_CHAIN[1:])) in set(AttestationFault)


def test_trust_is_read_from_the_lenders_folder(tmp_path) -> None:
    assert FileTrust(tmp_path / "absent").trust() == Trust()
    (tmp_path / "android").mkdir()
    (tmp_path / "android" / "root.pem").write_bytes(MAKER.root.public_bytes(Encoding.PEM))
    (tmp_path / "application.toml").write_text(
        f'package = "{PACKAGE}"\nsigners = ["{SIGNER.hex()}"]\npatched_since = 2026-01-01\n'
    )
    (tmp_path / "revoked.json").write_text('{"entries": {"0C05": {"status": "REVOKED"}}}')
    read = FileTrust(tmp_path).trust()
    assert android(MAKER.android(PHONE, Said(CHALLENGE)), read)
    assert read.revoked == {"c05"}
    assert read.patched_since == date(2026, 1, 1)
    assert read.apple_roots == ()
