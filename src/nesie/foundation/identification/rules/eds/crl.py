"""Certificate revocation lists (RFC 5280): a signed list of those no longer in force."""

from __future__ import annotations

from datetime import datetime, timedelta

from nesie.foundation.identification.rules.eds import der
from nesie.foundation.identification.rules.eds.algorithms import AlgorithmRefused, Reading, family_of_issuer, identifier
from nesie.foundation.identification.rules.eds.certificates import Certificate, Usage
from nesie.foundation.identification.rules.eds.der import DerError, Fields, Node
from nesie.foundation.identification.rules.eds.ocsp import Status
from nesie.foundation.identification.rules.eds.verdict import Failed, Failure

MAX_CRL_BYTES = 32 * 1024 * 1024
_REASON = "2.5.29.21"
_REASON_HOLD = 6
_KNOWN = frozenset({"2.5.29.20", "2.5.29.35", "2.5.29.46"})  # number, authority key, freshest list


def check_crl(
    data: bytes, *, certificate: Certificate, issuer: Certificate, at: datetime, skew: timedelta,
    reading: Reading = Reading.TODAY,
) -> Status:  # fmt: skip
    """Good standing by this list. Failed when the list is not the issuer's, not current, or names the certificate."""
    try:
        return _judge(data, certificate, issuer, at, skew, reading)
    except DerError as error:
        raise Failed(Failure.CRL_BROKEN) from error
    except AlgorithmRefused as error:
        raise Failed(Failure.CRL_SIGNATURE) from error


def _judge(
    data: bytes, certificate: Certificate, issuer: Certificate, at: datetime, skew: timedelta, reading: Reading
) -> Status:
    if len(data) > MAX_CRL_BYTES:
        raise DerError("too large")
    # The entries are many and alike: only the way to them is checked element by element, then they are scanned.
    whole = Fields(der.outline(data))
    signed, algorithm, signature = whole.take(der.SEQUENCE), whole.take(der.SEQUENCE), whole.take()
    whole.end()
    fields = Fields(signed)
    fields.maybe(der.INTEGER)
    if fields.take(der.SEQUENCE).raw != algorithm.raw:
        raise DerError("the two names of the signature algorithm differ")
    named = fields.take(der.SEQUENCE).raw
    this_update = der.moment(fields.take(der.UTC_TIME, der.GENERALIZED_TIME))
    limit = fields.maybe(der.UTC_TIME, der.GENERALIZED_TIME)
    entries = fields.maybe(der.SEQUENCE)
    _check_extensions(fields.maybe(0xA0))
    fields.end()
    may_list = issuer.usages is not None and Usage.CRLS in issuer.usages
    if named != issuer.subject or not may_list:
        raise Failed(Failure.CRL_SIGNATURE)
    family = family_of_issuer(identifier(algorithm), issuer.key_oid, reading)
    if not family.valid(issuer.key_info, der.bits(signature), signed.raw):
        raise Failed(Failure.CRL_SIGNATURE)
    if limit is None or this_update > at + skew or der.moment(limit) < at:
        raise Failed(Failure.CRL_STALE)
    for entry in entries.children() if entries else ():
        _check_entry(entry, certificate.serial)
    return Status("crl", this_update)


def _check_extensions(node: Node | None) -> None:
    if node is None:
        return
    for extension in Fields(node, 0xA0).take(der.SEQUENCE).children():
        fields = Fields(extension)
        kind = der.oid(fields.take())
        flag = fields.maybe(der.BOOLEAN)
        if flag is not None and der.boolean(flag) and kind not in _KNOWN:
            raise Failed(Failure.CRL_BROKEN)  # a partial or indirect list: silent about some certificates


def _check_entry(entry: Node, serial: int) -> None:
    fields = Fields(entry)
    if der.whole_number(fields.take(der.INTEGER)) != serial:
        return
    fields.take(der.UTC_TIME, der.GENERALIZED_TIME)
    extensions = fields.maybe(der.SEQUENCE)
    raise Failed(Failure.ON_HOLD if _reason(extensions) == _REASON_HOLD else Failure.REVOKED)


def _reason(extensions: Node | None) -> int | None:
    for extension in extensions.children() if extensions else ():
        fields = Fields(extension)
        if der.oid(fields.take()) == _REASON:
            fields.maybe(der.BOOLEAN)
            return der.whole_number(der.inner(fields.take(der.OCTET_STRING).body))
    return None
