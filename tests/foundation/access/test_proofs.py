"""Proofs of a device with each request: everything in them is held against the request (clauses 11-replay, 26.2)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nesie.foundation.access.rules import proofs
from nesie.foundation.access.rules.proofs import Expected, ProofFault, ProofWrong
from tests.phones import Phone, signed

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
ADDRESS, TOKEN, NONCE, BODY = "https://nesie.example/api/v1/loans", "token-of-the-session", "our-word", b'{"a":1}'
PHONE = Phone()
DUE = Expected("POST", ADDRESS, BODY, TOKEN, PHONE.thumbprint, (NONCE, "the-word-before"), NOW)


def _proof(**other: Any) -> str:
    told = {"nonce": NONCE, "token": TOKEN, "body": BODY} | other
    return PHONE.proof("POST", ADDRESS, NOW, **told)


def _fault(proof: str, due: Expected = DUE) -> ProofFault:
    with pytest.raises(ProofWrong) as wrong:
        proofs.judge(proof, due)
    return wrong.value.fault


def test_the_thumbprint_is_that_of_the_standard() -> None:
    """The example of RFC 9449: a key and what its proofs are bound by."""
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
        "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA",
    }
    assert proofs.thumbprint(jwk) == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
    assert proofs.jwk_of(proofs.public_key(jwk)) == jwk


@pytest.mark.clause("26.2")
def test_a_proof_of_this_very_request_holds() -> None:
    judged = proofs.judge(_proof(), DUE)
    assert judged.thumbprint == PHONE.thumbprint
    assert judged.expires_at == NOW + proofs.PROOF_AGE
    assert proofs.judge(_proof(nonce="the-word-before"), DUE)
    assert proofs.judge(_proof(body=b""), replace(DUE, body=b""))


@pytest.mark.clause("26.2")
@pytest.mark.parametrize(
    ("other", "fault"),
    [
        ({"htm": "GET"}, ProofFault.METHOD),
        ({"htu": ADDRESS + "/1"}, ProofFault.ADDRESS),
        ({"htu": "https://nesie.example.evil/api/v1/loans"}, ProofFault.ADDRESS),
        ({"body": b'{"a":2}'}, ProofFault.BODY),
        ({"bdh": None}, ProofFault.BODY),
        ({"token": "another token"}, ProofFault.TOKEN),
        ({"ath": None}, ProofFault.TOKEN),
        ({"iat": int((NOW - timedelta(seconds=60)).timestamp())}, ProofFault.TIME),
        ({"iat": int((NOW + timedelta(seconds=60)).timestamp())}, ProofFault.TIME),
        ({"iat": "now"}, ProofFault.TIME),
        ({"iat": True}, ProofFault.TIME),
        ({"iat": float("nan")}, ProofFault.TIME),
        ({"iat": 1e300}, ProofFault.TIME),
        ({"iat": None}, ProofFault.TIME),
        ({"nonce": "a word of somebody"}, ProofFault.NONCE),
        ({"nonce": None}, ProofFault.NONCE),
        ({"nonce": "\ud800"}, ProofFault.NONCE),
        ({"jti": "short"}, ProofFault.MALFORMED),
        ({"jti": "j" * 129}, ProofFault.MALFORMED),
        ({"jti": 12345678901234567}, ProofFault.MALFORMED),
        ({"jti": None}, ProofFault.MALFORMED),
        ({"header": {"typ": "JWT"}}, ProofFault.TYPE),
        ({"header": {"alg": "none"}}, ProofFault.ALGORITHM),
        ({"header": {"alg": "HS256"}}, ProofFault.ALGORITHM),
        ({"header": {"alg": "RS256"}}, ProofFault.ALGORITHM),
        ({"header": {"jwk": {"kty": "oct", "k": "AAAA"}}}, ProofFault.KEY),
        ({"header": {"jwk": PHONE.jwk | {"d": "AAAA"}}}, ProofFault.KEY),
        ({"header": {"jwk": PHONE.jwk | {"crv": "P-384"}}}, ProofFault.KEY),
        ({"header": {"jwk": PHONE.jwk | {"y": PHONE.jwk["x"]}}}, ProofFault.KEY),
        ({"header": {"jwk": PHONE.jwk | {"x": PHONE.jwk["x"] + "AA"}}}, ProofFault.KEY),
        ({"header": {"jwk": None}}, ProofFault.KEY),
        ({"header": {"jwk": Phone().jwk}}, ProofFault.SIGNATURE),
    ],
)
def test_what_differs_from_the_request_is_named_and_refused(other: dict[str, Any], fault: ProofFault) -> None:
    assert _fault(_proof(**other)) is fault


@pytest.mark.clause("26.2")
def test_a_copied_token_is_worth_nothing_with_another_phones_key() -> None:
    thief = Phone()
    proof = thief.proof("POST", ADDRESS, NOW, nonce=NONCE, token=TOKEN, body=BODY)
    assert _fault(proof) is ProofFault.OTHER_KEY


def test_a_signature_in_another_form_is_refused() -> None:
    head, body, _ = _proof().split(".")
    other = signed(PHONE.key, {"typ": "dpop+jwt", "alg": "ES256", "jwk": PHONE.jwk}, {"jti": "x" * 20}).split(".")[2]
    assert _fault(f"{head}.{body}.{other}") is ProofFault.SIGNATURE
    assert _fault(f"{head}.{body}.{proofs.b64(bytes(64))}") is ProofFault.SIGNATURE
    assert _fault(f"{head}.{body}.{proofs.b64(bytes(70))}") is ProofFault.SIGNATURE


@pytest.mark.parametrize("proof", ["", "a.b", "a.b.c", "....", "e30.e30.e30", "W10.W10.AAAA", "x" * 5000, "é.é.é"])
def test_what_is_no_proof_is_refused_and_breaks_nothing(proof: str) -> None:
    assert _fault(proof) in (ProofFault.MISSING, ProofFault.MALFORMED)


@given(st.integers(0, 10_000), st.characters())
def test_no_changed_character_is_accepted(place: int, sign: str) -> None:
    proof = _proof()
    place %= len(proof)
    changed = proof[:place] + sign + proof[place + 1 :]
    if changed != proof:
        assert _fault(changed) in set(ProofFault)


@settings(max_examples=25)
@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner), max_leaves=5))
def test_no_claim_of_another_shape_breaks_it(value: Any) -> None:
    for name in ("jti", "htm", "htu", "iat", "ath", "nonce", "bdh"):
        head, _, _ = _proof().split(".")
        claims = json.loads(proofs.unb64(_proof().split(".")[1])) | {name: value}
        assert _fault(signed(PHONE.key, json.loads(proofs.unb64(head)), claims)) in set(ProofFault)
