"""Signatures by the state standard: accepted as issued today, attacked in its own ways, read from archives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from nesie.foundation.identification.rules import eds
from nesie.foundation.identification.rules.eds import Evidence, Expected, Failure, Holder, Limits, Reading, Use
from nesie.foundation.identification.rules.eds.stamps import check_stamp
from nesie.foundation.identification.rules.eds.verdict import Failed
from nesie.kernel import gost
from nesie.simulators.people import ORGANISATION, by_key
from nesie.simulators.pki import answers, signing
from nesie.simulators.pki.answers import Entry, Standing
from nesie.simulators.pki.authority import (
    AUTHENTICATION,
    EMPLOYEE_SIGNING,
    HEAD_AUTHENTICATION,
    HEAD_SIGNING,
    SIGNATORY_SIGNING,
    SIGNING,
    Pair,
    Profile,
)
from nesie.simulators.pki.der import NULL, element, oid, sequence
from nesie.simulators.pki.keys import Algorithm, GostKey, new_gost_key
from tests.given_identification import TestAuthority, holder_of

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
TEXT = "Микрокредит шарты".encode()
WHO = holder_of(by_key("aigerim"))
ACTING = replace(WHO, organisation=ORGANISATION.name, bin=ORGANISATION.bin)
WORLD = TestAuthority(NOW, Algorithm.GOST)
LEAF = WORLD.leaf(WHO)
NONCE = b"01234567"
DAY = timedelta(days=1)
STREEBOG_256 = sequence(oid("1.2.398.3.10.1.3.2"), NULL)


def der(pair: Pair) -> bytes:
    return pair.certificate.public_bytes(Encoding.DER)


def judge(
    cms: bytes,
    pair: Pair = LEAF,
    *,
    world: TestAuthority = WORLD,
    expected: Expected = Expected(iin=WHO.iin),  # noqa: B008 - frozen
    **limits: Any,
) -> eds.Verdict:
    told = Evidence(world.ocsp(der(pair), der(world.authority.pair), NONCE), NONCE)
    return eds.verify(
        cms, TEXT, at=NOW, anchors=[world.anchor], expected=expected, evidence=told, limits=Limits(**limits)
    )


@dataclass(frozen=True)
class OtherKey(GostKey):
    """A state standard's key of another length or age, or written otherwise than it should be."""

    curve: gost.Curve = gost.TC26_512_A
    names: tuple[str, str, str] = ("1.2.398.3.10.1.1.2.2", "1.2.398.3.10.1.1.2.2.1", "1.2.398.3.10.1.3.3")
    signature: str = "1.2.398.3.10.1.1.2.3.2"
    hash: Callable[[bytes], bytes] = gost.streebog512
    spoil: Callable[[bytes], bytes] = bytes

    @property
    def info(self) -> bytes:  # type: ignore[override]  # a property instead of a cached one
        key, curve, digest = self.names
        point = gost.curves.packed(self.curve, gost.curves.multiple(self.curve, self.private))
        named = sequence(oid(key), sequence(oid(curve), oid(digest)))
        return sequence(named, element(0x03, b"\x00" + element(0x04, self.spoil(point))))

    @property
    def signature_algorithm(self) -> bytes:  # type: ignore[override]  # of its own
        return sequence(oid(self.signature), NULL)

    @property
    def digest_algorithm(self) -> bytes:  # type: ignore[override]  # of its own
        return sequence(oid(self.names[2]), NULL)

    def digest(self, data: bytes) -> bytes:
        return self.hash(data)

    def sign(self, data: bytes) -> bytes:
        return gost.curves.sign(self.curve, self.private, self.hash(data))


def short_key() -> OtherKey:
    """GOST 34.10-2015 of 256 bits, which no certificate was ever seen to bear."""
    names = ("1.2.398.3.10.1.1.2.1", "1.2.398.3.10.1.1.2.1.1", "1.2.398.3.10.1.3.2")
    return OtherKey(
        gost.curves.new_private(gost.TC26_256_A), gost.TC26_256_A, names, "1.2.398.3.10.1.1.2.3.1", gost.streebog256
    )


def old_key() -> OtherKey:
    """GOST 34.310-2004."""
    names = ("1.2.398.3.10.1.1.1.1", "1.2.398.3.10.1.1.1.1.1", "1.2.398.3.10.1.3.1")
    return OtherKey(
        gost.curves.new_private(gost.CRYPTOPRO_A), gost.CRYPTOPRO_A, names, "1.2.398.3.10.1.1.1.2", gost.gost94
    )


def issued(key: OtherKey | None = None, profile: Profile = SIGNING, world: TestAuthority = WORLD) -> Pair:
    told: dict[str, Any] = {"valid_from": NOW - DAY, "valid_until": NOW + DAY, "profile": profile}
    pair = world.authority.issue(WHO if profile is SIGNING else ACTING, key=key, **told)
    world.standings[pair.certificate.serial_number] = Entry(Standing.GOOD, NOW - DAY)
    return pair


def signed(change: Callable[[signing.Signer], None], pair: Pair = LEAF, *, again: bool = False) -> bytes:
    """A signature whose signer information was changed, and signed again if told so."""
    info = signing.signer_of(TEXT, pair, NOW)
    change(info)
    if again:
        info.sign(pair)
    info.stamp(WORLD.token(info.signature))
    return signing.signed_data([info], [signing.certificate_of(pair)], None)


def value(make: Callable[[bytes], bytes]) -> Callable[[signing.Signer], None]:
    def change(info: signing.Signer) -> None:
        info.signature = make(info.signature)

    return change


def named(**fields: bytes) -> Callable[[signing.Signer], None]:
    def change(info: signing.Signer) -> None:
        for name, told in fields.items():
            setattr(info, name, told)

    return change


Q = gost.TC26_512_A.q.to_bytes(64, "little")
SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"), NULL)
RSA = sequence(oid("1.2.840.113549.1.1.11"), NULL)
RUSSIAN = sequence(oid("1.2.643.7.1.1.3.3"), NULL)  # the same arithmetic under Russia's name: not accredited here

SIGNATURES: dict[str, tuple[Callable[[], bytes], Failure]] = {
    "written in Russia's order": (lambda: signed(value(lambda made: made[::-1])), Failure.SIGNATURE_INVALID),
    "halves exchanged": (lambda: signed(value(lambda made: made[64:] + made[:64])), Failure.SIGNATURE_INVALID),
    "each half big-endian": (
        lambda: signed(value(lambda made: made[63::-1] + made[:63:-1])), Failure.SIGNATURE_INVALID),
    "nothing for r": (lambda: signed(value(lambda made: bytes(64) + made[64:])), Failure.SIGNATURE_INVALID),
    "nothing for s": (lambda: signed(value(lambda made: made[:64] + bytes(64))), Failure.SIGNATURE_INVALID),
    "the order for r": (lambda: signed(value(lambda made: Q + made[64:])), Failure.SIGNATURE_INVALID),
    "the order for s": (lambda: signed(value(lambda made: made[:64] + Q)), Failure.SIGNATURE_INVALID),
    "all ones": (lambda: signed(value(lambda made: b"\xff" * 128)), Failure.SIGNATURE_INVALID),
    "a byte too few": (lambda: signed(value(lambda made: made[:-1])), Failure.SIGNATURE_INVALID),
    "a byte too many": (lambda: signed(value(lambda made: made + b"\x00")), Failure.SIGNATURE_INVALID),
    "empty": (lambda: signed(value(lambda made: b"")), Failure.SIGNATURE_INVALID),
    "half as long a digest": (lambda: signed(named(digest=STREEBOG_256), again=True), Failure.ALGORITHM),
    "digest of another family": (lambda: signed(named(digest=SHA256), again=True), Failure.ALGORITHM),
    "signature of another family": (lambda: signed(named(algorithm=RSA), again=True), Failure.ALGORITHM),
    "Russia's name of it": (lambda: signed(named(algorithm=RUSSIAN), again=True), Failure.ALGORITHM),
    "another's key": (
        lambda: WORLD.sign(TEXT, Pair(LEAF.certificate, new_gost_key())), Failure.SIGNATURE_INVALID),
}  # fmt: skip


def parameters(*names: str) -> OtherKey:
    return OtherKey(new_gost_key().private, names=(names[0], names[1], names[2]))


KEYS: dict[str, tuple[Callable[[], OtherKey], Failure]] = {
    "of 256 bits": (short_key, Failure.ALGORITHM),
    "of the old standard": (old_key, Failure.ALGORITHM),
    "on a curve of another name": (
        lambda: parameters("1.2.398.3.10.1.1.2.2", "1.2.398.3.10.1.1.2.2.2", "1.2.398.3.10.1.3.3"), Failure.ALGORITHM),
    "off the curve": (
        lambda: OtherKey(new_gost_key().private, spoil=lambda point: point[:-1] + bytes([point[-1] ^ 1])),
        Failure.ALGORITHM),
    "at nothing": (lambda: OtherKey(new_gost_key().private, spoil=lambda point: bytes(128)), Failure.ALGORITHM),
    "cut": (lambda: OtherKey(new_gost_key().private, spoil=lambda point: point[:-1]), Failure.ALGORITHM),
    "compressed": (lambda: OtherKey(new_gost_key().private, spoil=lambda point: b"\x02" + point[:64]),
                   Failure.ALGORITHM),
}  # fmt: skip


class TestToday:
    @pytest.mark.clause("6-eds")
    @pytest.mark.parametrize("attached", [True, False])
    def test_a_signature_by_the_state_standard_counts(self, *, attached: bool) -> None:
        found = judge(WORLD.sign(TEXT, LEAF, attached=attached))
        assert (found.ok, found.failed_check, found.stamped_at) == (True, None, NOW)
        assert found.algorithm == "GOST 34.10-2015 (512)"
        assert len(found.chain) == len(found.stamp_chain) == 2

    @pytest.mark.clause("6-eds")
    @pytest.mark.parametrize("name", SIGNATURES)
    def test_each_attack_on_the_signature_is_refused_for_its_own_reason(self, name: str) -> None:
        attack, failure = SIGNATURES[name]
        found = judge(attack())
        assert (found.ok, found.failed_check) == (False, failure)

    @pytest.mark.parametrize("name", KEYS)
    def test_each_key_unfit_is_refused_for_its_own_reason(self, name: str) -> None:
        make, failure = KEYS[name]
        pair = issued(make())
        found = judge(WORLD.sign(TEXT, pair), pair)
        assert (found.ok, found.failed_check) == (False, failure)

    def test_the_state_standards_responder_and_stamps_are_judged_by_it_too(self) -> None:
        answer = WORLD.ocsp(der(LEAF), der(WORLD.authority.pair), NONCE)
        assert answer is not None
        forged = answer.replace(answer[-300:-290], bytes(10))
        told = Evidence(forged, NONCE)
        found = eds.verify(
            WORLD.sign(TEXT, LEAF), TEXT, at=NOW, anchors=[WORLD.anchor], expected=Expected(iin=WHO.iin), evidence=told
        )
        assert not found.ok
        stranger = TestAuthority(NOW, Algorithm.GOST)
        stranger.authority = type(WORLD.authority).make("БАСҚА", valid_from=NOW - DAY, algorithm=Algorithm.GOST)
        stamper = stranger.authority.issue_service(
            "TSA", ExtendedKeyUsageOID.TIME_STAMPING, valid_from=NOW - DAY, valid_until=NOW + DAY
        )
        info = signing.signer_of(TEXT, LEAF, NOW)
        info.stamp(answers.stamp_token(gost.streebog512(info.signature), stamper=stamper, now=NOW, algorithm=STREEBOG))
        made = signing.signed_data([info], [signing.certificate_of(LEAF)], None)
        assert judge(made).failed_check is Failure.STAMP_AUTHORITY


STREEBOG = "1.2.398.3.10.1.3.3"


class TestStampImprints:
    @pytest.mark.parametrize(
        ("algorithm", "compute", "ok"),
        [
            (STREEBOG, gost.streebog512, True),
            ("1.2.398.3.10.1.3.2", gost.streebog256, False),
            ("1.2.398.3.10.1.3.1", gost.gost94, False),
        ],
    )
    def test_streebog_counts_today_its_elders_in_archives_only(
        self, algorithm: str, compute: Callable[[bytes], bytes], *, ok: bool
    ) -> None:
        token = answers.stamp_token(compute(b"value"), stamper=WORLD.stamper, now=NOW, algorithm=algorithm)
        archived = check_stamp(token, signature=b"value", anchors=[WORLD.anchor], reading=Reading.ARCHIVE)
        assert archived.at == NOW
        if ok:
            assert check_stamp(token, signature=b"value", anchors=[WORLD.anchor]).at == NOW
        else:
            with pytest.raises(Failed) as refusal:
                check_stamp(token, signature=b"value", anchors=[WORLD.anchor])
            assert refusal.value.failure is Failure.STAMP_IMPRINT


class TestArchive:
    @pytest.mark.parametrize(("make", "name"), [(short_key, "GOST 34.10-2015 (256)"), (old_key, "GOST 34.310-2004")])
    def test_older_standards_are_read_but_do_not_count_today(self, make: Callable[[], OtherKey], name: str) -> None:
        pair = issued(make())
        made = WORLD.sign(TEXT, pair)
        assert judge(made, pair).failed_check is Failure.ALGORITHM
        found = judge(made, pair, reading=Reading.ARCHIVE)
        assert (found.ok, found.algorithm) == (True, name)
        changed = signed(value(lambda signature: signature[:-1] + bytes([signature[-1] ^ 1])), pair)
        assert judge(changed, pair, reading=Reading.ARCHIVE).failed_check is Failure.SIGNATURE_INVALID


PROFILES = {
    Holder.INDIVIDUAL: SIGNING,
    Holder.HEAD: HEAD_SIGNING,
    Holder.SIGNATORY: SIGNATORY_SIGNING,
    Holder.EMPLOYEE: EMPLOYEE_SIGNING,
}


@pytest.fixture(scope="module")
def capacities() -> dict[Holder, tuple[Pair, bytes]]:
    pairs = {holder: issued(profile=profile) for holder, profile in PROFILES.items()}
    return {holder: (pair, WORLD.sign(TEXT, pair)) for holder, pair in pairs.items()}


class TestCapacity:
    @pytest.mark.clause("6-eds")
    @pytest.mark.parametrize("due", PROFILES)
    @pytest.mark.parametrize("held", PROFILES)
    def test_a_certificate_counts_in_the_capacity_it_was_issued_for(
        self, capacities: dict[Holder, tuple[Pair, bytes]], due: Holder, held: Holder
    ) -> None:
        pair, made = capacities[held]
        organisation = "" if due is Holder.INDIVIDUAL else ORGANISATION.bin
        found = judge(made, pair, expected=Expected(iin=WHO.iin, bin=organisation, holder=due))
        assert found.failed_check is (None if due is held else Failure.HOLDER)

    @pytest.mark.parametrize("wanted", ["", "221140099902"])
    def test_who_acts_for_an_organisation_acts_for_the_one_named(
        self, capacities: dict[Holder, tuple[Pair, bytes]], wanted: str
    ) -> None:
        pair, made = capacities[Holder.HEAD]
        found = judge(made, pair, expected=Expected(iin=WHO.iin, bin=wanted, holder=Holder.HEAD))
        assert found.failed_check is Failure.BIN_DIFFERS


class TestSignIn:
    """A key for sign-in signs no contract, and a key for contracts opens no door."""

    def sign_in(self, profile: Profile, expected: Expected) -> eds.Verdict:
        pair = issued(profile=profile)
        return judge(WORLD.sign(TEXT, pair, stamped=False), pair, expected=expected, needs_stamp=False)

    @pytest.mark.parametrize("iin", [WHO.iin, None])
    def test_the_key_for_it_opens_and_tells_whose_it_is(self, iin: str | None) -> None:
        pair = WORLD.leaf(WHO, AUTHENTICATION)
        made = WORLD.sign(TEXT, pair, stamped=False)
        found = judge(made, pair, expected=Expected(iin=iin, use=Use.AUTHENTICATE), needs_stamp=False)
        assert found.ok
        assert found.signer is not None
        assert found.signer.iin == WHO.iin

    @pytest.mark.parametrize(
        ("profile", "expected", "failure"),
        [
            (SIGNING, Expected(iin=WHO.iin, use=Use.AUTHENTICATE), Failure.KEY_USAGE),
            (HEAD_AUTHENTICATION, Expected(iin=WHO.iin, use=Use.AUTHENTICATE), Failure.HOLDER),
            (
                HEAD_AUTHENTICATION,
                Expected(iin=WHO.iin, use=Use.AUTHENTICATE, holder=Holder.HEAD, bin=ORGANISATION.bin),
                None,
            ),
            (SIGNING, Expected(iin=None), Failure.IIN_DIFFERS),
        ],
    )
    def test_others_do_not(self, profile: Profile, expected: Expected, failure: Failure | None) -> None:
        found = self.sign_in(profile, expected)
        assert found.failed_check is failure
        if failure is Failure.KEY_USAGE:
            assert "for sign-in, not the one for signing" in found.message


GOOD = WORLD.sign(TEXT, LEAF)
TOLD = Evidence(WORLD.ocsp(der(LEAF), der(WORLD.authority.pair), NONCE), NONCE)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 1 << 20), st.integers(1, 255), st.sampled_from(["cms", "ocsp"]))
def test_a_changed_byte_is_never_accepted_nor_an_exception(place: int, change: int, of: str) -> None:
    data = bytearray(GOOD if of == "cms" else TOLD.ocsp or b"")
    data[place % len(data)] ^= change
    cms, told = (bytes(data), TOLD) if of == "cms" else (GOOD, replace(TOLD, ocsp=bytes(data)))
    found = eds.verify(cms, TEXT, at=NOW, anchors=[WORLD.anchor], expected=Expected(iin=WHO.iin), evidence=told)
    if not found.ok:
        return
    # What no signature covers may differ (a version number, the list of digests): the signer's own part may not.
    before, after = (eds.cms.parse_message(each, max_bytes=10**6).signer for each in (GOOD, cms))
    assert (before.certificate, before.signature) == (after.certificate, after.signature)
    assert before.signed_attributes == after.signed_attributes
    assert told.ocsp is not None
