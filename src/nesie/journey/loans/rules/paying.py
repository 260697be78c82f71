"""Money of the client: what it may pay, in which order, and what is left of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from nesie.journey.loans.rules.book import Book, Status
from nesie.journey.loans.rules.day import run_day
from nesie.journey.loans.rules.desk import Desk
from nesie.journey.loans.rules.norms import Component
from nesie.kernel.money import ZERO, Money

PRINCIPAL = (Component.OVERDUE_PRINCIPAL, Component.CURRENT_PRINCIPAL)
INTEREST = (Component.OVERDUE_INTEREST, Component.CURRENT_INTEREST)


class Wish(StrEnum):
    """What the client wants done with money above what is claimed today."""

    KEEP = "keep"  # it lies with us until the next due day
    AHEAD = "ahead"  # principal of the next instalments now; their days and payments stay
    REDUCE_PAYMENT = "reduce_payment"  # principal now, as many instalments, smaller ones
    REDUCE_TERM = "reduce_term"  # principal now, payments as agreed, fewer of them


@dataclass(frozen=True, slots=True)
class Claim:
    """An amount a payment may go to; `number` is the instalment's, None for what belongs to none."""

    component: Component
    number: int | None
    amount: Money


@dataclass(frozen=True, slots=True)
class Paid:
    """An amount that went to a claim. Principal of no instalment: early, the instalments ahead were made anew by it."""

    component: Component
    number: int | None
    amount: Money


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


def claims(book: Book) -> tuple[Claim, ...]:
    """What a payment may go to today: the overdue, penalty, what is due and not late, and interest after the last."""
    return tuple(claims_on(Desk(book)))


def payoff_claims(book: Book) -> tuple[Claim, ...]:
    """All that is owed today, principal of later instalments and interest of the running period included."""
    return tuple(payoff_claims_on(Desk(book)))


def claims_on(desk: Desk) -> list[Claim]:
    """`claims` of the loan on the desk; the work is that of the instalments open."""
    found: list[Claim] = []
    for index in range(desk.oldest, desk.period - 1):
        due = desk.dues[index]
        overdue = index < desk.late_end
        # In whole numbers: there may be thousands of instalments open, and most components of them are paid.
        if due.principal.tiyn != due.principal_paid.tiyn:
            component = Component.OVERDUE_PRINCIPAL if overdue else Component.CURRENT_PRINCIPAL
            found.append(Claim(component, due.number, due.principal_left))
        if due.interest.tiyn != due.interest_paid.tiyn:
            component = Component.OVERDUE_INTEREST if overdue else Component.CURRENT_INTEREST
            found.append(Claim(component, due.number, due.interest_left))
        if due.penalty.tiyn != due.penalty_paid.tiyn:
            found.append(Claim(Component.PENALTY, due.number, due.penalty_left))
    if desk.penalty:
        found.append(Claim(Component.PENALTY, None, Money(desk.penalty)))
    if desk.period > len(desk.dues) and desk.period_accrued != desk.period_paid:
        found.append(Claim(Component.CURRENT_INTEREST, None, Money(desk.period_accrued - desk.period_paid)))
    return found


def payoff_claims_on(desk: Desk) -> list[Claim]:
    """`payoff_claims` of the loan on the desk."""
    found = claims_on(desk)
    for due in desk.dues[desk.period - 1 :]:
        for component, amount in (
            (Component.CURRENT_PRINCIPAL, due.principal_left),
            (Component.CURRENT_INTEREST, due.interest_left),
            (Component.PENALTY, due.penalty_left),
        ):
            if amount.tiyn:
                found.append(Claim(component, due.number, amount))
    if desk.period <= len(desk.dues) and desk.period_accrued != desk.period_paid:
        found.append(Claim(Component.CURRENT_INTEREST, None, Money(desk.period_accrued - desk.period_paid)))
    return found


def allocate(
    money: Money, owed: Iterable[Claim], order: tuple[Component, ...], *, by_instalment: bool = False
) -> tuple[tuple[Paid, ...], Money]:
    """Spread money over claims in the given order, older instalments first within a component; and what is left.

    `by_instalment`: an older instalment whole before a later one, each in the order; what belongs to none comes last.
    """
    rank = {component: place for place, component in enumerate(order)}
    paid: list[Paid] = []

    def place(claim: Claim) -> tuple[bool, int, int]:
        if by_instalment:
            return claim.number is None, claim.number or 0, rank[claim.component]
        return False, rank[claim.component], claim.number or 0

    for claim in sorted(owed, key=place):
        part = min(money, claim.amount)
        if part:
            paid.append(Paid(claim.component, claim.number, part))
            money -= part
    return tuple(paid), money


def settle(book: Book, received: Money, order: tuple[Component, ...]) -> Settlement:
    """Use money received today together with the client's credit.

    When it covers the whole debt, the loan is repaid early in full (Law 56-V, art. 9 p. 1 sub 4: at any time, without a
    fee); otherwise it pays what is claimed today, and the rest stays the client's until the next due day.
    """
    desk = Desk(book)
    paid = settle_on(desk, received, order)
    return Settlement(desk.book(), paid, received, book.credit, full=not desk.debt)


def settle_on(desk: Desk, received: Money, order: tuple[Component, ...]) -> tuple[Paid, ...]:
    """`settle` on the desk: what was paid."""
    money = received + Money(desk.credit)
    owed = payoff_claims_on(desk) if money.tiyn >= desk.debt else claims_on(desk)
    paid, rest = allocate(money, owed, order, by_instalment=desk.facts.by_instalment)
    pay_on(desk, paid)
    desk.credit = rest.tiyn
    close_if_paid(desk)
    return paid


def close_if_paid(desk: Desk) -> None:
    """A loan with nothing owed is closed."""
    if desk.status is Status.ACTIVE and not desk.debt:
        desk.status = Status.CLOSED


def pay(book: Book, paid: Iterable[Paid]) -> Book:
    """The book after payments of its claims."""
    desk = Desk(book)
    pay_on(desk, paid)
    return desk.book()


def pay_on(desk: Desk, paid: Iterable[Paid]) -> None:
    """`pay` on the desk."""
    for part in paid:
        if part.number is None:
            if part.component is Component.PENALTY:
                desk.penalty -= part.amount.tiyn
            elif part.component in PRINCIPAL:
                raise ValueError("principal is owed by instalments")
            else:
                desk.period_paid += part.amount.tiyn
            continue
        due = desk.dues[part.number - 1]
        if part.component is Component.PENALTY:
            due = replace(due, penalty_paid=due.penalty_paid + part.amount)
        elif part.component in PRINCIPAL:
            due = replace(due, principal_paid=due.principal_paid + part.amount)
        else:
            due = replace(due, interest_paid=due.interest_paid + part.amount)
        desk.put(part.number - 1, due)
    desk.pass_paid()


def advance(book: Book, day: date, order: tuple[Component, ...]) -> Book:
    """The loan on a later day if nothing is received until then: what a payoff quote for that day is made of."""
    desk = Desk(book)
    while desk.accrued_on < day and desk.debt:
        run_day(desk)
        if desk.credit and claims_on(desk):
            settle_on(desk, ZERO, order)
    return desk.book()
