"""What every act of servicing does around its event: find the loan, record, tell the client. Plain joined functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.papers import tell
from nesie.journey.loans.actions.recording import Recorded, record
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId, ReceiptId, new_id
from nesie.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Serviced:
    """What was done: the event, its day, and the debt before and after it by what is known now."""

    event_id: UUID
    loan_id: LoanId
    on: date
    debt_before: Money
    debt: Money


def serve(
    actor: Actor,
    loan_id: LoanId,
    event: rules.AnyEvent,
    now: datetime,
    *,
    receipt_id: ReceiptId | None = None,
    told: bool = True,
) -> Serviced:
    """Record an event of a loan the actor may see and give the client its papers, unless `told` is False.

    Raises NotFound, EventInFuture, EventBeforeLoan, EventDiffers.
    """
    queries.visible(actor, loan_id)
    done = record(loan_id, event, now, by=actor.id, receipt_id=receipt_id)
    if done.fresh and told:
        tell(actor, done, event, now)
    return result(done, event.on)


def result(done: Recorded, on: date) -> Serviced:
    """A recorded event as an act of servicing returns it."""
    return Serviced(done.event_id, done.after.facts.loan_id, on, done.before.debt, done.after.debt)


def new_ref(kind: str) -> str:
    """A name for an event that no outside system has named."""
    return f"{kind}:{new_id()}"


def after_receipts(now: datetime) -> str:
    """A place in the day behind the receipts of it: what is done with money that lies with us already."""
    return f"~{now.astimezone(UTC).isoformat()}"
