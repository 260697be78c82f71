"""Answers about a certificate's status by OCSP (RFC 6960): made questions, judged answers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nesie.foundation.identification.rules.eds import der
from nesie.foundation.identification.rules.eds.algorithms import (
    SHA256,
    AlgorithmRefused,
    Reading,
    family_of_issuer,
    identifier,
    sha256,
)
from nesie.foundation.identification.rules.eds.certificates import PURPOSE_OCSP, Certificate, parse_certificate
from nesie.foundation.identification.rules.eds.der import DerError, Fields, Node
from nesie.foundation.identification.rules.eds.verdict import Failed, Failure
from nesie.foundation.identification.rules.eds.write import integer, octets, oid, sequence, tagged

MAX_OCSP_BYTES = 256 * 1024
NONCE_BYTES = 8  # what Kazakhstan's responders take
_BASIC = "1.3.6.1.5.5.7.48.1.1"
_NONCE = "1.3.6.1.5.5.7.48.1.2"
_EXTENDED_REVOKE = "1.3.6.1.5.5.7.48.1.9"
_REASON_HOLD = 6
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Status:
    """A certificate in good standing, as somebody entitled said."""

    by: str  # "ocsp" or "crl"
    as_of: datetime


class NoAnswer(Exception):
    """The responder answered that it cannot answer now."""


def certificate_id(certificate: Certificate, issuer: Certificate) -> tuple[bytes, bytes, int]:
    """How an OCSP question names a certificate: SHA-256 of the issuer's name and key bits, and the serial number."""
    return sha256(issuer.subject), sha256(issuer.key_bits), certificate.serial


def check_ocsp(
    answer: bytes, *, certificate: Certificate, issuer: Certificate, nonce: bytes | None, at: datetime,
    max_age: timedelta, skew: timedelta, reading: Reading = Reading.TODAY,
) -> Status:  # fmt: skip
    """Good standing by this answer. Failed for any other, NoAnswer when the responder gave none.

    `nonce` is that of our question; None leaves it unchecked (an answer re-read from the archive).
    """
    try:
        basic = _basic_response(answer)
        return _judge(basic, certificate, issuer, nonce, at, max_age, skew, reading)
    except DerError as error:
        raise Failed(Failure.OCSP_BROKEN) from error
    except AlgorithmRefused as error:
        raise Failed(Failure.OCSP_SIGNATURE) from error


def _basic_response(answer: bytes) -> Node:
    fields = Fields(der.read(answer, max_bytes=MAX_OCSP_BYTES))
    status = der.whole_number(fields.take(der.ENUMERATED))
    if status != 0:
        raise NoAnswer
    wrapped = Fields(fields.take(0xA0), 0xA0)
    fields.end()
    response = Fields(wrapped.take(der.SEQUENCE))
    if der.oid(response.take()) != _BASIC:
        raise DerError("not a basic response")
    body = response.take(der.OCTET_STRING).body
    response.end()
    return der.inner(body)


def _judge(
    basic: Node, certificate: Certificate, issuer: Certificate, nonce: bytes | None, at: datetime,
    max_age: timedelta, skew: timedelta, reading: Reading,
) -> Status:  # fmt: skip
    parts = Fields(basic)
    data, signature_oid, signature = parts.take(der.SEQUENCE), identifier(parts.take()), der.bits(parts.take())
    listed = parts.maybe(0xA0)
    parts.end()
    fields = Fields(data)
    fields.maybe(0xA0)
    responder_id, produced_at = fields.take(0xA1, 0xA2), der.moment(fields.take(der.GENERALIZED_TIME))
    answers = fields.take(der.SEQUENCE).children()
    extensions = _extensions(fields.maybe(0xA1))
    fields.end()
    embedded = Fields(listed, 0xA0).take(der.SEQUENCE).children() if listed else []
    responder = _responder(
        responder_id, [parse_certificate(node.raw) for node in embedded], issuer, produced_at, reading
    )
    family = family_of_issuer(signature_oid, responder.key_oid, reading)
    if not family.valid(responder.key_info, signature, data.raw):
        raise Failed(Failure.OCSP_SIGNATURE)
    if nonce is not None and _nonce(extensions) != nonce:
        raise Failed(Failure.OCSP_NONCE)
    single = _about(answers, certificate, issuer)
    state = single.take(0x80, 0xA1, 0x82)
    this_update = der.moment(single.take(der.GENERALIZED_TIME))
    limit = single.maybe(0xA0)
    next_update = der.moment(Fields(limit, 0xA0).take()) if limit else None
    _check_fresh(produced_at, this_update, next_update, at=at, max_age=max_age, skew=skew)
    _check_state(state, extended=_EXTENDED_REVOKE in extensions)
    return Status("ocsp", this_update)


def _extensions(node: Node | None) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    if node is None:
        return found
    for extension in Fields(node, 0xA1).take(der.SEQUENCE).children():
        fields = Fields(extension)
        kind = der.oid(fields.take())
        fields.maybe(der.BOOLEAN)
        if kind in found:
            raise DerError("an extension given twice")
        found[kind] = fields.take(der.OCTET_STRING).body
    return found


def _nonce(extensions: dict[str, bytes]) -> bytes | None:
    wrapped = extensions.get(_NONCE)
    if wrapped is None:
        return None
    return der.inner(wrapped).expect(der.OCTET_STRING).body


def _responder(
    responder_id: Node, embedded: list[Certificate], issuer: Certificate, produced_at: datetime, reading: Reading
) -> Certificate:
    """The authority itself, or one it has itself entitled (RFC 6960, 4.2.2.2)."""
    inside = Fields(responder_id, responder_id.tag)
    named = inside.take()
    inside.end()
    candidates = [c for c in (issuer, *embedded) if _is_named(c, responder_id.tag, named)]
    if not candidates:
        raise Failed(Failure.OCSP_RESPONDER)
    responder = candidates[0]
    if responder.raw == issuer.raw:
        return responder
    entitled = responder.purposes is not None and PURPOSE_OCSP in responder.purposes
    if not entitled or responder.issuer != issuer.subject or not responder.signed_by(issuer, reading):
        raise Failed(Failure.OCSP_RESPONDER)
    if not responder.valid_on(produced_at) or responder.unknown_critical:
        raise Failed(Failure.OCSP_RESPONDER)
    return responder


def _is_named(candidate: Certificate, tag: int, named: Node) -> bool:
    if tag == 0xA1:
        return candidate.subject == named.raw
    # RFC 6960 fixes SHA-1 here: it only points at a key, nothing is trusted for it.
    return hashlib.sha1(candidate.key_bits, usedforsecurity=False).digest() == named.body


def _about(answers: list[Node], certificate: Certificate, issuer: Certificate) -> Fields:
    wanted = certificate_id(certificate, issuer)
    for answer in answers:
        fields = Fields(answer)
        named = Fields(fields.take(der.SEQUENCE))
        algorithm = identifier(named.take())
        name_hash, key_hash = named.take(der.OCTET_STRING).body, named.take(der.OCTET_STRING).body
        if algorithm == SHA256 and (name_hash, key_hash, der.whole_number(named.take(der.INTEGER))) == wanted:
            return fields
    raise Failed(Failure.OCSP_OTHER_CERTIFICATE)


def _check_fresh(
    produced_at: datetime, this_update: datetime, next_update: datetime | None, *, at: datetime, max_age: timedelta,
    skew: timedelta,
) -> None:  # fmt: skip
    oldest = at - max_age
    from_future = max(produced_at, this_update) > at + skew
    if from_future or produced_at < oldest or this_update < oldest or (next_update is not None and next_update < at):
        raise Failed(Failure.OCSP_STALE)


def _check_state(state: Node, *, extended: bool) -> None:
    if state.tag == 0x80:
        return
    if state.tag == 0x82:
        raise Failed(Failure.STATUS_UNKNOWN)
    fields = Fields(state, 0xA1)
    revoked_at = der.moment(fields.take(der.GENERALIZED_TIME))
    wrapped = fields.maybe(0xA0)
    reason = der.whole_number(Fields(wrapped, 0xA0).take()) if wrapped else None
    if reason == _REASON_HOLD and extended and revoked_at == _NEVER:
        raise Failed(Failure.NOT_ISSUED)  # how a responder says "never heard of it" (RFC 6960, 4.4.8)
    raise Failed(Failure.ON_HOLD if reason == _REASON_HOLD else Failure.REVOKED)


def question(certificate: Certificate, issuer: Certificate, nonce: bytes) -> bytes:
    """An OCSP request for one certificate with a nonce, as DER."""
    name_hash, key_hash, serial = certificate_id(certificate, issuer)
    named = sequence(sequence(oid(SHA256), b"\x05\x00"), octets(name_hash), octets(key_hash), integer(serial))
    extension = sequence(oid(_NONCE), octets(octets(nonce)))
    return sequence(sequence(sequence(sequence(named)), tagged(2, sequence(extension))))


def answers(data: bytes) -> bool:
    """True when the bytes are an OCSP response that says something; False for "try later" and rubbish."""
    try:
        _basic_response(data)
    except (NoAnswer, DerError):
        return False
    return True
