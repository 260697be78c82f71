"""Write down what an event, or the client's own credit, did to a loan. Plain joined functions.

The caller holds the loan's lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from nesie.foundation.ledger import actions as ledger
from nesie.foundation.ledger import queries as books
from nesie.journey.loans import postings, queries, rules
from nesie.journey.loans.actions.keeping import save_book
from nesie.journey.loans.models import Allocation, AllocationPart, LoanEvent, LoanTransition
from nesie.kernel.ids import LoanId


def use_credit(loan_id: LoanId, now: datetime) -> None:
    """The client's money that lies with us pays what is claimed on the day the loan stands on."""
    book = queries.book(loan_id)
    applied = rules.credit_used(book)
    if not applied.moves:
        return
    keep(book, applied.book, now)
    effect = rules.at_once(applied)
    write_moves(loan_id, effect.moves, now, cause=None)
    last_closed = books.last_closed_month()
    entries = [postings.moved(book.facts, one, last_closed=last_closed) for one in effect.own]
    ledger.post_many([entry for entry in entries if entry is not None], now)


def keep(before: rules.Book, after: rules.Book, now: datetime) -> None:
    """Where the loan stands, and its move when it ended or runs again."""
    save_book(before, after)
    if after.status is not before.status:
        move(after.facts.loan_id, after.status, after.accrued_on, now)


def move(loan_id: LoanId, status: rules.Status, on: date, now: datetime) -> None:
    """One transition row; two moves at once meet at its number."""
    LoanTransition.objects.create(
        loan_id=loan_id,
        number=LoanTransition.objects.filter(loan_id=loan_id).count() + 1,
        status=status.value,
        on=on,
        at=now,
    )


def write_moves(loan_id: LoanId, moves: Iterable[rules.MoveChange], now: datetime, *, cause: LoanEvent | None) -> None:
    """A row for each move, or for each difference of one; `cause` None: the day close moved it."""
    changes = tuple(moves)
    refs = {change.ref for change in changes if change.ref}
    events = {row.key: row for row in LoanEvent.objects.filter(loan_id=loan_id, key__in=refs)} if refs else {}
    for change in changes:
        event = events.get(change.ref)
        allocation = Allocation.objects.create(
            loan_id=loan_id,
            kind=rules.move_kind(change.code),
            event=event,
            cause=cause,
            receipt_id=event.receipt_id if event else None,
            on=change.on,
            at=now,
            received_tiyn=change.received.tiyn,
            credit_tiyn=change.credit.tiyn,
            principal_tiyn=change.principal,
            interest_tiyn=change.interest,
            penalty_tiyn=change.penalty,
            memo_interest_tiyn=change.memo_interest,
            memo_penalty_tiyn=change.memo_penalty,
        )
        AllocationPart.objects.bulk_create(
            AllocationPart(allocation=allocation, component=component.value, number=number, amount_tiyn=amount.tiyn)
            for component, number, amount in change.parts
        )
