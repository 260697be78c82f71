"""Write down what a settlement decided: dues, state, allocation, entry, end of the loan. Plain joined functions."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.ledger import actions as ledger
from nesie.foundation.ledger.rules import Entry
from nesie.journey.loans import rules
from nesie.journey.loans.actions.keeping import end, save_book
from nesie.journey.loans.models import Allocation, AllocationPart, LoanEvent, LoanTransition
from nesie.kernel.ids import LoanId


def write_settlement(
    before: rules.Book,
    settlement: rules.Settlement,
    entry: Entry,
    now: datetime,
    *,
    on: date,
    event: LoanEvent | None,
) -> None:
    """Store a settlement of a day with its entry; close the loan when nothing is owed.

    `event`: the receipt; None when the client's own credit was used. The caller holds the lock of the loan's state row.
    """
    after = settlement.book
    save_book(before, after)
    allocation = Allocation.objects.create(
        loan_id=after.facts.loan_id,
        kind=(rules.LineKind.RECEIVED if event else rules.LineKind.CREDIT_USED).value,
        event=event,
        receipt_id=event.receipt_id if event else None,
        on=on,
        at=now,
        received_tiyn=settlement.received.tiyn,
        credit_tiyn=(after.credit - settlement.credit_before).tiyn,
    )
    AllocationPart.objects.bulk_create(
        AllocationPart(
            allocation=allocation, component=paid.component.value, number=paid.number, amount_tiyn=paid.amount.tiyn
        )
        for paid in settlement.paid
    )
    ledger.post(entry, now)
    if before.debt and not after.debt:
        close(after.facts.loan_id, after, now)


def close(loan_id: LoanId, book: rules.Book, now: datetime) -> None:
    """The loan has ended: nothing accrues any more."""
    end(book)
    move(loan_id, rules.Status.CLOSED, book, now)


def move(loan_id: LoanId, status: rules.Status, book: rules.Book, now: datetime) -> None:
    """One transition row; two moves at once meet at its number."""
    LoanTransition.objects.create(
        loan_id=loan_id,
        number=LoanTransition.objects.filter(loan_id=loan_id).count() + 1,
        status=status.value,
        on=book.accrued_on,
        at=now,
    )
