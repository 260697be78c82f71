"""Time and norms as pure rules: days of Almaty, working days, terms, and which dated value applies on a day.

Terms run as the Civil Code says (art. 173-176): from the day after the event; a term of months or years ends on the
same number, or on the last day of a shorter month; a last day that is not a working one gives way to the next working
day; the last day lasts until 24:00. A term of hours is an exact stretch of time.
"""

from __future__ import annotations

import calendar as month_lengths
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from nesie.kernel.actor import STAFF_ROLES, Role
from nesie.kernel.refused import Refused, noop

ALMATY = ZoneInfo("Asia/Almaty")

_KEEPERS = frozenset({Role.ADMINISTRATOR, Role.COMPLIANCE_OFFICER})
PERMITTED: dict[str, frozenset[Role]] = {
    "confirm_parameter": _KEEPERS,
    "set_parameter": _KEEPERS,
    "override_day": _KEEPERS,
    "push_clock": STAFF_ROLES - {Role.AUDITOR} | {Role.WORKER},
}
FOUR_EYES: frozenset[str] = frozenset({"confirm_parameter", "set_parameter", "override_day"})


class NormMissing(Refused):
    """No value of the norm is known for the day."""

    message = noop("The norm {code} has no value on {on}.")


class NormUnconfirmed(Refused):
    """The value for the day is only recalled, or unknown: it may not be used before it is confirmed."""

    message = noop("The norm {code} on {on} is not confirmed yet.")


class NoSuchRow(Refused):
    """There is nothing to confirm: no row of this code starts on this day, or its value is unknown."""

    message = noop("There is no value of {code} to confirm; set it instead.")


class ValueUnfit(Refused):
    """The value is not of its unit, or its period ends before it starts."""

    message = noop("The value does not fit its unit or period.")


class ClockIsReal(Refused):
    """Only a demo's clock can be pushed."""

    message = noop("The clock can be pushed only in the demo.")


class ClockGoesForward(Refused):
    """The clock is pushed forward by a positive number of seconds."""

    message = noop("The clock goes forward only.")


# --- days -----------------------------------------------------------------------------------------------------------


def business_day(now: datetime) -> date:
    """The calendar day in Almaty at this moment; ValueError for a naive moment."""
    if now.tzinfo is None:
        raise ValueError("a moment must know its offset")
    return now.astimezone(ALMATY).date()


def day_start(day: date) -> datetime:
    """The moment (UTC) at which the day begins in Almaty."""
    return datetime.combine(day, time.min, ALMATY).astimezone(UTC)


def day_end(day: date) -> datetime:
    """The moment (UTC) of 24:00 of the day: the first that is no longer of it."""
    return day_start(day + timedelta(days=1))


def hours_after(at: datetime, hours: int) -> datetime:
    """Exactly so many hours later, to the second, in UTC whatever the clocks on the wall did; ValueError when naive."""
    if at.tzinfo is None:
        raise ValueError("a moment must know its offset")
    return at.astimezone(UTC) + timedelta(hours=hours)


def add_months(day: date, months: int) -> date:
    """The same number so many months later, or the last day of a shorter month (Civil Code, art. 174)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = month_lengths.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


@lru_cache(maxsize=1)
def _kazakhstan() -> holidays.HolidayBase:
    return holidays.country_holidays("KZ")


@dataclass(frozen=True)
class Calendar:
    """Working days of Kazakhstan, five-day week: the known holidays, corrected by `overrides` (day -> working)."""

    overrides: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """True on a working day, moved ones included."""
        known = self.overrides.get(day)
        return bool(_kazakhstan().is_working_day(day)) if known is None else known

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        day += timedelta(days=1)
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def working_day_from(self, day: date) -> date:
        """`day` when it is a working one, else the next working day."""
        return day if self.is_working(day) else self.next_working_day(day)

    def add_working_days(self, day: date, days: int) -> date:
        """The working day that is the `days`-th after `day` (0 gives `day` itself); ValueError when negative."""
        if days < 0:
            raise ValueError("working days are counted forward")
        for _ in range(days):
            day = self.next_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`."""
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


# --- terms ----------------------------------------------------------------------------------------------------------


class TermUnit(StrEnum):
    """What a term is counted in; the words of the reference."""

    HOUR = "hour"
    CALENDAR_DAY = "calendar_day"
    WORKING_DAY = "working_day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Term:
    """So many hours, days, months or years; ValueError when negative."""

    count: int
    unit: TermUnit

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("a term is not negative")


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a term ends: `ends_at` (UTC) is the first moment that is too late; `last_on` the last day that is not."""

    ends_at: datetime
    last_on: date

    def is_over(self, now: datetime) -> bool:
        """True from the end on."""
        return now >= self.ends_at


def deadline(start: datetime, term: Term, calendar: Calendar) -> Deadline:
    """The end of a term that an event at `start` sets running.

    Hours end to the second and on any day; all else ends with its last day in Almaty, moved to a working day.
    """
    if term.unit is TermUnit.HOUR:
        ends_at = hours_after(start, term.count)
        return Deadline(ends_at, business_day(ends_at - timedelta(microseconds=1)))
    last_on = _last_day(business_day(start), term, calendar)
    return Deadline(day_end(last_on), last_on)


def _last_day(day: date, term: Term, calendar: Calendar) -> date:
    match term.unit:
        case TermUnit.WORKING_DAY:
            return calendar.add_working_days(day, term.count)
        case TermUnit.MONTH:
            last = add_months(day, term.count)
        case TermUnit.YEAR:
            last = add_months(day, 12 * term.count)
        case _:
            last = day + timedelta(days=term.count)
    return calendar.working_day_from(last)


# --- dated values ---------------------------------------------------------------------------------------------------

Value = Decimal | bool | str | None


class Certainty(StrEnum):
    """How well a value is known (the reference's words), or that the lender's staff set it."""

    VERIFIED = "verified"
    REPORTED = "reported"
    DERIVED = "derived"
    RECALLED = "recalled"
    UNKNOWN = "unknown"
    SET = "set"


_USABLE = frozenset({Certainty.VERIFIED, Certainty.REPORTED, Certainty.DERIVED, Certainty.SET})
_CERTAIN = frozenset({Certainty.VERIFIED, Certainty.SET})


@dataclass(frozen=True, slots=True)
class Row:
    """One dated value as it was loaded or set. `order` tells which of two rows of one day came later."""

    code: str
    text: str | None
    unit: str
    valid_from: date | None
    valid_to: date | None
    source: str
    certainty: Certainty
    note: str = ""
    confirmed_by_counsel: bool = False
    order: int = 0

    @property
    def fingerprint(self) -> str:
        """Stands for exactly this value and period: a confirmation holds for nothing else."""
        parts = (self.code, self.text, self.unit, self.valid_from, self.valid_to)
        return hashlib.sha256("\n".join("" if part is None else str(part) for part in parts).encode()).hexdigest()

    @property
    def confirmed(self) -> bool:
        """True when read in the text of the norm, set by staff, or confirmed by counsel."""
        return self.text is not None and (self.certainty in _CERTAIN or self.confirmed_by_counsel)

    @property
    def usable(self) -> bool:
        """True when a decision may stand on it."""
        return self.text is not None and (self.certainty in _USABLE or self.confirmed_by_counsel)

    def covers(self, on: date) -> bool:
        """True when the row's period includes the day; a row without a start covers every day, as the last resort."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value of a norm on a day. `confirmed` False must be shown wherever the value is shown to staff."""

    code: str
    value: Value
    unit: str
    valid_from: date | None
    source: str
    certainty: Certainty
    confirmed: bool
    note: str = ""


def applicable(rows: Iterable[Row], code: str, on: date) -> Row:
    """The row that governs the day: what starts latest, then what staff set, then what came last. NormMissing."""
    covering = [row for row in rows if row.code == code and row.covers(on)]
    if not covering:
        raise NormMissing(code=code, on=on.isoformat())
    return max(covering, key=lambda row: (row.valid_from or date.min, row.certainty is Certainty.SET, row.order))


def choose(rows: Iterable[Row], code: str, on: date) -> Parameter:
    """The parameter on the day; NormMissing, or NormUnconfirmed when the governing row may not be used.

    A later row that is not known never lets an earlier known one through: its time is over.
    """
    row = applicable(rows, code, on)
    if not row.usable:
        raise NormUnconfirmed(code=code, on=on.isoformat())
    return shown(row)


def shown(row: Row) -> Parameter:
    """A row as a parameter, usable or not (for the staff page)."""
    value = None if row.text is None else parse_value(row.text, row.unit)
    return Parameter(row.code, value, row.unit, row.valid_from, row.source, row.certainty, row.confirmed, row.note)


def parse_value(text: str, unit: str) -> Value:
    """The typed value of a text in this unit; ValueUnfit when it is none."""
    try:
        match unit:
            case "bool":
                return {"true": True, "false": False}[text]
            case "text":
                return text
            case "date":
                return date.fromisoformat(text).isoformat()
        value = Decimal(text)
    except (KeyError, ValueError, InvalidOperation):
        raise ValueUnfit(field="value") from None
    if not value.is_finite():
        raise ValueUnfit(field="value")
    return value


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of the Rules: since which day, which points it rewrote ("*" for all), by which act."""

    since: date
    points: tuple[str, ...]
    act: str
    certainty: Certainty
    note: str = ""

    def rewrote(self, point: str) -> bool:
        """True when this edition gave the point its wording."""
        return "*" in self.points or point in self.points


def edition_on(editions: Iterable[Edition], on: date, point: str | None = None) -> Edition:
    """The newest edition in force on the day (of one point, when named); NormMissing before the first."""
    found = [edition for edition in editions if edition.since <= on and (point is None or edition.rewrote(point))]
    if not found:
        raise NormMissing(code=f"rules {point or ''}".strip(), on=on.isoformat())
    return max(found, key=lambda edition: edition.since)
