"""What remains to be paid, as a schedule: for papers, for the client's page, for agreeing on a change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nesie.foundation.terms import rules as terms
from nesie.journey.loans.rules.book import Book
from nesie.journey.loans.rules.expected import expected
from nesie.kernel.money import ZERO, Money


@dataclass(frozen=True, slots=True)
class Arrears:
    """What fell due and is not paid; nothing grows on its interest."""

    principal: Money
    interest: Money
    penalty: Money


def arrears(book: Book) -> Arrears:
    """What of the debt has fallen due, and the penalty claimed now."""
    fallen = book.dues[: book.period - 1]
    ended = book.next_due is None
    running = book.period_accrued - book.period_paid if ended else ZERO
    return Arrears(
        Money.total(due.principal_left for due in fallen),
        Money.total(due.interest_left for due in fallen) + running,
        book.penalty + Money.total(due.penalty_left for due in fallen),
    )


def running_interest(book: Book) -> Money:
    """Interest accrued in the running period and not yet due."""
    return book.interest - arrears(book).interest - _carried(book)


def _carried(book: Book) -> Money:
    """Interest a change made payable with later instalments."""
    return Money.total(due.interest_left for due in book.dues[book.period - 1 :])


def plan_ahead(book: Book, *, without_carried: bool = False) -> terms.Schedule:
    """The instalments ahead as they will fall due if all is paid on its day; the first row stands on the book's day.

    Principal that fell due and is not paid is a row of that very day. `without_carried`: without the overdue interest
    that a change made payable with later instalments (it is shown apart).
    """
    late = arrears(book)
    left = book.principal
    rows: list[terms.Row] = []
    if late.principal:
        left -= late.principal
        rows.append(terms.Row(1, book.accrued_on, late.principal, ZERO, late.principal, left))
    ahead = {due.number: due for due in book.dues[book.period - 1 :]}
    for one in expected(book, arrears_paid=True):
        due = ahead[one.number]
        principal = one.principal - due.principal_paid
        interest = one.interest - due.interest_paid
        if without_carried:
            interest -= due.interest_left
        left -= principal
        rows.append(terms.Row(len(rows) + 1, due.due_on, principal + interest, interest, principal, left))
    return terms.Schedule(book.accrued_on, tuple(rows))


def days_ahead(book: Book) -> tuple[tuple[int, date, date, Money], ...]:
    """What is agreed of the instalments ahead: their days and principal. A change of it is a new schedule."""
    return tuple((due.number, due.due_on, due.grace_until_on, due.principal) for due in book.dues[book.period - 1 :])


def reschedules(before: Book, after: Book) -> bool:
    """True when an event gave the loan another schedule: other days, other principal, or another rate, still ahead."""
    if not after.debt or not after.dues[after.period - 1 :]:
        return False
    if before.annual_rate != after.annual_rate:
        return True
    first = max(before.period, after.period)
    was = {due.number: (due.due_on, due.principal) for due in before.dues[first - 1 :]}
    now = {due.number: (due.due_on, due.principal) for due in after.dues[first - 1 :]}
    return was != now
