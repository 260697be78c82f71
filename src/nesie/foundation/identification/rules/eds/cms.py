"""CMS SignedData (RFC 5652) as far as a person's signature needs it: one signer, certificate, signed attributes."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import datetime

from nesie.foundation.identification.rules.eds import der
from nesie.foundation.identification.rules.eds.algorithms import (
    Family,
    Reading,
    digest_algorithm,
    family_of_signer,
    identifier,
)
from nesie.foundation.identification.rules.eds.certificates import Certificate, parse_certificate
from nesie.foundation.identification.rules.eds.der import DerError, Fields, Node
from nesie.foundation.identification.rules.eds.verdict import Failed, Failure

SIGNED_DATA = "1.2.840.113549.1.7.2"
DATA = "1.2.840.113549.1.7.1"
STAMP_INFO = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_TIME = (
    "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.5",
)  # fmt: skip
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
STAMP_TOKEN = "1.2.840.113549.1.9.16.2.14"  # noqa: S105 - an object identifier

MAX_CERTIFICATES = 10
MAX_SIGNERS = 8

_ARMOUR = re.compile(
    rb"-----BEGIN (?P<label>CMS|PKCS7)-----(?P<body>[A-Za-z0-9+/=\s]+)-----END (?P=label)-----", re.ASCII
)
_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SignerInfo:
    """The one signer of a message, with his certificate already found among those embedded."""

    certificate: Certificate = field(repr=False)
    digest_oid: str
    signature_oid: str
    signed_attributes: bytes = field(repr=False)  # with the SET tag the signature covers
    attributes: dict[str, tuple[Node, ...]] = field(repr=False)
    unsigned: dict[str, tuple[Node, ...]] = field(repr=False)
    signature: bytes = field(repr=False)

    @property
    def signing_time(self) -> datetime | None:
        """When the signer's machine says it signed: kept, never trusted."""
        values = self.attributes.get(_SIGNING_TIME)
        return der.moment(values[0]) if values and len(values) == 1 else None


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A SignedData with exactly one signer."""

    content_type: str
    content: bytes | None = field(repr=False)  # None: detached
    certificates: tuple[Certificate, ...] = field(repr=False)
    signer: SignerInfo


def unarmour(data: bytes) -> bytes:
    """DER out of PEM (label CMS or PKCS7), bare base64, or DER itself. Failed NOT_DER when it is none of them."""
    if data[:1] == b"\x30":
        return data
    stripped = data.strip()
    found = _ARMOUR.fullmatch(stripped)
    packed = b"".join((found["body"] if found else stripped).split())
    if not _BASE64.fullmatch(packed):
        raise Failed(Failure.NOT_DER)
    try:
        return base64.b64decode(packed, validate=True)
    except binascii.Error as error:
        raise Failed(Failure.NOT_DER) from error


def parse_message(data: bytes, *, max_bytes: int, content_type: str = DATA) -> SignedMessage:
    """The message, or Failed naming why it is not one of exactly one signer with an embedded certificate."""
    if len(data) > max_bytes * 3 // 2 + 1024:  # base64 and line ends take at most that much more
        raise Failed(Failure.TOO_LARGE)
    plain = unarmour(data)
    if len(plain) > max_bytes:
        raise Failed(Failure.TOO_LARGE)
    try:
        return _message(der.read(plain, max_bytes=max_bytes), content_type)
    except DerError as error:
        raise Failed(Failure.NOT_DER) from error


def _message(root: Node, content_type: str) -> SignedMessage:
    outer = Fields(root)
    if der.oid(outer.take()) != SIGNED_DATA:
        raise Failed(Failure.NOT_SIGNED_DATA)
    wrapped = Fields(outer.take(0xA0), 0xA0)
    outer.end()
    fields = Fields(wrapped.take(der.SEQUENCE))
    wrapped.end()
    if der.whole_number(fields.take(der.INTEGER)) not in (1, 3, 4, 5):
        raise Failed(Failure.NOT_SIGNED_DATA)
    fields.take(der.SET)  # digest algorithms: a hint only, the SignerInfo's own counts
    found_type, content = _encapsulated(fields.take(der.SEQUENCE))
    if found_type != content_type:
        raise Failed(Failure.CONTENT_TYPE)
    listed = fields.maybe(0xA0)
    fields.maybe(0xA1)  # embedded CRLs and OCSP answers: we ask for our own
    signers = fields.take(der.SET).children()
    fields.end()
    if not signers:
        raise Failed(Failure.NO_SIGNER)
    if len(signers) > 1:
        raise Failed(Failure.MANY_SIGNERS)
    nodes = listed.children() if listed else []
    if len(nodes) > MAX_CERTIFICATES:
        raise Failed(Failure.TOO_LARGE)
    certificates = tuple(parse_certificate(node.expect(der.SEQUENCE).raw) for node in nodes)
    return SignedMessage(found_type, content, certificates, _signer(signers[0], certificates))


def _encapsulated(node: Node) -> tuple[str, bytes | None]:
    fields = Fields(node)
    content_type = der.oid(fields.take())
    wrapped = fields.maybe(0xA0)
    fields.end()
    if wrapped is None:
        return content_type, None
    inside = Fields(wrapped, 0xA0)
    content = inside.take(der.OCTET_STRING).body
    inside.end()
    return content_type, content


def _signer(node: Node, certificates: tuple[Certificate, ...]) -> SignerInfo:
    fields = Fields(node)
    version = der.whole_number(fields.take(der.INTEGER))
    sid = fields.take()
    if version != 1 or sid.tag != der.SEQUENCE:
        raise Failed(Failure.SIGNER_NAMING)
    named = Fields(sid)
    issuer, serial = named.take(der.SEQUENCE).raw, der.whole_number(named.take(der.INTEGER))
    named.end()
    digest_oid = identifier(fields.take(der.SEQUENCE))
    signed = fields.maybe(0xA0)
    signature_oid = identifier(fields.take(der.SEQUENCE))
    signature = fields.take(der.OCTET_STRING).body
    unsigned = fields.maybe(0xA1)
    fields.end()
    matching = [c for c in certificates if c.issuer == issuer and c.serial == serial]
    if not matching:
        raise Failed(Failure.CERTIFICATE_MISSING)
    if len(matching) > 1:
        raise Failed(Failure.CERTIFICATE_AMBIGUOUS)
    if signed is None:
        raise Failed(Failure.ATTRIBUTES_MISSING)
    return SignerInfo(
        certificate=matching[0],
        digest_oid=digest_oid,
        signature_oid=signature_oid,
        # The signature covers the attributes with the SET tag; nothing else is changed, nothing re-encoded.
        signed_attributes=b"\x31" + signed.raw[1:],
        attributes=_attributes(signed),
        unsigned=_attributes(unsigned) if unsigned else {},
        signature=signature,
    )


def _attributes(node: Node) -> dict[str, tuple[Node, ...]]:
    found: dict[str, tuple[Node, ...]] = {}
    for attribute in node.children():
        fields = Fields(attribute)
        kind = der.oid(fields.take())
        values = fields.take(der.SET).children()
        fields.end()
        if kind in found:
            raise Failed(Failure.ATTRIBUTE_TWICE)
        found[kind] = tuple(values)
    return found


def check_signature(message: SignedMessage, content: bytes, reading: Reading = Reading.TODAY) -> Family:
    """Signed attributes, digest of the content and signature over the attributes; Failed or AlgorithmRefused."""
    signer = message.signer
    digest = digest_algorithm(signer.digest_oid, reading)
    family = family_of_signer(signer.signature_oid, signer.digest_oid, signer.certificate.key_oid, reading)
    if der.oid(_only(signer, _CONTENT_TYPE)) != message.content_type:
        raise Failed(Failure.CONTENT_TYPE)
    if _only(signer, _MESSAGE_DIGEST).expect(der.OCTET_STRING).body != digest.compute(content):
        raise Failed(Failure.DIGEST_DIFFERS)
    if not family.valid(signer.certificate.key_info, signer.signature, signer.signed_attributes):
        raise Failed(Failure.SIGNATURE_INVALID)
    return family


def _only(signer: SignerInfo, kind: str) -> Node:
    values = signer.attributes.get(kind)
    if not values:
        raise Failed(Failure.ATTRIBUTES_MISSING)
    if len(values) > 1:
        raise Failed(Failure.ATTRIBUTE_TWICE)
    return values[0]
