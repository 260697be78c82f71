"""The change of a client's phone number or bank account: what it takes, how it goes (clause 6, change of details)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from nesie.foundation.identification.rules import ProofKind
from nesie.journey.clients.rules.words import DocumentKind
from nesie.kernel.ids import ClientId, DocumentId
from nesie.kernel.refused import Refused, noop

CHANGE_OPERATION = "agree_to_details_change"  # what the proofs of a change are made for
# Both are ours, not the law's: time to agree, and time in which the true client, told at the old number, can stop it.
ANSWER_WITHIN = timedelta(hours=24)
CHANGE_DELAY = timedelta(hours=24)
NEEDED_PROOFS = frozenset({ProofKind.BIOMETRIC, ProofKind.EDS})  # an IE is not exempt here


class DetailKind(StrEnum):
    """What is changed. The IIN and BIN are not among them, and never will be."""

    PHONE = "phone"
    ACCOUNT = "account"
    DOCUMENT = "document"


class DetailsStatus(StrEnum):
    """Where a change stands."""

    DRAFTED = "drafted"  # its document is before the client
    AGREED = "agreed"  # proven twice; the delay runs
    APPLIED = "applied"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"  # somebody else took the number or the account meanwhile


_MOVES: dict[DetailsStatus, frozenset[DetailsStatus]] = {
    DetailsStatus.DRAFTED: frozenset({DetailsStatus.AGREED, DetailsStatus.CANCELLED, DetailsStatus.EXPIRED}),
    DetailsStatus.AGREED: frozenset({DetailsStatus.APPLIED, DetailsStatus.CANCELLED, DetailsStatus.FAILED}),
}
OPEN_CHANGES = frozenset(_MOVES)


class DetailsMoveRefused(Refused):
    """The change is over, or is not there yet."""

    message = noop("This change is over already, or was answered before.")


class SameDetails(Refused):
    """Nothing would change."""

    message = noop("This is what we know already: nothing would change.")
    status = 422


class BothProofsNeeded(Refused):
    """One of the two proofs is missing (clause 6)."""

    message = noop("A change of the phone or the bank account needs both your face and your electronic signature.")


class NotTheDetailsShown(Refused):
    """The document agreed to is not the one that was shown."""

    message = noop("The document has changed since it was shown. Read it again.")


class AnsweredTooLate(Refused):
    """The time to agree is over."""

    message = noop("The time to agree to this change is over. Begin it again.")


class NewPhoneNotProven(Refused):
    """The code sent to the new number was not entered."""

    message = noop("First enter the code that was sent to the new number.")


class NumberTaken(Refused):
    """The number is another client's; told only to whoever holds the phone."""

    message = noop("This number belongs to another client. Use a number of your own.")


class AccountChangeNeedsProof(Refused):
    """A second account is a change of bank details (clause 6)."""

    message = noop("A new bank account needs your face and your signature: change it in the profile.")


class DocumentNotConfirmed(Refused):
    """The state record has not borne the new document out."""

    message = noop("The state registry has not confirmed this document yet.")


def check_move(status: DetailsStatus, to: DetailsStatus) -> None:
    """Raises `DetailsMoveRefused` unless a change may go from one status to the other."""
    if to not in _MOVES.get(status, frozenset()):
        raise DetailsMoveRefused


def check_both(given: frozenset[ProofKind]) -> None:
    """Face and signature, either alone is refused (clause 6); raises `BothProofsNeeded`."""
    if given != NEEDED_PROOFS:
        raise BothProofsNeeded


def delay_of(kind: DetailKind) -> timedelta:
    """How long an agreed change waits. A document that the state has borne out takes effect at once."""
    return timedelta(0) if kind is DetailKind.DOCUMENT else CHANGE_DELAY


WARNINGS = (0, 7, 30)  # days before a document's end; ours, not of the law


def warning_due(valid_until: date, today: date) -> int | None:
    """For which of `WARNINGS` the time has come: the nearest to the end; None when the end is far."""
    left = (valid_until - today).days
    return next((days for days in WARNINGS if left < days or (days and left == days)), None)


class NothingToWarnOf(Refused):
    """The document is in force for long, or the client was told already."""

    message = noop("There is nothing to warn of.")


def masked(value: str) -> str:
    """A number as a notice may name it: its last four signs only."""
    return f"…{value[-4:]}"


@dataclass(frozen=True, slots=True)
class NewDocument:
    """The identity document a client wants to be known by from now on."""

    kind: DocumentKind
    number: str = field(repr=False)
    issued_on: date | None
    valid_until: date
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class DetailsDrafted:
    """A change with its document before the client."""

    change_id: UUID
    document_id: DocumentId
    sha256: str


@dataclass(frozen=True, slots=True)
class DetailsChangeView:
    """A change for its client and for the staff. `value` is the new number, account or document number."""

    id: UUID
    client_id: ClientId
    kind: DetailKind
    status: DetailsStatus
    value: str = field(repr=False)
    document_id: DocumentId
    sha256: str
    drafted_at: datetime
    answer_until: datetime
    confirmed_at: datetime | None  # the new phone by its code, the new document by the state
    agreed_at: datetime | None
    takes_effect_at: datetime | None
    ended_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether it still goes on."""
        return self.status in OPEN_CHANGES

    @property
    def confirmed(self) -> bool:
        """Whether what is new is proven to be right, where that is asked."""
        return self.kind is DetailKind.ACCOUNT or self.confirmed_at is not None
