"""The verifier: one signature, one document, one moment -> one verdict. No network, no clock, no exception."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from nesie.foundation.identification.rules.eds import certificates as kinds
from nesie.foundation.identification.rules.eds.algorithms import AlgorithmRefused, Reading
from nesie.foundation.identification.rules.eds.certificates import (
    PURPOSE_AUTHENTICATE,
    PURPOSE_SIGN,
    Certificate,
    Usage,
    name_fields,
    parse_certificate,
)
from nesie.foundation.identification.rules.eds.chain import chain_to_anchor
from nesie.foundation.identification.rules.eds.cms import STAMP_TOKEN, SignedMessage, check_signature, parse_message
from nesie.foundation.identification.rules.eds.crl import check_crl
from nesie.foundation.identification.rules.eds.der import DerError, inner
from nesie.foundation.identification.rules.eds.ocsp import NoAnswer, Status, check_ocsp
from nesie.foundation.identification.rules.eds.stamps import Stamp, check_stamp
from nesie.foundation.identification.rules.eds.verdict import CertificateSummary, Failed, Failure, Verdict


class Holder(StrEnum):
    """In what capacity the signer must hold his certificate."""

    INDIVIDUAL = "individual"
    HEAD = "head"
    SIGNATORY = "signatory"
    EMPLOYEE = "employee"


class Use(StrEnum):
    """What the certificate must be for."""

    SIGN = "sign"
    AUTHENTICATE = "authenticate"


_HOLDER_PURPOSES = {
    Holder.INDIVIDUAL: frozenset({kinds.HOLDER_INDIVIDUAL}),
    Holder.HEAD: frozenset({kinds.HOLDER_ORGANISATION, kinds.HOLDER_HEAD}),
    Holder.SIGNATORY: frozenset({kinds.HOLDER_ORGANISATION, kinds.HOLDER_SIGNATORY}),
    Holder.EMPLOYEE: frozenset({kinds.HOLDER_ORGANISATION, kinds.HOLDER_EMPLOYEE}),
}


_OWN_POLICIES = {  # of certificates issued before 2022, by (individual, use)
    (True, Use.SIGN): kinds.POLICY_INDIVIDUAL_SIGN,
    (True, Use.AUTHENTICATE): kinds.POLICY_INDIVIDUAL_SIGN_IN,
    (False, Use.SIGN): kinds.POLICY_ORGANISATION_SIGN,
    (False, Use.AUTHENTICATE): kinds.POLICY_ORGANISATION_SIGN_IN,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read and how old an answer may be. Technical, not of the law."""

    max_bytes: int = 16 * 1024 * 1024
    ocsp_max_age: timedelta = timedelta(minutes=10)
    skew: timedelta = timedelta(minutes=5)
    needs_stamp: bool = True
    reading: Reading = Reading.TODAY
    needs_opinion: bool = False  # of another verifier: both must agree


@dataclass(frozen=True, slots=True)
class Opinion:
    """What another verifier says of the one signer: is all right with him, and his certificate's serial (hex)."""

    valid: bool
    serial: str
    raw: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What outside authorities said about a signature, as bytes: gathered before the verdict, kept after it.

    `stamp` is a token we asked for ourselves; one inside the message goes before it.
    """

    ocsp: bytes | None = field(default=None, repr=False)
    ocsp_nonce: bytes | None = field(default=None, repr=False)
    crls: tuple[bytes, ...] = field(default=(), repr=False)
    stamp: bytes | None = field(default=None, repr=False)
    opinion: Opinion | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """Whose signature it must be, and when it may have been made. The signer's numbers never reach a log.

    `iin` None: anybody's, for sign-in only; the verdict tells whose it is. `bin`: of the organisation he acts for, due
    for every holder but an individual.
    """

    iin: str | None = field(repr=False)
    bin: str = ""
    holder: Holder = Holder.INDIVIDUAL
    not_before: datetime | None = None  # when the document was put before him
    use: Use = Use.SIGN


@dataclass(frozen=True, slots=True)
class Needs:
    """What to ask about a message before it can be judged, all DER."""

    certificate: bytes = field(repr=False)
    issuer: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    has_stamp: bool


def load_anchors(files: Iterable[bytes]) -> tuple[Certificate, ...]:
    """Pinned authorities from PEM or DER. ValueError when a file is no certificate: configuration, not input."""
    loaded = []
    for data in files:
        body = data
        if b"-----BEGIN CERTIFICATE-----" in data:
            middle = data.split(b"-----BEGIN CERTIFICATE-----")[1].split(b"-----END CERTIFICATE-----")[0]
            body = base64.b64decode(b"".join(middle.split()))
        loaded.append(parse_certificate(body))
    return tuple(loaded)


def chain_in(pem: bytes) -> tuple[Certificate, ...]:
    """Every certificate of a PEM file, in order; ValueError when one of them is none."""
    pieces = pem.split(b"-----BEGIN CERTIFICATE-----")[1:]
    bodies = (piece.split(b"-----END CERTIFICATE-----")[0] for piece in pieces)
    return tuple(parse_certificate(base64.b64decode(b"".join(body.split()))) for body in bodies)


def needs_of(cms: bytes, *, anchors: Sequence[Certificate], at: datetime, limits: Limits = Limits()) -> Needs | None:
    """What to gather for this message; None when it can only be refused, so that nobody is asked about rubbish."""
    try:
        message = parse_message(cms, max_bytes=limits.max_bytes)
        certificate = message.signer.certificate
        path = chain_to_anchor(
            certificate, anchors=anchors, offered=message.certificates, at=at, reading=limits.reading
        )
        has_stamp = bool(message.signer.unsigned.get(STAMP_TOKEN))
        return Needs(certificate.raw, path[0].raw, message.signer.signature, has_stamp)
    except Exception:  # whatever is wrong with it, the verdict will name it
        return None


def verify(
    cms: bytes,
    content: bytes,
    *,
    at: datetime,
    anchors: Sequence[Certificate],
    expected: Expected,
    evidence: Evidence,
    stamp_anchors: Sequence[Certificate] | None = None,
    limits: Limits = Limits(),
) -> Verdict:
    """Judge a CMS signature over our own bytes (clauses 6 and 9: the client's EDS).

    `at` is when the signature was received. Order of checks as they stand in `_Examination.run`; the first that fails
    is named. `stamp_anchors` None means the same authorities also stamp time. Never raises.
    """
    examination = _Examination(
        cms, content, at, tuple(anchors), tuple(stamp_anchors or anchors), expected, evidence, limits
    )
    try:
        return examination.run()
    except Failed as refusal:
        return examination.refused(refusal.failure)
    except AlgorithmRefused:
        return examination.refused(Failure.ALGORITHM)
    except Exception:  # hostile bytes the readers did not foresee are refused, never a crash
        return examination.refused(Failure.NOT_DER)


class _Examination:
    """One run of the checks; keeps what was found so that a refusal can tell it."""

    def __init__(
        self, cms: bytes, content: bytes, at: datetime, anchors: tuple[Certificate, ...],
        stamp_anchors: tuple[Certificate, ...], expected: Expected, evidence: Evidence, limits: Limits,
    ) -> None:  # fmt: skip
        self.cms, self.content, self.at = cms, content, at
        self.anchors, self.stamp_anchors = anchors, stamp_anchors
        self.expected, self.evidence, self.limits = expected, evidence, limits
        digest = hashlib.sha256(content).hexdigest()
        self.verdict = Verdict(False, None, at, content_sha256=digest, for_sign_in=expected.use is Use.AUTHENTICATE)

    def refused(self, failure: Failure) -> Verdict:
        return replace(self.verdict, ok=False, failed_check=failure)

    def run(self) -> Verdict:
        message = parse_message(self.cms, max_bytes=self.limits.max_bytes)
        certificate = message.signer.certificate
        self._passed(
            "structure",
            signer=summary(certificate),
            attached=message.content is not None,
            signing_time=message.signer.signing_time,
            signature_digest=hashlib.sha256(message.signer.signature).digest(),
        )
        self._check_content(message)
        self._passed("content")
        family = check_signature(message, self.content, self.limits.reading)
        self._passed("signature", algorithm=family.name)
        stamp, stamp_failure = self._stamp(message)
        judged_at = stamp.at if stamp else self.at
        path = chain_to_anchor(
            certificate, anchors=self.anchors, offered=message.certificates, at=judged_at, reading=self.limits.reading
        )
        self._passed("chain", judged_at=judged_at, chain=tuple(c.raw for c in (certificate, *path)))
        _check_term(certificate, judged_at)
        self._passed("term")
        _check_kind(certificate, self.expected.holder, self.expected.use)
        self._passed("kind")
        _check_holder(certificate, self.expected)
        self._passed("holder")
        status = self._status(certificate, path[0])
        self._passed("status", status_by=status.by, status_at=status.as_of)
        if stamp_failure is not None:
            raise Failed(stamp_failure)
        self._passed("stamp", stamped_at=stamp.at if stamp else None, stamp_chain=stamp.chain if stamp else ())
        if self.limits.needs_opinion:
            self._check_opinion(certificate)
            self._passed("opinion")
        return replace(self.verdict, ok=True)

    def _check_opinion(self, certificate: Certificate) -> None:
        """Asked last: it can take a signature away, never make one count."""
        opinion = self.evidence.opinion
        if opinion is None:
            raise Failed(Failure.OPINION_MISSING)
        if not opinion.valid or opinion.serial != f"{certificate.serial:x}":
            raise Failed(Failure.OPINION_DIFFERS)

    def _passed(self, check: str, **found: object) -> None:
        self.verdict = replace(self.verdict, checks=(*self.verdict.checks, check), **found)  # type: ignore[arg-type]  # fields of Verdict by name

    def _check_content(self, message: SignedMessage) -> None:
        if message.content is not None and message.content != self.content:
            raise Failed(Failure.CONTENT_DIFFERS)

    def _stamp(self, message: SignedMessage) -> tuple[Stamp | None, Failure | None]:
        """The stamp or what is wrong with it: found early as it sets the moment of judgement, told in its place."""
        inside = message.signer.unsigned.get(STAMP_TOKEN, ())
        tokens = [node.raw for node in inside] or ([self.evidence.stamp] if self.evidence.stamp else [])
        if not tokens:
            return None, Failure.STAMP_MISSING if self.limits.needs_stamp else None
        if len(tokens) > 1:
            return None, Failure.ATTRIBUTE_TWICE
        try:
            stamp = check_stamp(
                tokens[0],
                signature=message.signer.signature,
                anchors=self.stamp_anchors,
                reading=self.limits.reading,
            )
        except Failed as refusal:
            return None, refusal.failure
        skew, since = self.limits.skew, self.expected.not_before
        if stamp.at > self.at + skew or (since is not None and stamp.at < since - skew):
            return None, Failure.STAMP_TIME
        return stamp, None

    def _status(self, certificate: Certificate, issuer: Certificate) -> Status:
        evidence, limits = self.evidence, self.limits
        if evidence.ocsp is not None:
            try:
                return check_ocsp(
                    evidence.ocsp, certificate=certificate, issuer=issuer, nonce=evidence.ocsp_nonce, at=self.at,
                    max_age=limits.ocsp_max_age, skew=limits.skew, reading=limits.reading,
                )  # fmt: skip
            except NoAnswer:
                pass  # the responder is out of service: as if it had said nothing
        stated: Failed | None = None
        for crl in evidence.crls:
            try:
                return check_crl(
                    crl, certificate=certificate, issuer=issuer, at=self.at, skew=limits.skew, reading=limits.reading
                )
            except Failed as refusal:
                if refusal.failure in (Failure.REVOKED, Failure.ON_HOLD):
                    raise
                stated = stated or refusal
        raise stated or Failed(Failure.STATUS_UNKNOWN)


def _check_term(certificate: Certificate, at: datetime) -> None:
    if at < certificate.valid_from:
        raise Failed(Failure.NOT_YET_VALID)
    if at > certificate.valid_until:
        raise Failed(Failure.EXPIRED)


def _check_kind(certificate: Certificate, holder: Holder, use: Use) -> None:
    """Made for this use and no other, held in the capacity due, under a policy of the authority."""
    if certificate.unknown_critical:
        raise Failed(Failure.CRITICAL_EXTENSION)
    signs = use is Use.SIGN
    usages, purposes = certificate.usages or frozenset(), certificate.purposes or frozenset()
    # nonRepudiation decides: newer leaves also carry keyEncipherment, which once told an authentication key.
    binding = Usage.NON_REPUDIATION in usages
    if Usage.SIGN not in usages or binding is not signs or certificate.is_authority:
        raise Failed(Failure.KEY_USAGE)
    wanted, other = (PURPOSE_SIGN, PURPOSE_AUTHENTICATE) if signs else (PURPOSE_AUTHENTICATE, PURPOSE_SIGN)
    if wanted not in purposes or other in purposes:
        raise Failed(Failure.PURPOSE)
    individual = holder is Holder.INDIVIDUAL
    if not _HOLDER_PURPOSES[holder] <= purposes or (individual and kinds.HOLDER_ORGANISATION in purposes):
        raise Failed(Failure.HOLDER)
    if not certificate.policies & {_OWN_POLICIES[individual, use], kinds.POLICY_ROOT}:
        raise Failed(Failure.POLICY)


def _check_holder(certificate: Certificate, expected: Expected) -> None:
    if certificate.iin is None:
        raise Failed(Failure.IIN_MISSING)
    anybody = expected.iin is None and expected.use is Use.AUTHENTICATE
    if not anybody and certificate.iin != expected.iin:
        raise Failed(Failure.IIN_DIFFERS)
    acts = expected.holder is not Holder.INDIVIDUAL
    if (acts or expected.bin) and (not expected.bin or certificate.bin != expected.bin):
        raise Failed(Failure.BIN_DIFFERS)


def summary(certificate: Certificate) -> CertificateSummary:
    """What of a certificate is shown."""
    try:
        issuer_fields = name_fields(inner(certificate.issuer))
    except DerError:
        issuer_fields = ()
    return CertificateSummary(
        serial=f"{certificate.serial:x}",
        common_name=certificate.common_name,
        patronymic=certificate.patronymic,
        iin=certificate.iin or "",
        bin=certificate.bin or "",
        organisation=certificate.organisation,
        issuer_name=" ".join(value for kind, value in issuer_fields if kind == "2.5.4.3"),
        valid_from=certificate.valid_from,
        valid_until=certificate.valid_until,
    )
