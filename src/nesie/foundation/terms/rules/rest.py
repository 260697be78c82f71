"""The plan of what is left of a loan: after an early payment of a part, or from any balance on any day."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction

from nesie.foundation.terms.rules.dates import WorkingDays, agreed_days, due_days, fractions
from nesie.foundation.terms.rules.days import Unit
from nesie.foundation.terms.rules.schedule import Periods, Row, Schedule, schedule
from nesie.foundation.terms.rules.terms import Method, Terms, TermsUnfit
from nesie.kernel.money import ZERO, Money
from nesie.kernel.refused import noop


def rest(
    terms: Terms,
    plan: Schedule,
    on: date,
    balance: Money,
    *,
    accrued: Fraction = Fraction(0),
    calendar: WorkingDays | None = None,
) -> Terms:
    """Terms for the balance over the instalments of the plan due after `on`, on their days: payments get smaller.

    `schedule(rest(...), on, accrued=..., calendar=...)` is then the new plan; what fell due by `on` is no part of it.
    Weeks and days go on from the next instalment's own day when that one was moved past `on`, where it was agreed.
    TermsUnfit when no instalment is left, or no balance.
    """
    left = _left(plan, on)
    gone = len(plan.rows) - len(left)
    agreed = agreed_days(terms, plan.disbursed_on)[gone]
    parts = terms.principal_parts
    found = replace(
        terms,
        principal=balance,
        instalments=len(left),
        first_due_on=agreed if agreed > on else left[0].due_on,
        due_day=_due_day(terms, plan),
        payment=None,
        grace_principal=max(0, terms.grace_principal - gone),
        grace_interest=max(0, terms.grace_interest - gone),
        principal_parts=_shrunk(parts[gone:], balance) if parts is not None else None,
        balloon=min(terms.balloon, balance) if terms.balloon is not None else None,
    )
    return _fitting(found, on, accrued, calendar)


def shortened(
    terms: Terms,
    plan: Schedule,
    on: date,
    balance: Money,
    *,
    accrued: Fraction = Fraction(0),
    calendar: WorkingDays | None = None,
) -> Terms:
    """Terms for the balance that keep the payments of the plan (its parts of principal, when those are equal or named).

    There are as few instalments as that takes, never more than were left; the last is the smaller one. `accrued` as
    for `schedule`. A bullet loan has nothing to shorten: its terms are those of `rest`.
    """
    over_all = rest(terms, plan, on, balance, accrued=accrued, calendar=calendar)
    left = _left(plan, on)
    if terms.method is Method.BULLET:
        return over_all
    if terms.method in (Method.ANNUITY, Method.FIXED_PAYMENT):
        payment = _payment_of(left[max(over_all.grace_principal, over_all.grace_interest) :])
        return _by_payment(over_all, on, payment, accrued, calendar) if payment else over_all
    parts = _covering([row.principal for row in left], balance)
    return replace(
        over_all,
        method=Method.FLAT if terms.method is Method.FLAT else Method.CUSTOM,
        instalments=len(parts),
        principal_parts=parts,
        grace_principal=0,  # its nothings are among the parts
        grace_interest=min(over_all.grace_interest, len(parts) - 1),
        balloon=None,
    )


def _left(plan: Schedule, on: date) -> list[Row]:
    left = [row for row in plan.rows if row.due_on > on]
    if not left:
        raise TermsUnfit(noop("no instalment is left"), "instalments")
    return left


def _due_day(terms: Terms, plan: Schedule) -> int | None:
    """The number that a short month may have hidden from the next instalment."""
    if terms.unit is not Unit.MONTHS or terms.due_day is not None:
        return terms.due_day
    return (terms.first_due_on or plan.disbursed_on).day


def _shrunk(parts: tuple[Money, ...], balance: Money) -> tuple[Money, ...]:
    """Parts in the same proportion that add up to the balance; the last takes what rounding left."""
    whole = Money.total(parts).tiyn or 1
    smaller = [Money(part.tiyn * balance.tiyn // whole) for part in parts[:-1]]
    return (*smaller, balance - Money.total(smaller))


def _fitting(terms: Terms, on: date, accrued: Fraction, calendar: WorkingDays | None) -> Terms:
    """A payment rounded up to a coarse step may repay a small balance too early; equal payments then do it."""
    if terms.method is Method.FIXED_PAYMENT:
        try:
            schedule(terms, on, accrued=accrued, calendar=calendar)
        except TermsUnfit as unfit:
            if unfit.field != "payment":
                raise
            return replace(terms, method=Method.ANNUITY)
    return terms


def _payment_of(left: list[Row]) -> Money:
    """The payment most of the instalments have; of the last one if it is alone."""
    level = [row.payment for row in left if row.balance] or [left[0].payment]
    return Counter(level).most_common(1)[0][0]


def _by_payment(terms: Terms, on: date, payment: Money, accrued: Fraction, calendar: WorkingDays | None) -> Terms:
    days = due_days(terms, on, calendar)
    periods = Periods(terms, fractions(terms, on, agreed_days(terms, on), days), accrued)
    balance, count = terms.principal, 1
    for index in range(terms.instalments):
        count = index + 1
        charged = periods.interest(index, balance)
        if index in periods.repaying:
            if balance + charged <= payment:
                break
            balance -= max(ZERO, payment - charged)
    return replace(
        terms,
        method=Method.FIXED_PAYMENT,
        payment=payment,
        instalments=count,
        grace_interest=min(terms.grace_interest, count - 1),
        balloon=None,
    )


def _covering(parts: list[Money], balance: Money) -> tuple[Money, ...]:
    """The first parts, as many as the balance needs; the last one takes what is left, be it less or more."""
    found: list[Money] = []
    for part in parts:
        found.append(min(part, balance))
        balance -= found[-1]
        if not balance:
            break
    found[-1] += balance
    return tuple(found)
