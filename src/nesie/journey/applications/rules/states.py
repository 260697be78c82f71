"""The states of an application and the moves between them."""

from __future__ import annotations

from enum import StrEnum

from nesie.journey.aml.rules import RelationPurpose
from nesie.journey.applications.rules.refusals import MoveNotAllowed, PurposeUnfit

Purpose = RelationPurpose  # what the money is for, in the words of the due diligence record


class Status(StrEnum):
    """Where an application stands."""

    SUBMITTED = "submitted"
    SCREENING = "screening"  # the outside has been asked
    HELD = "held"  # something needed is not known
    REVIEW = "review"  # a credit officer decides
    DECLINED = "declined"
    APPROVED = "approved"
    OFFERED = "offered"
    CHOSEN = "chosen"  # handed over to the contract
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class DisbursementMethod(StrEnum):
    """Ways of getting the money (clause 8.6)."""

    BANK_ACCOUNT = "bank_account"
    CARD = "card"
    CASH_DESK = "cash_desk"
    TERMINAL = "terminal"
    MERCHANT = "merchant"  # to the account of a contracted seller
    REFINANCING = "refinancing"  # it repays the client's loan at this same lender; asked for from that loan's page


class OfficerReason(StrEnum):
    """Why a credit officer decided so."""

    FACTS_CONFIRMED = "facts_confirmed"
    FACTS_NOT_CONFIRMED = "facts_not_confirmed"
    RISK_ACCEPTABLE = "risk_acceptable"
    RISK_TOO_HIGH = "risk_too_high"
    CHECKS_IMPOSSIBLE = "checks_impossible"


# The rail to bank accounts is built; the others are shown to the client as not enabled.
ENABLED_METHODS: frozenset[DisbursementMethod] = frozenset(
    {DisbursementMethod.BANK_ACCOUNT, DisbursementMethod.REFINANCING}
)

_DECIDED = frozenset({Status.HELD, Status.REVIEW, Status.DECLINED, Status.APPROVED})
_LEFT = frozenset({Status.CANCELLED, Status.EXPIRED})
MOVES: dict[Status, frozenset[Status]] = {
    Status.SUBMITTED: frozenset({Status.SCREENING}) | _LEFT,
    Status.SCREENING: _DECIDED | _LEFT,
    Status.HELD: (_DECIDED - {Status.HELD}) | {Status.SCREENING} | _LEFT,
    Status.REVIEW: frozenset({Status.APPROVED, Status.DECLINED, Status.SCREENING}) | _LEFT,
    Status.APPROVED: frozenset({Status.OFFERED, Status.DECLINED}) | _LEFT,
    Status.OFFERED: frozenset({Status.CHOSEN}) | _LEFT,
    Status.CHOSEN: frozenset(),
    Status.DECLINED: frozenset(),
    Status.EXPIRED: frozenset(),
    Status.CANCELLED: frozenset(),
}
# Chosen is not open: from there the contract stage answers for it.
OPEN: frozenset[Status] = frozenset(status for status, moves in MOVES.items() if moves)


def check_move(before: Status, after: Status) -> None:
    """Refuse a move the table does not have."""
    if after not in MOVES[before]:
        raise MoveNotAllowed(before=before.value, after=after.value)


def check_purpose(purpose: Purpose, *, business: bool) -> None:
    """Raises PurposeUnfit unless a product for businesses serves one, and any other does not."""
    if purpose.business is not business:
        raise PurposeUnfit(field="purpose")


def check_officer_may(before: Status, *, approve: bool) -> None:
    """An officer decides what is in review, and may decline what is held: what is not known is never approved."""
    allowed = {Status.REVIEW} if approve else {Status.REVIEW, Status.HELD}
    if before not in allowed:
        raise MoveNotAllowed(before=before.value, after="approved" if approve else "declined")
