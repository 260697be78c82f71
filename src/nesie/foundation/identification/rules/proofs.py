"""Proofs of identity: what they are, how long they hold, who may make them, why they are refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType
from uuid import UUID

from nesie.foundation.identification.rules.eds.verdict import Failure, Verdict, message_of
from nesie.foundation.identification.rules.eds.verify import Holder
from nesie.foundation.identification.rules.liveness import FAULT_MESSAGES, Fault
from nesie.foundation.identification.rules.persons import BIOMETRIC_MESSAGES, BiometricFailure, BiometricRequest
from nesie.kernel.actor import Actor, Role
from nesie.kernel.ids import DocumentId, ProofId
from nesie.kernel.refused import NotFound, Refused, noop

ChallengeId = NewType("ChallengeId", UUID)
BiometricSessionId = NewType("BiometricSessionId", UUID)

# Technical limits of ours, not of the law: long enough to find the key or the phone, short enough to bound misuse.
CHALLENGE_LIFETIME = timedelta(minutes=30)
SESSION_LIFETIME = timedelta(minutes=15)
PROOF_LIFETIME = timedelta(hours=24)

_WHO = frozenset({Role.GUEST, Role.CLIENT, Role.WORKER})
PERMITTED: dict[str, frozenset[Role]] = {
    "request_signature": _WHO,
    "record_signature": _WHO,
    "start_biometric": _WHO,
    "record_biometric": _WHO,
    "start_liveness": _WHO,
    "conclude_liveness": _WHO,
    "enter_lender_device": frozenset({Role.ADMINISTRATOR}),
    "withdraw_lender_device": frozenset({Role.ADMINISTRATOR, Role.COMPLIANCE_OFFICER}),
}
FOUR_EYES: frozenset[str] = frozenset()


class ProofKind(StrEnum):
    """By what means identity was proven."""

    EDS = "eds"
    BIOMETRIC = "biometric"


class EvidencePart(StrEnum):
    """What is kept behind a proof, in the format received (clause 34)."""

    CMS = "cms"
    CERTIFICATES = "certificates"
    OCSP = "ocsp"
    CRL = "crl"
    STAMP = "stamp"
    STAMP_CERTIFICATES = "stamp_certificates"
    OPINION = "opinion"
    VERDICT = "verdict"
    COID_RESULT = "coid_result"
    COID_PHOTO = "coid_photo"
    LIVENESS_RECORD = "liveness_record"


class ProofSpent(Refused):
    """The proof has been used already."""

    message = noop("This proof of identity has already been used. Prove your identity again.")


class ProofUnfit(Refused):
    """The proof is another person's, for another operation or document, or too old."""

    message = noop("This proof of identity does not fit this operation. Prove your identity again.")


class Trouble(StrEnum):
    """Why an answer was not even examined. A value, not a refusal: the attempt leaves its trace."""

    SPENT = "spent"
    EXPIRED = "expired"
    REPLAYED = "replayed"


TROUBLE_MESSAGES: dict[Trouble, str] = {
    Trouble.SPENT: noop("This request to sign has already been used. Start the signing again."),
    Trouble.EXPIRED: noop("The time for signing is over. Start the signing again."),
    Trouble.REPLAYED: noop("This signature has already been used. Sign again."),
}


@dataclass(frozen=True, slots=True)
class SignatureOutcome:
    """What came of an answer to a challenge. `verdict` None: it was not examined, see `trouble`."""

    challenge_id: ChallengeId
    accepted: bool
    proof_id: ProofId | None = None
    failed_check: Failure | None = None
    trouble: Trouble | None = None
    verdict: Verdict | None = field(default=None, repr=False)

    @property
    def message(self) -> str:
        """What the person is told (English, the translation key); "" when accepted."""
        if self.trouble is not None:
            return TROUBLE_MESSAGES[self.trouble]
        if self.verdict is not None:
            return self.verdict.message
        return "" if self.failed_check is None else message_of(self.failed_check)


@dataclass(frozen=True, slots=True)
class BiometricStart:
    """A session opened, and what to ask the provider for it."""

    session_id: BiometricSessionId
    request: BiometricRequest = field(repr=False)


@dataclass(frozen=True, slots=True)
class BiometricOutcome:
    """What came of a session."""

    session_id: BiometricSessionId
    passed: bool
    proof_id: ProofId | None = None
    failure: BiometricFailure | None = None
    fault: Fault | None = None  # of the lender's own devices, which say more than the centre

    @property
    def message(self) -> str:
        """What the person is told (English, the translation key); "" when he was recognised."""
        if self.fault is not None:
            return FAULT_MESSAGES[self.fault]
        return "" if self.failure is None else BIOMETRIC_MESSAGES[self.failure]


@dataclass(frozen=True, slots=True)
class ChallengeView:
    """What is to be signed, by whom, until when."""

    id: ChallengeId
    subject_id: UUID
    operation: str
    document_id: DocumentId
    document_sha256: str
    iin: str = field(repr=False)
    holder: Holder
    bin: str  # of the organisation he acts for
    opened_at: datetime
    expires_at: datetime
    answered: bool


@dataclass(frozen=True, slots=True)
class SessionView:
    """A biometric session."""

    id: BiometricSessionId
    subject_id: UUID
    operation: str
    document_sha256: str
    opened_at: datetime
    expires_at: datetime
    answered: bool


@dataclass(frozen=True, slots=True)
class ProofView:
    """A proof as others see it."""

    id: ProofId
    kind: ProofKind
    subject_id: UUID
    operation: str
    document_sha256: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    evidence: tuple[DocumentId, ...]
    holder: Holder = Holder.INDIVIDUAL  # in what capacity a signature was made,
    bin: str = ""  # and for which organisation


@dataclass(frozen=True, slots=True)
class BrokenSignature:
    """A signature that does not hold any more: which check fails; None when its pieces cannot even be read."""

    proof_id: ProofId
    failed_check: Failure | None


def check_subject(actor: Actor, subject_id: UUID) -> None:
    """NotFound unless the subject is the actor himself (an applicant's id is his registration's) or a job acts."""
    if actor.id != subject_id and not actor.has(Role.WORKER):
        raise NotFound


def check_fit(
    proof: ProofView,
    *,
    subject_id: UUID,
    operation: str,
    document_sha256: str,
    kind: ProofKind | None,
    now: datetime,
    holder: Holder = Holder.INDIVIDUAL,
    bin: str = "",
) -> None:
    """ProofSpent or ProofUnfit unless the proof was made for exactly this and still holds.

    `holder` and `bin`: a signature serves only in the capacity, and for the organisation, in which it was asked for.
    """
    if proof.used_at is not None:
        raise ProofSpent
    if proof.kind is ProofKind.EDS and (proof.holder, proof.bin) != (holder, bin):
        raise ProofUnfit
    same = (proof.subject_id, proof.operation, proof.document_sha256) == (subject_id, operation, document_sha256)
    if not same or (kind is not None and proof.kind is not kind) or not proof.made_at <= now < proof.expires_at:
        raise ProofUnfit
