"""Money received pays a loan in the order of the Law."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.papers import tell_of_schedule
from nesie.journey.loans.actions.record_recovery import record_recovery
from nesie.journey.loans.actions.recording import paid, record
from nesie.journey.payments import actions as payments
from nesie.journey.payments import queries as received
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId, ReceiptId
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound


@dataclass(frozen=True, slots=True)
class ReceiptAllocated:
    """What a receipt was used for; `credit` is the client's money with us now, `closed`: the loan is repaid in full."""

    loan_id: LoanId
    on: date
    principal: Money
    interest: Money
    penalty: Money
    credit: Money
    closed: bool


@use_case
def allocate_receipt(actor: Actor, now: datetime, *, receipt_id: ReceiptId) -> ReceiptAllocated:
    """Take over a matched receipt and use it on its contract's loan (Law 56-V, art. 6 p. 1-1).

    It takes effect on the day the bank booked it, however late we hear of it. What is not needed stays the client's
    credit, or repays early as the client wished; money that covers the whole debt closes the loan. NotFound when no
    such receipt waits (or another worker took it first), LoanNotOpen when its contract has no loan yet: it keeps
    waiting then.
    """
    receipt = received.unallocated_one(receipt_id)
    if receipt is None:
        raise NotFound
    loan_id = queries.loan_of_contract(receipt.contract_id)
    if loan_id is None:
        raise rules.LoanNotOpen
    if not payments.take_receipt(receipt_id, now):
        raise NotFound
    on = max(min(receipt.booked_on, business_day(now)), queries.opened_on(loan_id))
    written_off_on = queries.written_off_on(loan_id)
    if written_off_on is not None and on >= written_off_on:  # what came before it still pays the loan
        record_recovery(actor, now, loan_id=loan_id, receipt_id=receipt_id, amount=receipt.amount, on=on)
        book = queries.book(loan_id)
        return ReceiptAllocated(loan_id, on, Money(0), Money(0), Money(0), book.credit, closed=False)
    booked = receipt.booked_at.astimezone(UTC).isoformat()
    return use_money(actor, loan_id, receipt.amount, on, now, receipt_id=receipt_id, sequence=booked)


def use_money(
    actor: Actor,
    loan_id: LoanId,
    amount: Money,
    on: date,
    now: datetime,
    *,
    receipt_id: ReceiptId,
    sequence: str = "",
) -> ReceiptAllocated:
    """Let money received take effect on a day; plain and joined. The client gets the schedule it may have changed.

    `sequence`: its place among the receipts of the day, the bank's own.
    """
    event = rules.Received(
        ref=f"receipt:{receipt_id}",
        on=on,
        sequence=sequence,
        amount=amount,
        wish=queries.wish(loan_id, now),
    )
    done = record(loan_id, event, now, by=actor.id, receipt_id=receipt_id)
    if done.fresh:
        tell_of_schedule(actor, done, event, now)
    return ReceiptAllocated(
        loan_id=loan_id,
        on=on,
        **paid(done.effect, event.ref),
        credit=done.after.credit,
        closed=done.after.status is rules.Status.CLOSED,
    )
