"""GESV: the annual effective rate of a loan, by the Law's formula (Law 56-V, art. 5; NB Resolution No. 208).

Sum of what the borrower gets, each discounted by (1 + rate)^(days / 365), equals the sum of what the borrower pays.
Penalties do not enter. The equation is solved for the discount of one day, whose powers are whole numbers of days,
inside a bracket, in decimals of 40 digits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from itertools import accumulate, pairwise

from nesie.foundation.terms.rules.schedule import Schedule
from nesie.kernel.money import Money
from nesie.kernel.refused import noop

_DIGITS = 40
_UNROUNDED = Decimal(1).scaleb(-12)
_RELATIVE_PRECISION = Decimal(1).scaleb(-30)
_NEWTON_STEPS = 20
_MOST_STEPS = 1000
_MOST_PCT = Decimal(1).scaleb(15)
_MOST_DISCOUNT = 2**64
# Yearly growth from a fall of 99 % to a hundred thousand per cent, in steps of 2 %.
_SCAN_FROM, _SCAN_STEP, _SCAN_STEPS = 0.01, 1.02, 600


class NoGesv(ValueError):
    """The flows have no single sensible rate: nothing paid out first, nothing paid back, or far too much."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Money that moved on a day: positive to the borrower, negative from the borrower."""

    on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Gesv:
    """The rate in percent: unrounded to twelve decimals (tested against the cap) and as shown."""

    unrounded_pct: Decimal
    shown_pct: Decimal


def flows(plan: Schedule) -> tuple[Flow, ...]:
    """The flows of a schedule: the loan out, every payment in."""
    out = Flow(plan.disbursed_on, plan.totals.principal)
    return (out, *(Flow(row.due_on, -row.payment) for row in plan.rows))


def gesv(money: Iterable[Flow], *, shown_decimals: int = 1, day_base: int = 365) -> Gesv:
    """The annual effective rate of the flows, days counted from the first; NoGesv when there is none."""
    by_day = _by_day(money)
    _check_single(by_day, day_base)
    with localcontext(Context(prec=_DIGITS)):
        day_discount = _root(by_day)
        percent = (day_discount**-day_base - 1) * 100
        if percent > _MOST_PCT:
            raise NoGesv(noop("the rate is beyond all sense"))
        return Gesv(
            percent.quantize(_UNROUNDED, ROUND_HALF_UP),
            percent.quantize(Decimal(1).scaleb(-shown_decimals), ROUND_HALF_UP),
        )


def residual(money: Iterable[Flow], unrounded_pct: Decimal, *, day_base: int = 365) -> Decimal:
    """What the equation leaves at this rate, as a part of everything paid out: how good a root it is."""
    by_day = _by_day(money)
    with localcontext(Context(prec=_DIGITS)):
        day_discount = (1 + unrounded_pct / 100) ** (Decimal(-1) / day_base)
        lent = sum(amount for amount in by_day.values() if amount > 0)
        return _value(by_day, day_discount) / lent


def _by_day(money: Iterable[Flow]) -> dict[int, int]:
    """Net tiyn by the number of days after the first flow."""
    flows_in_order = sorted(money, key=lambda flow: flow.on)
    if not flows_in_order:
        raise NoGesv(noop("no flows"))
    first = flows_in_order[0].on
    by_day: defaultdict[int, int] = defaultdict(int)
    for flow in flows_in_order:
        by_day[(flow.on - first).days] += flow.amount.tiyn
    by_day = defaultdict(int, {day: amount for day, amount in by_day.items() if amount})
    if by_day.get(0, 0) <= 0:
        raise NoGesv(noop("the first flow must go to the borrower"))
    if not any(amount < 0 for amount in by_day.values()):
        raise NoGesv(noop("nothing is paid back"))
    return dict(by_day)


def _value(by_day: dict[int, int], day_discount: Decimal) -> Decimal:
    return _value_and_slope(by_day, day_discount)[0]


def _value_and_slope(by_day: dict[int, int], day_discount: Decimal) -> tuple[Decimal, Decimal]:
    """What the flows are worth, and how that changes with the discount: one pass from the last flow back.

    Flows of a loan lie a few different numbers of days apart, so that only a few powers are needed.
    """
    value, slope, after = Decimal(0), Decimal(0), None
    powers: dict[int, tuple[Decimal, Decimal]] = {}
    for day in sorted(by_day, reverse=True):
        gap = 0 if after is None else after - day
        if gap not in powers:
            powers[gap] = (day_discount**gap, gap * day_discount ** (gap - 1) if gap else Decimal(0))
        power, power_slope = powers[gap]
        value, slope, after = value * power + by_day[day], slope * power + value * power_slope, day
    return value, slope


def _check_single(by_day: dict[int, int], day_base: int) -> None:
    """Refuse flows that several rates would answer to.

    One change of sign, of the flows or of what the borrower holds (Norstrom), leaves one rate. Where a borrower repaid
    with interest and drew again, the value of the flows is looked at over all sensible rates.
    """
    amounts = [by_day[day] for day in sorted(by_day)]
    if _changes(amounts) == 1 or _changes(list(accumulate(amounts))) == 1:
        return
    rates = (_SCAN_FROM * _SCAN_STEP**count for count in range(_SCAN_STEPS))
    values = [sum(amount * rate ** (-day / day_base) for day, amount in by_day.items()) for rate in rates]
    if _changes(values) > 1:
        raise NoGesv(noop("the flows have more than one rate"))


def _changes(values: Sequence[float]) -> int:
    signs = [value > 0 for value in values if value]
    return sum(one != other for one, other in pairwise(signs))


def _root(by_day: dict[int, int]) -> Decimal:
    """The discount of one day at which the flows are worth nothing: Newton's steps, kept inside a bracket."""
    # Next to a discount of nothing only the first payout is left, so the value is above zero there.
    low, high = Decimal(1).scaleb(-40), Decimal(1)
    while _value(by_day, high) > 0:  # less is paid back than lent: a rate below zero
        low, high = high, high * 2
        if high > _MOST_DISCOUNT:  # the money never comes back, whatever a day of waiting is worth
            raise NoGesv(noop("the flows have no rate"))
    guess = high
    for count in range(_MOST_STEPS):
        value, slope = _value_and_slope(by_day, guess)
        if not value:
            return guess
        low, high = (guess, high) if value > 0 else (low, guess)
        newton = guess - value / slope if slope else low
        # Newton creeps along a steep power; a loan of sense is solved long before halving is called in.
        creeps = count > _NEWTON_STEPS and count % 2
        step = newton if low < newton < high and not creeps else (low + high) / 2
        if abs(step - guess) <= guess * _RELATIVE_PRECISION:
            return step
        guess = step
    raise NoGesv(noop("the flows have no single rate"))
