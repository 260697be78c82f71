"""The instalments still ahead, made anew: after an early payment, another rate, more money paid out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction

from nesie.foundation.terms import rules as terms
from nesie.journey.loans.rules.book import Due
from nesie.journey.loans.rules.desk import Desk, period_part
from nesie.journey.loans.rules.events import Keep
from nesie.kernel.money import ZERO, Money

_DIGITS = 60  # far more than any payment has: only its rounding to the step is used


@dataclass(frozen=True, slots=True)
class Ahead:
    """What the periods ahead cost: the rate of each whole period, and of the running one what stands and what is left.

    `growth`: interest of one tiyn of balance over a period. `standing`: interest of the running period so far, exact.
    """

    growth: tuple[Fraction, ...]
    standing: Fraction
    flat_base: int | None

    def interest(self, index: int, balance: int) -> int:
        """Interest of a period in tiyn, rounded half up."""
        base = balance if self.flat_base is None or not balance else self.flat_base
        exact = base * self.growth[index] + (self.standing if index == 0 else 0)
        return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def ahead_of(desk: Desk) -> Ahead:
    """The periods ahead of the loan on the desk."""
    facts = desk.facts
    rate = (facts.annual_rate if desk.rate is None else desk.rate).ratio
    start, rest = desk.accrued_on, desk.dues[desk.period - 1 :]
    growth = []
    for place, due in enumerate(rest):
        if place == 0:
            left = desk.day_weight(start, due.due_on) * desk.claimed_part(start, due.due_on)
            growth.append(desk.numerator * left / desk.denominator)
        elif facts.terms is not None and facts.equal_periods:
            claimed = desk.claimed_part(start, due.due_on)
            growth.append(rate * period_part(facts.terms, start, due.due_on) * claimed)
        else:
            claimed = desk.claimed_part(start, due.due_on)
            growth.append(rate * terms.year_fraction(facts.day_count, start, due.due_on) * claimed)
        start = due.due_on
    standing = Fraction(desk.period_accrued + desk.period_held - desk.period_paid) + (
        Fraction(desk.numerator * desk.period_weight, desk.denominator) - desk.period_rounded
    )
    return Ahead(tuple(growth), standing, desk.base if facts.flat else None)


def payment_now(desk: Desk) -> int:
    """What the next instalment comes to if nothing else is paid before, in tiyn."""
    return desk.dues[desk.period - 1].principal_left.tiyn + ahead_of(desk).interest(0, principal_ahead(desk))


def remake(desk: Desk, left: int, keep: Keep, payment: int | None = None) -> None:
    """Give the instalments ahead a principal of `left` tiyn in all, keeping what `keep` says. Paid parts stay paid.

    `payment`: the one to keep, in tiyn, when it is not the one by the book as it stands.
    """
    first = desk.period - 1
    rest = desk.dues[first:]
    ahead = ahead_of(desk)
    method = desk.facts.terms.method if desk.facts.terms is not None else terms.Method.ANNUITY
    if keep is Keep.PRINCIPAL or method is terms.Method.CUSTOM:
        parts = _tail([due.principal_left.tiyn for due in rest], left)
    elif method is terms.Method.BULLET:
        parts = [0] * (len(rest) - 1) + [left]
    else:
        shape = _shape(desk, left)
        if method is terms.Method.DIFFERENTIATED:
            spread = Fraction(left - shape.balloon, len(rest) - shape.grace)
            kept = max((due.principal_left.tiyn for due in rest[shape.grace : -1]), default=0)
            part = kept if keep is Keep.PAYMENT and kept else _stepped(spread, desk)
            parts = _by_principal(left, part, len(rest), shape)
        elif keep is Keep.PAYMENT:
            now = _level_now(desk, rest, ahead, shape) if payment is None else payment
            parts = _by_payment(left, now, ahead, shape)
        else:
            parts = _level(left, ahead, desk, shape)
    _lay(desk, first, parts, ahead, shorten=keep is Keep.PAYMENT)


@dataclass(frozen=True, slots=True)
class Shape:
    """What of the agreed schedule is still ahead: instalments without principal, principal kept for the last one."""

    grace: int = 0
    balloon: int = 0


_PLAIN = Shape()


def _shape(desk: Desk, left: int) -> Shape:
    agreed = desk.facts.terms
    if agreed is None or desk.grace_over:
        return _PLAIN
    count = len(desk.dues) - desk.period + 1
    grace = max(0, min(agreed.grace_principal - desk.period + 1, count - 1))
    balloon = agreed.balloon.tiyn if agreed.balloon is not None else 0
    return Shape(grace, min(balloon, left))


def _level_now(desk: Desk, rest: list[Due], ahead: Ahead, shape: Shape) -> int:
    """The payment that is kept: of the next instalment, or of the first after the grace."""
    if not shape.grace:
        return payment_now(desk)
    balance = principal_ahead(desk)
    return rest[shape.grace].principal_left.tiyn + ahead.interest(shape.grace, balance)


def agree_payments(desk: Desk) -> None:
    """Where payments are level, those ahead become what their new rows come to."""
    if not desk.facts.level:
        return
    ahead, first = ahead_of(desk), desk.period - 1
    balance = principal_ahead(desk)
    for place, due in enumerate(desk.dues[first:]):
        payment = due.left + Money(ahead.interest(place, balance))
        desk.dues[first + place] = replace(due, payment=payment)
        balance -= due.principal_left.tiyn


def agreed_payment(desk: Desk) -> int | None:
    """The payment named in the terms, in tiyn; None when it follows from them."""
    agreed = desk.facts.terms
    return agreed.payment.tiyn if agreed is not None and agreed.payment is not None else None


def lengthen(desk: Desk, left: int) -> None:
    """As many more instalments, a step apart, as `left` tiyn take at the payment of today."""
    agreed = desk.facts.terms
    if agreed is None:
        return
    payment = agreed_payment(desk) or payment_now(desk)
    ahead = ahead_of(desk)
    rate = (desk.facts.annual_rate if desk.rate is None else desk.rate).ratio
    for index in range(len(ahead.growth)):
        left -= max(0, min(left, payment - ahead.interest(index, left)))
    while left and len(desk.dues) < terms.MOST_INSTALMENTS:
        last = desk.dues[-1]
        on = terms.step(last.due_on, agreed.unit, agreed.every)
        if desk.facts.equal_periods:
            part = period_part(agreed, last.due_on, on)
        else:
            part = terms.year_fraction(desk.facts.day_count, last.due_on, on)
        base = left if ahead.flat_base is None else ahead.flat_base
        paid = payment - Money.rounded(base * rate * part).tiyn
        if paid <= 0:
            return  # such a payment would never repay it: the last instalment takes the rest
        left -= min(left, paid)
        desk.dues.append(Due(last.number + 1, on, on, ZERO, payment=last.payment))


def _lay(desk: Desk, first: int, parts: list[int], ahead: Ahead, *, shorten: bool) -> None:
    count = len(parts)
    while shorten and count > 1 and not parts[count - 1] and _is_empty(desk.dues[first + count - 1]):
        count -= 1
    balance = sum(parts)
    made: list[Due] = []
    for place in range(count):
        due, part = desk.dues[first + place], parts[place]
        payment = None
        if due.payment is not None:
            payment = Money(part + ahead.interest(place, balance)) + due.interest_left
        made.append(replace(due, principal=due.principal_paid + Money(part), payment=payment))
        balance -= part
    desk.dues[first:] = made
    desk.scale()
    desk.scan()


def _is_empty(due: Due) -> bool:
    """Nothing but principal was to be paid with it, and nothing was paid."""
    return not (due.interest.tiyn or due.penalty.tiyn or due.principal_paid.tiyn)


def _tail(parts: list[int], left: int) -> list[int]:
    """The same parts; what is less is taken off the last ones, what is more is added to the last."""
    change = left - sum(parts)
    if change > 0:
        parts[-1] += change
        return parts
    for place in range(len(parts) - 1, -1, -1):
        cut = min(parts[place], -change)
        parts[place] -= cut
        change += cut
    return parts


def _by_principal(left: int, part: int, count: int, shape: Shape = _PLAIN) -> list[int]:
    found = []
    for index in range(count - 1):
        found.append(min(part, max(0, left - shape.balloon)) if index >= shape.grace else 0)
        left -= found[-1]
    return [*found, left]


def _by_payment(left: int, payment: int, ahead: Ahead, shape: Shape = _PLAIN) -> list[int]:
    """Principal of each instalment if all pay `payment`; the last one takes what is left."""
    found = []
    for index in range(len(ahead.growth) - 1):
        part = max(0, min(left - shape.balloon, payment - ahead.interest(index, left))) if index >= shape.grace else 0
        found.append(part)
        left -= part
    return [*found, left]


def _level(left: int, ahead: Ahead, desk: Desk, shape: Shape) -> list[int]:
    """Equal payments, multiples of the step: of the two nearest the one whose last payment differs least."""
    exact = _exact_level(left, ahead, shape)
    step = desk.facts.terms.payment_step.tiyn if desk.facts.terms is not None else 1
    down = int(exact) // step * step

    def last_differs(payment: int) -> int:
        parts = _by_payment(left, payment, ahead, shape)
        return abs(parts[-1] - shape.balloon + ahead.interest(len(parts) - 1, parts[-1]) - payment)

    best = min((down, down + step), key=last_differs) if down else step
    return _by_payment(left, best, ahead, shape)


def _exact_level(left: int, ahead: Ahead, shape: Shape) -> Decimal:
    """The payment that brings the balance to the balloon if no interest were rounded."""
    with localcontext() as context:
        context.prec = _DIGITS
        standing = Decimal(ahead.standing.numerator) / ahead.standing.denominator
        grown, paid_by_one = Decimal(left), Decimal(0)
        for index, part in enumerate(ahead.growth):
            if index < shape.grace:
                continue  # its interest is paid by itself
            growth = Decimal(part.numerator) / part.denominator
            if ahead.flat_base is not None:
                grown, paid_by_one = grown + ahead.flat_base * growth, paid_by_one + 1
            else:
                grown, paid_by_one = grown * (1 + growth), paid_by_one * (1 + growth) + 1
            if index == 0:
                grown += standing
        return (grown - shape.balloon) / paid_by_one


def _stepped(exact: Fraction, desk: Desk) -> int:
    step = desk.facts.terms.payment_step.tiyn if desk.facts.terms is not None else 1
    return int(exact) // step * step


def principal_ahead(desk: Desk) -> int:
    """Principal of the instalments still ahead, in tiyn."""
    return sum(due.principal_left.tiyn for due in desk.dues[desk.period - 1 :])
