"""A loan that anybody can reckon by head: a thousandth of what is left is its interest of a day.

120,000 tenge at 36.5 % a year of 365 days, four parts of 30,000 every ten days from Monday the 2nd of February 2026:
due on Thursday 12th and Sunday 22nd (till Monday) of February, Wednesday 4th and Saturday 14th (till Monday) of March.
Penalty is 0.5 % a day for 15 days of delay, then 0.03 %, a tenth of the loan a year at most; nothing is demanded after
20 days.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from nesie.foundation.terms.rules import Method, Terms, Unit, schedule
from nesie.journey.loans import rules
from nesie.journey.loans.rules import Book, DayAccrued, DelayNorms, LoanFacts
from nesie.kernel.ids import ClientId, ContractId, LoanId, new_id
from nesie.kernel.money import Money
from nesie.kernel.rate import Rate

DAY = timedelta(days=1)
OPENED_ON = date(2026, 2, 2)
LAW = DelayNorms(Decimal("0.005"), Decimal("0.0003"), 15, Decimal("0.1"), 20)
TERMS = Terms(
    Money.tenge(120_000), Rate.percent("36.5"), Method.CUSTOM, 4, every=10, unit=Unit.DAYS,
    principal_parts=(Money.tenge(30_000),) * 4,
)  # fmt: skip


class Weekends:
    """Only Saturdays and Sundays are days off."""

    def working_day_from(self, day: date) -> date:
        return day + DAY * max(0, 7 - day.weekday()) if day.weekday() > 4 else day

    def is_working(self, day: date) -> bool:
        return day.weekday() < 5


WEEKENDS = Weekends()


def t(tenge: str | float) -> Money:
    """Tenge, to the tiyn."""
    return Money.tenge(str(tenge))


def feb(day: int) -> date:
    return date(2026, 2, day)


def mar(day: int) -> date:
    return date(2026, 3, day)


def facts_of(terms: Terms = TERMS, delay: DelayNorms = LAW, **more: Any) -> LoanFacts:
    facts = LoanFacts(
        LoanId(new_id()), ContractId(new_id()), ClientId(new_id()), "1", terms.principal, terms.annual_rate,
        terms.day_count, OPENED_ON, OPENED_ON, True, delay, terms,
    )  # fmt: skip
    return replace(facts, **more)


def opened(terms: Terms = TERMS, delay: DelayNorms = LAW, **more: Any) -> Book:
    return rules.open_book(facts_of(terms, delay, **more), schedule(terms, OPENED_ON, calendar=WEEKENDS), WEEKENDS)


def to(day: date, book: Book | None = None) -> Book:
    """The loan at the end of a day when nobody pays."""
    book = book or opened()
    while book.accrued_on < day:
        book, _ = rules.accrue_day(book)
    return book


def days_to(day: date, book: Book | None = None) -> list[DayAccrued]:
    book, found = book or opened(), []
    while book.accrued_on < day:
        book, accrued = rules.accrue_day(book)
        found.append(accrued)
    return found


def after(book: Book, *events: rules.AnyEvent) -> Book:
    for event in events:
        book = rules.apply(book, event).book
    return book


def lines(book: Book, event: rules.AnyEvent) -> dict[str, Money]:
    """What the event itself puts into the books, by account."""
    move = rules.apply(book, event).moves[0]
    return {word.value: Money(tiyn) for word, tiyn in move.lines}


def paid(book: Book, tenge: str | float, **more: Any) -> rules.Received:
    return rules.Received(ref=f"paid {tenge}", on=book.accrued_on, amount=t(tenge), **more)
