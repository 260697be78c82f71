"""A loan from its first day to another: what fell due, what was paid, where it stands, and the journal.

A question is the terms of a schedule, what happened, and a day. The published conventions are the defaults: a payment
stays as agreed, what interest comes out dearer or cheaper its principal bears, and the last instalment the rest.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, Strict

from nesie.entrypoints.calculator import Unfit
from nesie.entrypoints.calculator.happenings import EventIn, Loan, happened
from nesie.entrypoints.calculator.terms import TermsIn, planned
from nesie.entrypoints.calculator.words import AmountOut, Day, DayOut, In, Out, Percent
from nesie.foundation.terms import rules as terms
from nesie.journey.loans import rules
from nesie.journey.loans.rules import AnyEvent, Component, Life, LoanFacts
from nesie.kernel.ids import ClientId, ContractId, LoanId
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate

MOST_EVENTS = 3000
MOST_DAYS = 20_000
_NOBODY = UUID(int=0)
_DIGITS = 8  # of a day's rate of penalty

# What money pays first. The Law's order is the default; the other is that of the published cases.
ORDERS: dict[str, tuple[Component, ...]] = {
    "law": rules.ORDERS[0].order,
    "interest_first": (
        Component.PENALTY,
        Component.COSTS,
        Component.OVERDUE_INTEREST,
        Component.OVERDUE_PRINCIPAL,
        Component.CURRENT_INTEREST,
        Component.CURRENT_PRINCIPAL,
    ),
}


class PenaltyIn(In):
    """Penalty of a late payment, a day, and what bounds it; `stop_days`: after them nothing may be demanded."""

    first_day_pct: Percent
    later_day_pct: Percent | None = None
    switch_days: Annotated[int, Strict(), Field(ge=0, le=3660)] = 90
    year_cap_pct: Percent | None = None
    stop_days: Annotated[int, Strict(), Field(ge=0, le=3660)] | None = None


class LoanIn(TermsIn):
    """The terms of a loan, what happened to it, and the day to look at it."""

    events: Annotated[list[EventIn], Field(max_length=MOST_EVENTS)] = []
    as_of: Day
    order: Literal["law", "interest_first"] = "law"
    level: bool = True
    penalty: PenaltyIn | None = None


class InstalmentOut(Out):
    """An instalment: what it comes to (expected, if ahead), what of it is paid and what is not, the balance after.

    Principal paid early stands with the instalment of its day, or else with the next one.
    """

    due_on: DayOut
    principal: AmountOut
    interest: AmountOut
    penalty: AmountOut
    due: AmountOut
    paid: AmountOut
    outstanding: AmountOut
    balance: AmountOut


class PositionOut(Out):
    """The loan on the day, by component. `held_interest` is of a pause, `memo_*` may not be demanded: no claims."""

    status: str
    debt: AmountOut
    principal: AmountOut
    interest: AmountOut
    penalty: AmountOut
    overdue_principal: AmountOut
    overdue_interest: AmountOut
    days_past_due: int
    credit: AmountOut
    held_interest: AmountOut
    memo_interest: AmountOut
    memo_penalty: AmountOut
    recourse: AmountOut


class LineOut(Out):
    """A line of an entry."""

    account: str
    debit: AmountOut
    credit: AmountOut


class EntryOut(Out):
    """What the books take on a day, under one description."""

    on: DayOut
    description: str
    lines: list[LineOut]


class QuoteOut(Out):
    """What repays the loan in full on a day, if nothing else is paid before."""

    on: DayOut
    principal: AmountOut
    interest: AmountOut
    penalty: AmountOut
    credit: AmountOut
    total: AmountOut


class SumsOut(Out):
    """Sums over all instalments."""

    principal: AmountOut
    interest: AmountOut
    due: AmountOut
    paid: AmountOut
    outstanding: AmountOut


class LoanOut(Out):
    """The loan on the day asked."""

    as_of: DayOut
    rows: list[InstalmentOut]
    totals: SumsOut
    position: PositionOut
    payoff_quotes: list[QuoteOut]
    journal: list[EntryOut]


Asked, Answer = LoanIn, LoanOut


class _EveryDay:
    """Days off are none where the question names no penalty: there is no delay to count."""

    def working_day_from(self, day: date) -> date:
        """The day itself."""
        return day


def calculate(asked: LoanIn) -> LoanOut:
    """The loan on the day asked; Unfit when something cannot have happened."""
    if asked.as_of < asked.disbursed_on:
        raise Unfit("the day asked is before the disbursement", "as_of")
    if (asked.as_of - asked.disbursed_on).days > MOST_DAYS:
        raise Unfit(f"a loan of at most {MOST_DAYS} days is reckoned", "as_of")
    loan = _loan(asked)
    events = happened(loan, asked.events)
    life = loan.until(events, asked.as_of)
    rows = _rows(life)
    quotes = [
        _quote(loan, events, event.on)
        for event in asked.events
        if event.payoff_quote and event.on >= asked.disbursed_on
    ]
    return LoanOut(
        as_of=asked.as_of.isoformat(),
        rows=rows,
        totals=_sums(rows),
        position=_position(life.book),
        payoff_quotes=quotes,
        journal=_journal(life),
    )


def _loan(asked: LoanIn) -> Loan:
    agreed = planned(asked)
    facts = LoanFacts(
        loan_id=LoanId(_NOBODY),
        contract_id=ContractId(_NOBODY),
        client_id=ClientId(_NOBODY),
        number="",
        amount=asked.principal,
        annual_rate=asked.annual_rate_pct,
        day_count=asked.day_count,
        opened_on=asked.disbursed_on,
        contract_on=asked.disbursed_on,
        consumer=True,
        delay=_delay(asked.penalty),
        terms=agreed.terms,
        level=asked.level and _is_level(agreed.terms),
        order=ORDERS[asked.order],
        by_instalment=asked.order == "interest_first",
    )
    calendar: rules.WorkingDays = _EveryDay()
    if asked.penalty is not None:
        from nesie.foundation.norms.rules import Calendar

        calendar = Calendar()
    return Loan(facts, agreed, calendar)


def _is_level(agreed: terms.Terms) -> bool:
    plain = not (agreed.grace_principal or agreed.grace_interest or agreed.balloon)
    return plain and agreed.method in (terms.Method.ANNUITY, terms.Method.FIXED_PAYMENT)


def _delay(penalty: PenaltyIn | None) -> rules.DelayNorms:
    if penalty is None:
        return rules.DelayNorms(Decimal(0), Decimal(0), 0, Decimal(0), None)
    first = _day_rate(penalty.first_day_pct)
    later = first if penalty.later_day_pct is None else _day_rate(penalty.later_day_pct)
    most = Decimal(10**6) if penalty.year_cap_pct is None else _day_rate(penalty.year_cap_pct)
    return rules.DelayNorms(first, later, penalty.switch_days, most, penalty.stop_days)


def _day_rate(rate: Rate) -> Decimal:
    exact = Decimal(rate.ratio.numerator) / Decimal(rate.ratio.denominator)
    return exact.quantize(Decimal(1).scaleb(-_DIGITS))


# --- what it comes to -----------------------------------------------------------------------------------------------


def _rows(life: Life) -> list[InstalmentOut]:
    book = life.book
    ahead = {one.number: one for one in rules.expected(book, arrears_paid=True)} if book.debt else {}
    early = _early(life)
    balance = book.facts.amount
    tranches = [(move.on, Money(dict(move.lines)[rules.Word.PRINCIPAL_RECEIVABLE])) for move in life.moves
                if move.code == "loan.tranche_paid"]  # fmt: skip
    found = []
    for due in book.dues:
        coming = ahead.get(due.number)
        extra = early.get(due.number, ZERO)
        principal = (coming.principal if coming else due.principal) + extra
        interest = coming.interest if coming else due.interest
        paid = due.principal_paid + due.interest_paid + due.penalty_paid + extra
        whole = principal + interest + due.penalty
        while tranches and tranches[0][0] <= due.due_on:
            balance += tranches.pop(0)[1]
        balance -= principal
        found.append(
            InstalmentOut(
                due_on=due.due_on.isoformat(),
                principal=str(principal),
                interest=str(interest),
                penalty=str(due.penalty),
                due=str(whole),
                paid=str(paid),
                outstanding=str(whole - paid),
                balance=str(balance),
            )
        )
    return found


def _early(life: Life) -> dict[int, Money]:
    """Principal paid early, by the instalment it stands with."""
    found: dict[int, Money] = {}
    dues = life.book.dues
    for move in life.moves:
        amount = Money.total(
            part.amount for part in move.paid if part.number is None and part.component in rules.PRINCIPAL
        )
        if amount:
            number = next((due.number for due in dues if due.due_on >= move.on), len(dues))
            found[number] = found.get(number, ZERO) + amount
    return found


def _sums(rows: list[InstalmentOut]) -> SumsOut:
    def total(name: str) -> str:
        return str(Money.total(Money.tenge(getattr(row, name)) for row in rows))

    return SumsOut(
        principal=total("principal"),
        interest=total("interest"),
        due=total("due"),
        paid=total("paid"),
        outstanding=total("outstanding"),
    )


def _position(book: rules.Book) -> PositionOut:
    principal, interest, days = rules.overdue(book)
    return PositionOut(
        status=book.status.value,
        debt=str(book.debt),
        principal=str(book.principal),
        interest=str(book.interest),
        penalty=str(book.penalty_owed),
        overdue_principal=str(principal),
        overdue_interest=str(interest),
        days_past_due=days,
        credit=str(book.credit),
        held_interest=str(book.held),
        memo_interest=str(book.memo_interest),
        memo_penalty=str(book.memo_penalty),
        recourse=str(book.recourse.total),
    )


def _quote(loan: Loan, events: list[AnyEvent], on: date) -> QuoteOut:
    quote = rules.payoff(loan.until(events, on).book)
    return QuoteOut(
        on=on.isoformat(),
        principal=str(quote.principal),
        interest=str(quote.interest),
        penalty=str(quote.penalty),
        credit=str(quote.credit),
        total=str(quote.total),
    )


def _journal(life: Life) -> list[EntryOut]:
    return [
        EntryOut(
            on=day.isoformat(),
            description=code,
            lines=[
                LineOut(account=word.value, debit=str(Money(max(0, amount))), credit=str(Money(max(0, -amount))))
                for word, amount in lines.items()
            ],
        )
        for (day, code), lines in sorted(rules.journal(life).items())
    ]
