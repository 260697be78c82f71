"""Who may do what with loans, and what is refused."""

from __future__ import annotations

from datetime import date

from nesie.journey.loans.rules.duties import PERMITTED_DUTIES
from nesie.journey.loans.rules.servicing import FOUR_EYES_SERVICING, PERMITTED_SERVICING
from nesie.kernel.actor import CASE_ROLES, Actor, Role
from nesie.kernel.ids import ClientId
from nesie.kernel.refused import Refused, noop

PERMITTED: dict[str, frozenset[Role]] = {
    "open_loan": frozenset({Role.WORKER}),
    "accrue_day": frozenset({Role.WORKER}),
    "reconcile_loans": frozenset({Role.WORKER}),
    "allocate_receipt": frozenset({Role.WORKER}),
    "send_arrears_notice": frozenset({Role.WORKER, Role.CREDIT_OFFICER}),
    "record_settlement_application": frozenset({Role.CLIENT, Role.OPERATOR, Role.CREDIT_OFFICER}),
    "answer_settlement": frozenset({Role.CREDIT_OFFICER}),
    # It adds a document to the client's: the auditor only reads.
    "issue_statement": CASE_ROLES - {Role.AUDITOR} | {Role.CLIENT, Role.WORKER},
    **PERMITTED_SERVICING,
    **PERMITTED_DUTIES,
}
FOUR_EYES: frozenset[str] = FOUR_EYES_SERVICING

# A quote farther ahead would be worth little: too much can happen before.
MOST_QUOTE_DAYS = 366


class DayTooFar(Refused):
    message = noop("A day that has not begun cannot be closed.")


class DayNotClosed(Refused):
    message = noop("This day is not closed yet: choose an earlier one.")


class LoanNotOpen(Refused):
    message = noop("There is no loan of this contract yet.")


class QuoteInThePast(Refused):
    message = noop("A payoff is quoted for today or a later day within a year.")


def check_day(day: date, today: date) -> None:
    """Only days that have begun are accrued."""
    if day > today:
        raise DayTooFar(field="day")


def check_quote_day(on: date, accrued_on: date) -> None:
    """A quote looks forward, and not too far."""
    if on < accrued_on or (on - accrued_on).days > MOST_QUOTE_DAYS:
        raise QuoteInThePast(field="on")


def may_see(actor: Actor, client_id: ClientId) -> bool:
    """A client sees their own loans; staff whose duties need it and the system's jobs see all."""
    return actor.reads_clients or (actor.has(Role.CLIENT) and actor.id == client_id)
