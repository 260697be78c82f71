"""What the instalments still ahead will carry if every payment is made on its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from nesie.foundation.terms import rules as terms
from nesie.journey.loans.rules.book import Book
from nesie.journey.loans.rules.desk import Desk, period_part
from nesie.kernel.money import ZERO, Money


@dataclass(frozen=True, slots=True)
class Expected:
    """One instalment ahead as it will fall due: exactly for the next one, the others if all is paid on its day."""

    number: int
    principal: Money
    interest: Money


def expected(book: Book, *, arrears_paid: bool = False) -> tuple[Expected, ...]:
    """The instalments ahead of the book. `arrears_paid`: as if what is claimed today were paid today."""
    desk = Desk(book)
    facts = book.facts
    rate = book.annual_rate.ratio
    found: list[Expected] = []
    left = Money.total(due.principal_left for due in book.dues[book.period - 1 :])
    base = left.tiyn if arrears_paid and not facts.flat else desk.base
    start = book.accrued_on
    shifted = Money(0)  # principal that level payments have moved to the last instalment
    waiting = ZERO  # interest of instalments in grace, paid with the first one after them
    for due in book.dues[book.period - 1 :]:
        if not found:
            weight = desk.period_weight + _claimed(base * desk.day_weight(start, due.due_on), desk, start, due.due_on)
            interest = Money(
                due.interest.tiyn
                + desk.period_accrued
                - desk.period_paid
                + desk.rounded(weight)
                - desk.rounded(desk.period_weight)
            )
        else:
            part = (
                period_part(facts.terms, start, due.due_on)
                if facts.terms is not None and facts.equal_periods
                else terms.year_fraction(facts.day_count, start, due.due_on)
            )
            part *= desk.claimed_part(start, due.due_on)
            interest = due.interest + _interest(desk.base if facts.flat and left else left.tiyn, rate, part)
        principal = due.principal
        if due.number == len(book.dues):
            principal += shifted
        elif due.payment is not None:
            ahead = left - due.principal_left
            principal = max(due.principal_paid, min(due.payment - interest, due.principal + ahead))
            shifted += due.principal - principal
        interest += waiting
        waiting = ZERO
        if book.in_grace(due):
            interest, waiting = due.interest_paid, interest - due.interest_paid
        found.append(Expected(due.number, principal, interest))
        left -= principal - due.principal_paid
        start = due.due_on
    return tuple(found)


def _interest(base: int, rate: Fraction, part: Fraction) -> Money:
    return Money.rounded(base * rate * part)


def _claimed(weight: int, desk: Desk, start: date, end: date) -> int:
    return int(weight * desk.claimed_part(start, end))
