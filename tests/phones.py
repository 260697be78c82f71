"""Phones in memory: a key, proofs with each request, and makers with roots of their own who vouch for keys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from nesie.foundation.access.rules import proofs
from nesie.foundation.access.rules.attestation import Trust

PACKAGE, SIGNER, APPLE_APP = "kz.nesie.app", hashlib.sha256(b"our signing certificate").digest(), "AB12CD34EF.kz.nesie"
ANDROID_EXTENSION, APPLE_EXTENSION = "1.3.6.1.4.1.11129.2.1.17", "1.2.840.113635.100.8.2"
SINCE, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def signed(key: ec.EllipticCurvePrivateKey, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A JWS as a phone makes it."""
    head, body = (proofs.b64(json.dumps(part).encode()) for part in (header, claims))
    r, s = decode_dss_signature(key.sign(f"{head}.{body}".encode(), ec.ECDSA(SHA256())))
    return f"{head}.{body}.{proofs.b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


@dataclass
class Phone:
    """A phone with its key."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=new_key)

    @property
    def jwk(self) -> dict[str, str]:
        return proofs.jwk_of(self.key.public_key())

    @property
    def thumbprint(self) -> str:
        return proofs.thumbprint(self.jwk)

    def proof(
        self, method: str, address: str, now: datetime, *, nonce: str, token: str = "", body: bytes = b"",
        header: dict[str, Any] | None = None, **claims: Any,
    ) -> str:  # fmt: skip
        """A proof; `header` and `claims` instead of what is right, None takes a claim out."""
        told: dict[str, Any] = {
            "jti": str(uuid4()),
            "htm": method,
            "htu": address,
            "iat": int(now.timestamp()),
            "nonce": nonce,
            "bdh": proofs.hashed(body),
        }
        if token:
            told["ath"] = proofs.hashed(token.encode())
        told = {name: value for name, value in (told | claims).items() if value is not None}
        return signed(self.key, {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk} | (header or {}), told)


# -- DER, as little as is needed ------------------------------------------------------------------------------------


def tlv(tag: bytes | int, content: bytes) -> bytes:
    head = bytes([tag]) if isinstance(tag, int) else tag
    size = len(content)
    if size < 0x80:
        return head + bytes([size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return head + bytes([0x80 | len(length)]) + length + content


def whole(value: int, tag: int = 2) -> bytes:
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def explicit(tag: int, content: bytes) -> bytes:
    if tag < 31:
        return tlv(0xA0 | tag, content)
    digits = [tag & 0x7F]
    while tag := tag >> 7:
        digits.insert(0, tag & 0x7F | 0x80)
    return tlv(bytes([0xBF, *digits]), content)


@dataclass
class Said:
    """What a phone's hardware says of a key; change a field to lie."""

    challenge: bytes
    level: int = 1
    locked: bool = True
    boot: int = 0
    package: str = PACKAGE
    signers: Sequence[bytes] = (SIGNER,)
    purposes: Sequence[int] = (2,)
    origin: int = 0
    patch: int | None = 202610

    def der(self) -> bytes:
        named = tlv(0x30, tlv(0x04, self.package.encode()) + whole(7))
        application = tlv(0x30, tlv(0x31, named) + tlv(0x31, b"".join(tlv(0x04, one) for one in self.signers)))
        locked = tlv(0x01, b"\xff" if self.locked else b"\x00")
        root = tlv(0x30, tlv(0x04, bytes(32)) + locked + whole(self.boot, 10) + tlv(0x04, bytes(32)))
        hardware = explicit(1, tlv(0x31, b"".join(whole(one) for one in self.purposes)))
        hardware += explicit(2, whole(3)) + explicit(702, whole(self.origin)) + explicit(704, root)
        if self.patch is not None:
            hardware += explicit(706, whole(self.patch))
        return tlv(
            0x30,
            whole(300) + whole(self.level, 10) + whole(300) + whole(self.level, 10) + tlv(0x04, self.challenge)
            + tlv(0x04, b"") + tlv(0x30, explicit(709, tlv(0x04, application))) + tlv(0x30, hardware),
        )  # fmt: skip


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


@dataclass
class Maker:
    """A maker of phones: a root and an authority under it."""

    name: str = "Maker"
    root_key: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    batch_key: ec.EllipticCurvePrivateKey = field(default_factory=new_key)

    def __post_init__(self) -> None:
        self.root = self.issue(f"{self.name} root", self.root_key.public_key(), authority=True, by_root=True)
        self.batch = self.issue(f"{self.name} batch", self.batch_key.public_key(), authority=True, by_root=True)

    def issue(
        self, common: str, key: ec.EllipticCurvePublicKey, *, authority: bool = False, by_root: bool = False,
        said: tuple[str, bytes] | None = None, until: datetime = UNTIL,
        by: tuple[x509.Name, ec.EllipticCurvePrivateKey] | None = None,
    ) -> x509.Certificate:  # fmt: skip
        issuer, signer = by or (
            (_name(f"{self.name} root"), self.root_key) if by_root else (_name(f"{self.name} batch"), self.batch_key)
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(common))
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(SINCE)
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(authority, None), critical=True)
        )
        if said is not None:
            oid, value = said
            builder = builder.add_extension(x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), value), False)
        return builder.sign(signer, SHA256())

    def android(self, phone: Phone, said: Said, *, until: datetime = UNTIL) -> tuple[bytes, ...]:
        """The certificates a phone sends, its key's first."""
        leaf = self.issue("key", phone.key.public_key(), said=(ANDROID_EXTENSION, said.der()), until=until)
        return tuple(one.public_bytes(Encoding.DER) for one in (leaf, self.batch, self.root))

    def apple(
        self, thumbprint: str, challenge: bytes, *, app: str = APPLE_APP, counter: int = 0,
        environment: bytes = b"appattest" + bytes(7), name: bytes | None = None,
    ) -> bytes:  # fmt: skip
        """The attestation object an iPhone sends."""
        key = new_key().public_key()
        point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        key_name = hashlib.sha256(point).digest() if name is None else name
        spoken = hashlib.sha256(app.encode()).digest() + b"\x40" + counter.to_bytes(4, "big") + environment
        spoken += len(key_name).to_bytes(2, "big") + key_name + b"\xa0"
        asked = hashlib.sha256(challenge + thumbprint.encode()).digest()
        nonce = hashlib.sha256(spoken + asked).digest()
        leaf = self.issue("key", key, said=(APPLE_EXTENSION, tlv(0x30, explicit(1, tlv(0x04, nonce)))))
        chain = [one.public_bytes(Encoding.DER) for one in (leaf, self.batch)]
        return cbor2.dumps({"fmt": "apple-appattest", "attStmt": {"x5c": chain, "receipt": b""}, "authData": spoken})


def trust(maker: Maker, **other: Any) -> Trust:
    """A lender that trusts this maker for both kinds."""
    told = {"package": PACKAGE, "signers": frozenset({SIGNER}), "apple_app": APPLE_APP} | other
    return Trust(android_roots=(maker.root,), apple_roots=(maker.root,), **told)


@dataclass
class Vouching:
    """The gateway of access in memory."""

    trusted: Trust

    def trust(self) -> Trust:
        return self.trusted


YEAR = timedelta(days=365)
