"""When instalments fall due, and what part of a year each period counts for."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Protocol

from nesie.foundation.terms.rules.days import (
    DENOMINATOR,
    DayCount,
    Unit,
    months_between,
    on_day,
    step,
    year_fraction,
)
from nesie.foundation.terms.rules.terms import NonWorkingDay, PeriodInterest, Terms, TermsUnfit
from nesie.kernel.refused import noop

_ONE_DAY = timedelta(days=1)
_MONTHS_OF_YEAR = 12


class WorkingDays(Protocol):
    """Knows days off; `norms.rules.Calendar` is one."""

    def is_working(self, day: date) -> bool:
        """True on a working day."""
        ...


def due_days(terms: Terms, disbursed_on: date, calendar: WorkingDays | None = None) -> tuple[date, ...]:
    """The due day of each instalment, moved off days off when the terms say so (the calendar is needed only then)."""
    return _moved(terms, disbursed_on, agreed_days(terms, disbursed_on), calendar)


def agreed_days(terms: Terms, disbursed_on: date) -> tuple[date, ...]:
    """The days before any is moved, reckoned from the first one so that a month end does not creep."""
    first = terms.first_due_on or _first(terms, disbursed_on)
    if first <= disbursed_on:
        raise TermsUnfit(noop("the first instalment must be due after the day of disbursement"), "first_due_on")
    try:
        return tuple(_agreed(terms, disbursed_on, first, number) for number in range(terms.instalments))
    except (ValueError, OverflowError) as error:  # beyond the calendar's last year
        raise TermsUnfit(noop("the last instalment would be due too far away"), "instalments") from error


def _first(terms: Terms, disbursed_on: date) -> date:
    try:
        first = step(disbursed_on, terms.unit, terms.every)
    except (ValueError, OverflowError) as error:
        raise TermsUnfit(noop("the first instalment would be due too far away"), "every") from error
    return first if terms.due_day is None else on_day(first, terms.due_day)


def _agreed(terms: Terms, disbursed_on: date, first: date, number: int) -> date:
    if number == 0:
        return first
    if terms.due_day is not None:
        return on_day(step(first.replace(day=1), terms.unit, terms.every * number), terms.due_day)
    if terms.first_due_on is None:
        return step(disbursed_on, terms.unit, terms.every * (number + 1))
    return step(first, terms.unit, terms.every * number)


def _moved(
    terms: Terms, disbursed_on: date, agreed: tuple[date, ...], calendar: WorkingDays | None
) -> tuple[date, ...]:
    if terms.non_working_day is NonWorkingDay.LEAVE:
        return agreed
    if calendar is None:
        raise TermsUnfit(noop("to move instalments off days off a calendar is needed"), "non_working_day")
    way = _ONE_DAY if terms.non_working_day is NonWorkingDay.NEXT else -_ONE_DAY
    days = tuple(_off_days_off(day, way, calendar) for day in agreed)
    if any(late <= early for early, late in zip((disbursed_on, *days), days, strict=False)):
        raise TermsUnfit(noop("instalments would meet on one working day"), "non_working_day")
    return days


def _off_days_off(day: date, way: timedelta, calendar: WorkingDays) -> date:
    while not calendar.is_working(day):
        day += way
    return day


def fractions(
    terms: Terms, disbursed_on: date, agreed: tuple[date, ...], days: tuple[date, ...]
) -> tuple[Fraction, ...]:
    """The part of a year each period counts for; equal periods do not feel that a day off moved their end."""
    if terms.period_interest is PeriodInterest.DAILY:
        starts = (disbursed_on, *days[:-1])
        return tuple(year_fraction(terms.day_count, start, end) for start, end in zip(starts, days, strict=True))
    starts = (disbursed_on, *agreed[:-1])
    return tuple(_equal(terms, start, end) for start, end in zip(starts, agreed, strict=True))


def _equal(terms: Terms, start: date, end: date) -> Fraction:
    if terms.unit is not Unit.MONTHS:
        # Weeks and days are as long as they are; of 30/360 only the year is left.
        if terms.day_count is DayCount.ACT_ACT:
            return year_fraction(terms.day_count, start, end)
        return Fraction((end - start).days, DENOMINATOR[terms.day_count])
    if _is_regular(terms, start, end):
        return Fraction(terms.every, _MONTHS_OF_YEAR)
    return months_between(start, end) / _MONTHS_OF_YEAR


def _is_regular(terms: Terms, start: date, end: date) -> bool:
    """From one month end to another is a whole step too, whichever of them is the shorter month."""
    months = (end.year - start.year) * _MONTHS_OF_YEAR + end.month - start.month
    if months != terms.every:
        return False
    number = max(start.day, end.day) if terms.due_day is None else terms.due_day
    return on_day(start, number) == start and on_day(end, number) == end
