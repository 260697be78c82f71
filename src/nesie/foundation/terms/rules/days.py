"""Time in lending arithmetic: day counts and due dates. The only place that knows how a year is divided."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

# act/act divides by 365 or 366 by the day's own calendar year; both are whole parts of this number.
_COMMON_YEAR_DAYS, _LEAP_YEAR_DAYS = 365, 366
_ACT_ACT_DENOMINATOR = _COMMON_YEAR_DAYS * _LEAP_YEAR_DAYS


class DayCount(StrEnum):
    """How days become a part of a year; fixed in the contract."""

    ACT_365 = "act/365"
    ACT_360 = "act/360"
    ACT_364 = "act/364"
    ACT_ACT = "act/act"  # each day divided by the length of its own calendar year
    THIRTY_360 = "30/360"  # European: the 31st counts as the 30th


class Unit(StrEnum):
    """The unit of the distance between instalments."""

    MONTHS = "months"
    WEEKS = "weeks"
    DAYS = "days"


DENOMINATOR: dict[DayCount, int] = {
    DayCount.ACT_365: 365,
    DayCount.ACT_360: 360,
    DayCount.ACT_364: 364,
    DayCount.ACT_ACT: _ACT_ACT_DENOMINATOR,
    DayCount.THIRTY_360: 360,
}


def weight(day_count: DayCount, start: date, end: date) -> int:
    """Parts of a year in the days after `start` up to and including `end`, in units of 1/DENOMINATOR.

    Weights of neighbouring stretches add up exactly, so interest does not depend on how days are split.
    """
    if day_count is DayCount.THIRTY_360:
        return _thirty_days(end) - _thirty_days(start)
    if day_count is DayCount.ACT_ACT:
        return _act_act(end) - _act_act(start)
    return (end - start).days


def year_fraction(day_count: DayCount, start: date, end: date) -> Fraction:
    """The same as an exact part of a year."""
    return Fraction(weight(day_count, start, end), DENOMINATOR[day_count])


def _thirty_days(day: date) -> int:
    return day.year * 360 + (day.month - 1) * 30 + min(day.day, 30)


def _act_act(day: date) -> int:
    """Weight from the first day of year 1 to `day`."""
    years_before = day.year - 1
    in_year = day.timetuple().tm_yday
    # A whole year, leap or not, always weighs one year.
    days_of_year = _LEAP_YEAR_DAYS if calendar.isleap(day.year) else _COMMON_YEAR_DAYS
    return years_before * _ACT_ACT_DENOMINATOR + in_year * (_ACT_ACT_DENOMINATOR // days_of_year)


def add_months(day: date, months: int) -> date:
    """The same number `months` later, or the last day of that month (Civil Code, art. 173)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def on_day(month_of: date, day_number: int) -> date:
    """The day with that number in the month of `month_of`, or the last of a shorter month."""
    return month_of.replace(day=min(day_number, calendar.monthrange(month_of.year, month_of.month)[1]))


def months_between(start: date, end: date) -> Fraction:
    """Whole months from `start`, and the days left over as a part of the month they lie in."""
    whole = (end.year - start.year) * 12 + end.month - start.month
    if add_months(start, whole) > end:
        whole -= 1
    begun = add_months(start, whole)
    return whole + Fraction((end - begun).days, (add_months(start, whole + 1) - begun).days)


def step(day: date, unit: Unit, count: int) -> date:
    """`count` units after `day`."""
    if unit is Unit.MONTHS:
        return add_months(day, count)
    return day + timedelta(days=count * (7 if unit is Unit.WEEKS else 1))
