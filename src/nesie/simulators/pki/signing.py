"""Signatures as NCALayer makes them: CMS SignedData with one signer, his certificate and signed attributes."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives import serialization

from nesie.simulators.pki.authority import Pair
from nesie.simulators.pki.der import integer, octets, oid, sequence, set_of, tagged, utc_time

DATA, SIGNED_DATA, STAMP_INFO = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME, STAMP = (
    "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.16.2.14",
)  # fmt: skip


def attribute(kind: str, *values: bytes) -> bytes:
    """An attribute with its values."""
    return sequence(oid(kind), set_of(*values))


@dataclass
class Signer:
    """A SignerInfo by its parts, each ready as DER."""

    sid: bytes
    attributes: list[bytes]
    digest: bytes
    algorithm: bytes
    version: int = 1
    signature: bytes = b""
    unsigned: list[bytes] = field(default_factory=list)

    def sign(self, pair: Pair) -> Signer:
        """Sign the attributes as they are now."""
        self.signature = pair.key.sign(set_of(*self.attributes))
        return self

    def stamp(self, token: bytes) -> None:
        """Put a time-stamp token among the unsigned attributes."""
        self.unsigned.append(attribute(STAMP, token))

    def dump(self) -> bytes:
        """As DER."""
        signed = tagged(0, *sorted(self.attributes)) if self.attributes else b""
        unsigned = tagged(1, *sorted(self.unsigned)) if self.unsigned else b""
        return sequence(
            integer(self.version), self.sid, self.digest, signed, self.algorithm, octets(self.signature), unsigned
        )


def certificate_of(pair: Pair) -> bytes:
    """The pair's certificate as DER."""
    return pair.certificate.public_bytes(serialization.Encoding.DER)


def sign(
    content: bytes,
    pair: Pair,
    *,
    signing_time: datetime,
    attached: bool,
    stamp: Callable[[bytes], bytes] | None = None,
) -> bytes:
    """A signature as DER. `stamp` makes a time-stamp token over the signature value (CAdES-T)."""
    signer = signer_of(content, pair, signing_time)
    if stamp is not None:
        signer.stamp(stamp(signer.signature))
    return signed_data([signer], [certificate_of(pair)], content if attached else None)


def signer_of(
    content: bytes, pair: Pair, signing_time: datetime, content_type: str = DATA, more: Sequence[bytes] = ()
) -> Signer:
    """A signer with contentType, signingTime and messageDigest signed, as the National CA's library writes it."""
    issuer = pair.certificate.issuer.public_bytes()
    attributes = [
        attribute(CONTENT_TYPE, oid(content_type)),
        attribute(SIGNING_TIME, utc_time(signing_time)),
        attribute(MESSAGE_DIGEST, octets(pair.key.digest(content))),
        *more,
    ]
    named = sequence(issuer, integer(pair.certificate.serial_number))
    return Signer(named, attributes, pair.key.digest_algorithm, pair.key.signature_algorithm).sign(pair)


def signed_data(
    signers: Sequence[Signer], certificates: Sequence[bytes], content: bytes | None, content_type: str = DATA
) -> bytes:
    """The whole message as DER."""
    inside = sequence(oid(content_type), tagged(0, octets(content)) if content is not None else b"")
    embedded = tagged(0, *sorted(certificates)) if certificates else b""
    version = integer(1 if content_type == DATA else 3)
    digests = set_of(*{signer.digest for signer in signers})
    body = sequence(version, digests, inside, embedded, set_of(*(signer.dump() for signer in signers)))
    return sequence(oid(SIGNED_DATA), tagged(0, body))


def armoured(signature: bytes) -> str:
    """PEM with the label CMS, as NCALayer's `basics` answers."""
    packed = base64.b64encode(signature).decode()
    body = "\n".join(packed[start : start + 64] for start in range(0, len(packed), 64))
    return f"-----BEGIN CMS-----\n{body}\n-----END CMS-----\n"
