"""Time stamps (RFC 3161): the moment by which a signature certainly existed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from nesie.foundation.identification.rules.eds import der
from nesie.foundation.identification.rules.eds.algorithms import (
    SHA256,
    AlgorithmRefused,
    Reading,
    digest_algorithm,
    identifier,
    sha256,
)
from nesie.foundation.identification.rules.eds.certificates import PURPOSE_STAMP, Certificate
from nesie.foundation.identification.rules.eds.chain import chain_to_anchor
from nesie.foundation.identification.rules.eds.cms import (
    SIGNING_CERTIFICATE,
    SIGNING_CERTIFICATE_V2,
    STAMP_INFO,
    SignerInfo,
    check_signature,
    parse_message,
)
from nesie.foundation.identification.rules.eds.der import DerError, Fields
from nesie.foundation.identification.rules.eds.verdict import Failed, Failure
from nesie.foundation.identification.rules.eds.write import boolean, integer, octets, oid, sequence

MAX_STAMP_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time stamp that holds."""

    at: datetime
    policy: str
    nonce: int | None
    chain: tuple[bytes, ...] = field(default=(), repr=False)  # DER: the stamping authority up to the anchor


def check_stamp(
    token: bytes, *, signature: bytes, anchors: Sequence[Certificate], reading: Reading = Reading.TODAY
) -> Stamp:
    """The moment of a token over this signature value; Failed with a STAMP_ reason otherwise."""
    try:
        message = parse_message(token, max_bytes=MAX_STAMP_BYTES, content_type=STAMP_INFO)
        content = message.content or b""
        stamp = _read_info(content, signature, reading)
    except AlgorithmRefused as error:
        raise Failed(Failure.STAMP_IMPRINT) from error
    except (Failed, DerError) as error:
        known = isinstance(error, Failed) and error.failure is Failure.STAMP_IMPRINT
        raise Failed(Failure.STAMP_IMPRINT if known else Failure.STAMP_BROKEN) from error
    try:
        check_signature(message, content, reading)
        path = _check_authority(message.signer, message.certificates, anchors, stamp.at, reading)
    except AlgorithmRefused as error:
        raise Failed(Failure.STAMP_SIGNATURE) from error
    except DerError as error:
        raise Failed(Failure.STAMP_BROKEN) from error
    except Failed as error:
        by_signature = error.failure in (Failure.DIGEST_DIFFERS, Failure.SIGNATURE_INVALID)
        raise Failed(Failure.STAMP_SIGNATURE if by_signature else Failure.STAMP_AUTHORITY) from error
    return replace(stamp, chain=(message.signer.certificate.raw, *(each.raw for each in path)))


def _read_info(content: bytes, signature: bytes, reading: Reading) -> Stamp:
    fields = Fields(der.read(content, max_bytes=MAX_STAMP_BYTES))
    if der.whole_number(fields.take(der.INTEGER)) != 1:
        raise DerError("an unknown version")
    policy = der.oid(fields.take())
    imprint = Fields(fields.take(der.SEQUENCE))
    algorithm, value = identifier(imprint.take()), imprint.take(der.OCTET_STRING).body
    imprint.end()
    if value != digest_algorithm(algorithm, reading).compute(signature):
        raise Failed(Failure.STAMP_IMPRINT)
    fields.take(der.INTEGER)
    at = der.moment(fields.take(der.GENERALIZED_TIME))
    fields.maybe(der.SEQUENCE)
    fields.maybe(der.BOOLEAN)
    nonce = fields.maybe(der.INTEGER)
    return Stamp(at, policy, der.whole_number(nonce) if nonce else None)


def _check_authority(
    signer: SignerInfo, offered: Sequence[Certificate], anchors: Sequence[Certificate], at: datetime, reading: Reading
) -> tuple[Certificate, ...]:
    authority = signer.certificate
    if authority.purposes != frozenset({PURPOSE_STAMP}) or not authority.purposes_critical:
        raise Failed(Failure.STAMP_AUTHORITY)
    if not authority.valid_on(at) or authority.unknown_critical:
        raise Failed(Failure.STAMP_AUTHORITY)
    if authority.raw not in _certificates_meant(signer, offered):
        raise Failed(Failure.STAMP_AUTHORITY)
    return chain_to_anchor(authority, anchors=anchors, offered=offered, at=at, reading=reading)


def _certificates_meant(signer: SignerInfo, offered: Sequence[Certificate]) -> list[bytes]:
    """Those the signed attribute signingCertificate(V2) names: a token without it could change its certificate."""
    for kind, default in ((SIGNING_CERTIFICATE_V2, "sha256"), (SIGNING_CERTIFICATE, "sha1")):
        values = signer.attributes.get(kind)
        if not values:
            continue
        named = Fields(Fields(Fields(values[0]).take(der.SEQUENCE)).take(der.SEQUENCE))
        algorithm = named.maybe(der.SEQUENCE) if kind == SIGNING_CERTIFICATE_V2 else None
        if algorithm is not None and identifier(algorithm) != SHA256:
            return []
        wanted = named.take(der.OCTET_STRING).body
        # SHA-1 here is the old attribute's own; the certificate is still judged by its issuer's signature.
        return [c.raw for c in offered if hashlib.new(default, c.raw, usedforsecurity=False).digest() == wanted]
    return []


def question(signature: bytes, *, nonce: int, policy: str = "") -> bytes:
    """A time-stamp request over a signature value, asking for the authority's certificate, as DER."""
    imprint = sequence(sequence(oid(SHA256), b"\x05\x00"), octets(sha256(signature)))
    named = oid(policy) if policy else b""
    return sequence(integer(1), imprint, named, integer(nonce), boolean(True))


def token_of(answer: bytes) -> bytes | None:
    """The token inside a time-stamp response; None when it was not granted. DerError when it is no response."""
    fields = Fields(der.read(answer, max_bytes=MAX_STAMP_BYTES))
    status = Fields(fields.take(der.SEQUENCE))
    granted = der.whole_number(status.take(der.INTEGER)) in (0, 1)
    token = fields.maybe(der.SEQUENCE)
    return token.raw if granted and token else None
