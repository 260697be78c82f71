"""The terms of a loan as a caller writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, Strict

from nesie.entrypoints.calculator import Unfit
from nesie.entrypoints.calculator.words import Amount, Day, In, Percent
from nesie.foundation.terms import rules
from nesie.foundation.terms.rules import (
    MOST_INSTALMENTS,
    DayCount,
    Method,
    NonWorkingDay,
    PeriodInterest,
    Schedule,
    Terms,
    TermsUnfit,
    Unit,
    WorkingDays,
)

_MOST_STEPS = 3660

# The rules' names that callers know by another.
_CALLED = {"annual_rate": "annual_rate_pct"}


class TermsIn(In):
    """Terms of a loan; what is absent has its default.

    `principal_parts` names the principal of each instalment: the method is then `custom`, or stays `flat`.
    """

    principal: Amount
    annual_rate_pct: Percent
    method: Method = Method.ANNUITY
    instalments: Annotated[int, Strict(), Field(ge=1, le=MOST_INSTALMENTS)]
    every: Annotated[int, Strict(), Field(ge=1, le=_MOST_STEPS)] = 1
    unit: Unit = Unit.MONTHS
    disbursed_on: Day
    first_due_on: Day | None = None
    day_count: DayCount = DayCount.THIRTY_360
    period_interest: PeriodInterest = PeriodInterest.EQUAL
    payment_step: Amount = Field(default="0.01", validate_default=True)
    grace_principal: Annotated[int, Strict(), Field(ge=0, le=MOST_INSTALMENTS)] = 0
    grace_interest: Annotated[int, Strict(), Field(ge=0, le=MOST_INSTALMENTS)] = 0
    payment: Amount | None = None
    principal_parts: Annotated[list[Amount], Field(max_length=MOST_INSTALMENTS)] | None = None
    balloon: Amount | None = None
    due_day: Annotated[int, Strict(), Field(ge=1, le=31)] | None = None
    non_working_day: NonWorkingDay = NonWorkingDay.LEAVE


@dataclass(frozen=True, slots=True)
class Planned:
    """A loan as asked: its terms, the schedule, and the working days when the terms need them."""

    terms: Terms
    plan: Schedule
    calendar: WorkingDays | None


def planned(asked: TermsIn) -> Planned:
    """The schedule of the terms asked; Unfit, by the caller's own field, when they give none."""
    try:
        terms = _terms(asked)
        calendar = _calendar(terms)
        return Planned(terms, rules.schedule(terms, asked.disbursed_on, calendar=calendar), calendar)
    except TermsUnfit as unfit:
        raise Unfit(unfit.message, _CALLED.get(unfit.field, unfit.field), **unfit.params) from unfit


def _terms(asked: TermsIn) -> Terms:
    named = asked.principal_parts is not None
    return Terms(
        principal=asked.principal,
        annual_rate=asked.annual_rate_pct,
        method=Method.CUSTOM if named and asked.method is not Method.FLAT else asked.method,
        instalments=asked.instalments,
        every=asked.every,
        unit=asked.unit,
        first_due_on=asked.first_due_on,
        day_count=asked.day_count,
        payment_step=asked.payment_step,
        payment=asked.payment,
        period_interest=asked.period_interest,
        grace_principal=asked.grace_principal,
        grace_interest=asked.grace_interest,
        principal_parts=tuple(asked.principal_parts) if asked.principal_parts is not None else None,
        balloon=asked.balloon,
        due_day=asked.due_day,
        non_working_day=asked.non_working_day,
    )


def _calendar(terms: Terms) -> WorkingDays | None:
    if terms.non_working_day is NonWorkingDay.LEAVE:
        return None
    # Reading the holidays takes longer than all the rest, and few terms need them.
    from nesie.foundation.norms.rules import Calendar

    return Calendar()
