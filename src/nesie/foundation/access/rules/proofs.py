"""Proof of possession of a device's key with every request: DPoP (RFC 9449), with the hash of the body in it.

A token copied out of a phone is worth nothing without the phone's key, which never leaves its key store. The proof
names the method, the address, the token, the body and a word of ours, and serves once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

MAX_PROOF_CHARACTERS = 4096
PROOF_AGE = timedelta(seconds=60)  # on either side: phones' clocks are a little off
NONCE_SLOT = timedelta(minutes=5)
_COORDINATE = 32
_MAX_JTI = 128


class ProofFault(StrEnum):
    """What is wrong with a proof; the first check that fails is told."""

    MISSING = "missing"
    MALFORMED = "malformed"
    TYPE = "type"
    ALGORITHM = "algorithm"
    KEY = "key"
    SIGNATURE = "signature"
    OTHER_KEY = "other_key"
    METHOD = "method"
    ADDRESS = "address"
    TIME = "time"
    TOKEN = "token"  # noqa: S105 - a fault, not a token
    BODY = "body"
    NONCE = "nonce"
    REPLAYED = "replayed"


class ProofWrong(Exception):
    """A proof that does not hold."""

    def __init__(self, fault: ProofFault) -> None:
        self.fault = fault
        super().__init__(fault.value)


@dataclass(frozen=True, slots=True)
class Expected:
    """The request as it came in. `thumbprint` "" where the key is not known yet, `token` "" where there is none."""

    method: str
    address: str  # without query and fragment
    body: bytes
    token: str
    thumbprint: str
    nonces: tuple[str, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that holds, save that it may have been seen before: whoever takes it asks."""

    thumbprint: str
    jti: str
    expires_at: datetime  # from then on its age alone refuses it


def b64(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """The bytes of base64url without padding; ValueError."""
    if not text.isascii() or "=" in text or "+" in text or "/" in text:
        raise ValueError("not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64(data) != text:
        raise ValueError("not canonical base64url")
    return data


def thumbprint(jwk: Mapping[str, str]) -> str:
    """The key's name (RFC 7638): SHA-256 over its required members in order."""
    named = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    return b64(hashlib.sha256(json.dumps(named, separators=(",", ":"), sort_keys=True).encode()).digest())


def jwk_of(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """A P-256 key as a JWK."""
    numbers = key.public_numbers()
    x, y = (b64(value.to_bytes(_COORDINATE, "big")) for value in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def public_key(jwk: object) -> ec.EllipticCurvePublicKey:
    """The P-256 key of a JWK without any private part; ProofWrong."""
    if not isinstance(jwk, dict) or set(jwk) - {"kty", "crv", "x", "y", "kid", "use", "alg"}:
        raise ProofWrong(ProofFault.KEY)
    if (jwk.get("kty"), jwk.get("crv")) != ("EC", "P-256"):
        raise ProofWrong(ProofFault.KEY)
    try:
        x, y = unb64(jwk["x"]), unb64(jwk["y"])
        if len(x) != _COORDINATE or len(y) != _COORDINATE:
            raise ProofWrong(ProofFault.KEY)
        # On the curve, or the library says no.
        return ec.EllipticCurvePublicNumbers(
            int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1()
        ).public_key()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProofWrong(ProofFault.KEY) from error


def judge(proof: str, expected: Expected) -> Proof:
    """Whether a proof belongs to this very request, by this key, now; ProofWrong says what does not hold.

    What RFC 9449 leaves open is closed here: `bdh`, the hash of the raw body, is required, of an empty body too, so
    that nobody changes what is asked for on the way (clause 26.2).
    """
    header, claims, signed, signature = _parts(proof)
    if header.get("typ") != "dpop+jwt":
        raise ProofWrong(ProofFault.TYPE)
    if header.get("alg") != "ES256":
        raise ProofWrong(ProofFault.ALGORITHM)
    key = public_key(header.get("jwk"))
    _check_signature(key, signed, signature)
    named = thumbprint(jwk_of(key))
    if expected.thumbprint and not _same(named, expected.thumbprint):
        raise ProofWrong(ProofFault.OTHER_KEY)
    _check_request(claims, expected)
    made_at = _moment(claims)
    if abs(expected.now - made_at) >= PROOF_AGE:
        raise ProofWrong(ProofFault.TIME)
    # Last of all: a phone that only lacks our word gets it and asks again.
    if not any(_same(claims.get("nonce"), nonce) for nonce in expected.nonces):
        raise ProofWrong(ProofFault.NONCE)
    return Proof(named, str(claims["jti"]), made_at + PROOF_AGE)


def hashed(data: bytes) -> str:
    """SHA-256 as it stands in a proof (`ath`, `bdh`)."""
    return b64(hashlib.sha256(data).digest())


def nonce_slots(now: datetime) -> tuple[int, int]:
    """Numbers of the present span of five minutes and the one before, whose words of ours are both taken."""
    here = int(now.timestamp() // NONCE_SLOT.total_seconds())
    return here, here - 1


def _parts(proof: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    if not proof:
        raise ProofWrong(ProofFault.MISSING)
    pieces = proof.split(".")
    if len(proof) > MAX_PROOF_CHARACTERS or len(pieces) != 3:
        raise ProofWrong(ProofFault.MALFORMED)
    try:
        header, claims = (json.loads(unb64(piece)) for piece in pieces[:2])
        signature = unb64(pieces[2])
    except (ValueError, RecursionError) as error:
        raise ProofWrong(ProofFault.MALFORMED) from error
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise ProofWrong(ProofFault.MALFORMED)
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 16 <= len(jti) <= _MAX_JTI:
        raise ProofWrong(ProofFault.MALFORMED)
    return header, claims, f"{pieces[0]}.{pieces[1]}".encode(), signature


def _check_signature(key: ec.EllipticCurvePublicKey, signed: bytes, signature: bytes) -> None:
    if len(signature) != 2 * _COORDINATE:
        raise ProofWrong(ProofFault.SIGNATURE)
    r, s = int.from_bytes(signature[:_COORDINATE], "big"), int.from_bytes(signature[_COORDINATE:], "big")
    try:
        key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
    except InvalidSignature as error:
        raise ProofWrong(ProofFault.SIGNATURE) from error


def _check_request(claims: Mapping[str, Any], expected: Expected) -> None:
    if not _same(claims.get("htm"), expected.method):
        raise ProofWrong(ProofFault.METHOD)
    if not _same(claims.get("htu"), expected.address):
        raise ProofWrong(ProofFault.ADDRESS)
    if not _same(claims.get("bdh"), hashed(expected.body)):
        raise ProofWrong(ProofFault.BODY)
    if expected.token and not _same(claims.get("ath"), hashed(expected.token.encode())):
        raise ProofWrong(ProofFault.TOKEN)


def _moment(claims: Mapping[str, Any]) -> datetime:
    made = claims.get("iat")
    if not isinstance(made, int | float) or isinstance(made, bool) or not 0 <= made < 2**33:
        raise ProofWrong(ProofFault.TIME)
    return datetime.fromtimestamp(made, UTC)


def _same(told: object, due: str) -> bool:
    return isinstance(told, str) and hmac.compare_digest(told.encode(errors="replace"), due.encode())
