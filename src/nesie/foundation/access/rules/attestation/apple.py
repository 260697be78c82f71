"""Apple App Attest: that an unaltered copy of our application, on a phone of Apple's, asked for this enrolment.

The attested key is the maker's own and can sign nothing but assertions; the device's key for the proofs lies beside
it in the same enclave. The two are bound by what is hashed: our challenge and the thumbprint of the device's key.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from nesie.foundation.access.rules.attestation import der
from nesie.foundation.access.rules.attestation.chain import check_chain, extension, read_chain
from nesie.foundation.access.rules.attestation.verdict import (
    AttestationFault,
    AttestationWrong,
    Attested,
    Level,
    Platform,
    Trust,
)

MAX_STATEMENT_BYTES = 64 * 1024
_NONCE = "1.2.840.113635.100.8.2"
_PRODUCTION, _DEVELOPMENT = b"appattest" + bytes(7), b"appattestdevelop"
_FIXED = 32 + 1 + 4 + 16 + 2  # hash of the application, flags, counter, environment, length of the key's name


def judge_apple(statement: bytes, *, thumbprint: str, challenge: bytes, trust: Trust, now: datetime) -> Attested:
    """Whether the attestation object (CBOR) was made for this challenge and this device's key; AttestationWrong."""
    chain, spoken = _read(statement)
    certificates = read_chain(chain)
    check_chain(certificates, trust.apple_roots, revoked=trust.revoked, now=now)
    asked = hashlib.sha256(challenge + thumbprint.encode()).digest()
    if not hmac.compare_digest(_nonce(certificates[0]), hashlib.sha256(spoken + asked).digest()):
        raise AttestationWrong(AttestationFault.CHALLENGE)
    _check_spoken(spoken, _key_name(certificates[0]), trust)
    return Attested(Platform.IOS, Level.SECURE_ENCLAVE)


def _read(statement: bytes) -> tuple[tuple[bytes, ...], bytes]:
    if len(statement) > MAX_STATEMENT_BYTES:
        raise AttestationWrong(AttestationFault.MALFORMED)
    try:
        told: Any = cbor2.loads(statement)
        chain, spoken = told["attStmt"]["x5c"], told["authData"]
        fits = told["fmt"] == "apple-appattest" and all(isinstance(one, bytes) for one in (*chain, spoken))
    except (cbor2.CBORDecodeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise AttestationWrong(AttestationFault.MALFORMED) from error
    if not fits or len(chain) < 2:
        raise AttestationWrong(AttestationFault.MALFORMED)
    return tuple(chain), spoken


def _nonce(certificate: Any) -> bytes:
    raw = extension(certificate, _NONCE)
    if raw is None:
        raise AttestationWrong(AttestationFault.EXTENSION)
    inside = der.field(der.whole(raw, der.SEQUENCE).inside(), 1)
    if inside is None:
        raise AttestationWrong(AttestationFault.EXTENSION)
    return inside.octets()


def _key_name(certificate: Any) -> bytes:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise AttestationWrong(AttestationFault.OTHER_KEY)
    return hashlib.sha256(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).digest()


def _check_spoken(spoken: bytes, key_name: bytes, trust: Trust) -> None:
    if len(spoken) < _FIXED:
        raise AttestationWrong(AttestationFault.MALFORMED)
    if not trust.apple_app or spoken[:32] != hashlib.sha256(trust.apple_app.encode()).digest():
        raise AttestationWrong(AttestationFault.APPLICATION)
    if int.from_bytes(spoken[33:37], "big") != 0:
        raise AttestationWrong(AttestationFault.COUNTER)
    if spoken[37:53] != (_DEVELOPMENT if trust.apple_development else _PRODUCTION):
        raise AttestationWrong(AttestationFault.ENVIRONMENT)
    length = int.from_bytes(spoken[53:55], "big")
    if spoken[55 : 55 + length] != key_name:
        raise AttestationWrong(AttestationFault.OTHER_KEY)
