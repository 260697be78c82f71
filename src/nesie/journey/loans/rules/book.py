"""What one loan owes, day by day: pure arithmetic, the same to the tiyn as the set-based statement of the day close.

The day. Interest of a day is for the night before it, on the principal left the evening before: disbursed on the 1st,
the first interest is of the 2nd. An instalment is overdue from the day after the last day it can be paid on without
delay: its due day, or the next working day when the due day is a day off (Civil Code, art. 175). That day was taken
from the calendar when the loan was opened. Only delay waits for it: the interest of the period is settled on the due
day, and interest goes on by the contract. Within a day: interest and penalty first, then what falls due, then money of
the client that lies with us, then receipts.

Interest of the period between two due days is one running total rounded once; each day gets the difference, so
nothing drifts however the days are split. Penalty is a running total within the contract year, capped as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from nesie.foundation.norms.rules import Calendar
from nesie.foundation.terms import rules as terms
from nesie.journey.loans.rules.norms import Component, DelayNorms, contract_year
from nesie.kernel.ids import ClientId, ContractId, LoanId
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LoanFacts:
    """What never changes about a loan."""

    loan_id: LoanId
    contract_id: ContractId
    client_id: ClientId
    number: str
    amount: Money
    annual_rate: Rate
    day_count: terms.DayCount
    opened_on: date
    contract_on: date
    consumer: bool
    delay: DelayNorms


@dataclass(frozen=True, slots=True)
class Due:
    """One instalment as it is owed. `interest` is nothing until the due day settles it.

    `grace_until_on` is the last day a payment is not late: the due day itself, or the next working day after a day off.
    """

    number: int
    due_on: date
    grace_until_on: date
    principal: Money
    interest: Money = ZERO
    principal_paid: Money = ZERO
    interest_paid: Money = ZERO

    @property
    def principal_left(self) -> Money:
        """Principal of the instalment not paid yet."""
        return self.principal - self.principal_paid

    @property
    def interest_left(self) -> Money:
        """Interest of the instalment not paid yet."""
        return self.interest - self.interest_paid

    @property
    def left(self) -> Money:
        """All that is not paid of it."""
        return self.principal_left + self.interest_left

    def is_late(self, day: date) -> bool:
        """True when the instalment could be paid without delay on no later day than one before `day`."""
        return self.grace_until_on < day


@dataclass(frozen=True, slots=True)
class Book:
    """Where a loan stands after the day `accrued_on`.

    `period`: the number of the instalment whose interest is being accrued; one above the last after the schedule ended.
    `period_weight`: principal in tiyn times weight of each day of the period, summed (days.DENOMINATOR units).
    `penalty_exact`: penalties of the contract year `penalty_year` in tiyn, before rounding and cap.
    """

    facts: LoanFacts
    dues: tuple[Due, ...]
    accrued_on: date
    period: int = 1
    period_weight: int = 0
    period_accrued: Money = ZERO
    period_paid: Money = ZERO
    penalty: Money = ZERO
    penalty_year: int = 0
    penalty_exact: Decimal = Decimal(0)
    penalty_year_accrued: Money = ZERO
    credit: Money = ZERO

    @property
    def principal(self) -> Money:
        """Principal not paid, due or not."""
        return Money.total(due.principal_left for due in self.dues)

    @property
    def interest(self) -> Money:
        """Interest accrued and not paid."""
        return Money.total(due.interest_left for due in self.dues) + self.period_accrued - self.period_paid

    @property
    def debt(self) -> Money:
        """The debt in the Rules' words: principal, accrued interest and penalty not paid."""
        return self.principal + self.interest + self.penalty

    @property
    def next_due(self) -> Due | None:
        """The instalment whose period runs; None after the last."""
        return self.dues[self.period - 1] if self.period <= len(self.dues) else None


@dataclass(frozen=True, slots=True)
class DayAccrued:
    """What one day added, and from what: the answer to "why this figure?"."""

    day: date
    principal: Money
    interest: Money
    overdue: Money
    penalty: Money
    days_past_due: int


def open_book(facts: LoanFacts, plan: terms.Schedule, calendar: Calendar) -> Book:
    """A loan on the day its money was paid out: nothing accrued, the schedule's principal ahead.

    The days off known today decide the last day of each instalment without delay, for ever: a day declared later
    rewrites nothing that was agreed.
    """
    dues = tuple(Due(row.number, row.due_on, calendar.working_day_from(row.due_on), row.principal) for row in plan.rows)
    return Book(facts, dues, accrued_on=facts.opened_on)


def overdue_since(dues: Iterable[Due], day: date) -> date | None:
    """The last day without delay of the oldest instalment that is late and not fully paid; None without delay."""
    return min((due.grace_until_on for due in dues if due.is_late(day) and due.left), default=None)


def days_past_due(book: Book, day: date) -> int:
    """Days of delay of the oldest unpaid instalment: computed from what is due and paid, never stored as a status."""
    since = overdue_since(book.dues, day)
    return (day - since).days if since else 0


def accrue_day(book: Book) -> tuple[Book, DayAccrued]:
    """The next day's interest and penalty, and the instalment that falls due on it."""
    day = book.accrued_on + _ONE_DAY
    late = days_past_due(book, day)
    stop = book.facts.delay.stop_days
    stopped = stop is not None and late > stop
    base = book.principal
    weight = 0 if stopped else base.tiyn * terms.weight(book.facts.day_count, book.accrued_on, day)
    after = _with_interest(book, weight)
    overdue = ZERO if stopped else Money.total(due.left for due in book.dues if due.is_late(day))
    after = _with_penalty(after, day, Decimal(0) if stopped else _penalty_of(book, day))
    accrued = DayAccrued(
        day, base, after.period_accrued - book.period_accrued, overdue, after.penalty - book.penalty, late
    )
    return _fall_due(replace(after, accrued_on=day)), accrued


def _with_interest(book: Book, weight: int) -> Book:
    total = book.period_weight + weight
    fraction = Fraction(total, terms.DENOMINATOR[book.facts.day_count])
    return replace(book, period_weight=total, period_accrued=Money.rounded(book.facts.annual_rate.ratio * fraction))


def _penalty_of(book: Book, day: date) -> Decimal:
    norms = book.facts.delay
    return sum(
        (
            due.left.tiyn
            * (norms.first_day_rate if (day - due.grace_until_on).days <= norms.switch_days else norms.later_day_rate)
            for due in book.dues
            if due.is_late(day)
        ),
        Decimal(0),
    )


def _with_penalty(book: Book, day: date, exact: Decimal) -> Book:
    year = contract_year(book.facts.contract_on, day)
    before_exact, before = (
        (book.penalty_exact, book.penalty_year_accrued)
        if year == book.penalty_year
        else (
            Decimal(0),
            ZERO,
        )
    )
    total = before_exact + exact
    accrued = min(Money.rounded(Fraction(total)), book.facts.delay.most_penalty_a_year(book.facts.amount))
    return replace(
        book,
        penalty_year=year,
        penalty_exact=total,
        penalty_year_accrued=accrued,
        penalty=book.penalty + accrued - before,
    )


def _fall_due(book: Book) -> Book:
    """On a due day the interest of the period becomes the instalment's, and the next period starts from nothing."""
    due = book.next_due
    if due is None or due.due_on != book.accrued_on:
        return book
    dues = list(book.dues)
    dues[book.period - 1] = replace(due, interest=book.period_accrued)
    return replace(book, dues=tuple(dues), period=book.period + 1, period_weight=0, period_accrued=ZERO)


@dataclass(frozen=True, slots=True)
class Claim:
    """An amount a payment may go to; `number` is the instalment's, None for what belongs to none."""

    component: Component
    number: int | None
    amount: Money


@dataclass(frozen=True, slots=True)
class Paid:
    """An amount that went to a claim."""

    component: Component
    number: int | None
    amount: Money


def claims(book: Book) -> tuple[Claim, ...]:
    """What a payment may go to today: the overdue, penalty, what is due and not late, and interest after the last."""
    day = book.accrued_on
    found: list[Claim] = []
    for due in book.dues:
        if due.due_on > day:
            continue
        overdue = due.is_late(day)
        found.append(
            Claim(
                Component.OVERDUE_PRINCIPAL if overdue else Component.CURRENT_PRINCIPAL, due.number, due.principal_left
            )
        )
        found.append(
            Claim(Component.OVERDUE_INTEREST if overdue else Component.CURRENT_INTEREST, due.number, due.interest_left)
        )
    found.append(Claim(Component.PENALTY, None, book.penalty))
    if book.next_due is None:
        found.append(Claim(Component.CURRENT_INTEREST, None, book.period_accrued - book.period_paid))
    return tuple(claim for claim in found if claim.amount)


def payoff_claims(book: Book) -> tuple[Claim, ...]:
    """All that is owed today, principal of later instalments and interest of the running period included."""
    later = [
        Claim(Component.CURRENT_PRINCIPAL, due.number, due.principal_left)
        for due in book.dues
        if due.due_on > book.accrued_on
    ]
    running = book.period_accrued - book.period_paid
    if book.next_due is not None:
        later.append(Claim(Component.CURRENT_INTEREST, None, running))
    return (*claims(book), *(claim for claim in later if claim.amount))


def allocate(money: Money, owed: Iterable[Claim], order: tuple[Component, ...]) -> tuple[tuple[Paid, ...], Money]:
    """Spread money over claims in the given order, older instalments first within a component; and what is left."""
    rank = {component: place for place, component in enumerate(order)}
    paid: list[Paid] = []
    for claim in sorted(owed, key=lambda claim: (rank[claim.component], claim.number or 0)):
        part = min(money, claim.amount)
        if part:
            paid.append(Paid(claim.component, claim.number, part))
            money -= part
    return tuple(paid), money


@dataclass(frozen=True, slots=True)
class Settlement:
    """How money was used: what it paid, what the client's credit became, and the loan after it."""

    book: Book
    paid: tuple[Paid, ...]
    received: Money
    credit_before: Money
    full: bool  # nothing is owed any more

    def part(self, *components: Component) -> Money:
        """The sum that went to these components."""
        return Money.total(paid.amount for paid in self.paid if paid.component in components)


PRINCIPAL = (Component.OVERDUE_PRINCIPAL, Component.CURRENT_PRINCIPAL)
INTEREST = (Component.OVERDUE_INTEREST, Component.CURRENT_INTEREST)


def settle(book: Book, received: Money, order: tuple[Component, ...]) -> Settlement:
    """Use money received today together with the client's credit.

    When it covers the whole debt, the loan is repaid early in full (Law 56-V, art. 9 p. 1 sub 4: at any time, without a
    fee); otherwise it pays what is claimed today, and the rest stays the client's until the next due day.
    """
    money = received + book.credit
    owed = payoff_claims(book) if money >= book.debt else claims(book)
    paid, rest = allocate(money, owed, order)
    after = replace(pay(book, paid), credit=rest)
    return Settlement(after, paid, received, book.credit, full=not after.debt)


def pay(book: Book, paid: Iterable[Paid]) -> Book:
    """The book after payments of its claims."""
    dues = list(book.dues)
    penalty, running = book.penalty, book.period_paid
    for part in paid:
        if part.component is Component.PENALTY:
            penalty -= part.amount
        elif part.number is None:
            running += part.amount
        else:
            due = dues[part.number - 1]
            if part.component in PRINCIPAL:
                dues[part.number - 1] = replace(due, principal_paid=due.principal_paid + part.amount)
            else:
                dues[part.number - 1] = replace(due, interest_paid=due.interest_paid + part.amount)
    return replace(book, dues=tuple(dues), penalty=penalty, period_paid=running)


def advance(book: Book, day: date, order: tuple[Component, ...]) -> Book:
    """The loan on a later day if nothing is received until then: what a payoff quote for that day is made of."""
    while book.accrued_on < day and book.debt:
        book, _ = accrue_day(book)
        if book.credit and claims(book):
            book = settle(book, ZERO, order).book
    return book


def expected_interest(book: Book, due: Due, before: date) -> Money:
    """Interest an unpaid later instalment will carry if every payment is made on its day; for the next one, exactly.

    `before` is the due day before it (or the day the loan was opened).
    """
    if due.number == book.period:
        rest = terms.weight(book.facts.day_count, book.accrued_on, due.due_on) * book.principal.tiyn
        return _with_interest(book, rest).period_accrued - book.period_paid
    left = Money.total(other.principal_left for other in book.dues if other.number >= due.number)
    fraction = terms.year_fraction(book.facts.day_count, before, due.due_on)
    return terms.interest(left, book.facts.annual_rate, fraction)
