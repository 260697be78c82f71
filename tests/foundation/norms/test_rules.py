"""Days, terms and dated values, as the Civil Code and the reference have them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesie.foundation.norms import rules
from nesie.foundation.norms.rules import (
    Calendar,
    Certainty,
    Edition,
    NormMissing,
    NormUnconfirmed,
    Row,
    Term,
    TermUnit,
    ValueUnfit,
    deadline,
)

PLAIN = Calendar()
ALMATY = rules.ALMATY


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY)


def test_the_day_turns_at_midnight_of_almaty() -> None:
    assert rules.business_day(datetime(2026, 11, 23, 18, 59, 59, tzinfo=UTC)) == date(2026, 11, 23)
    assert rules.business_day(datetime(2026, 11, 23, 19, 0, tzinfo=UTC)) == date(2026, 11, 24)
    # Until 29.02.2024 the offset was six hours.
    assert rules.business_day(datetime(2024, 2, 28, 18, 0, tzinfo=UTC)) == date(2024, 2, 29)
    assert rules.business_day(datetime(2024, 3, 1, 18, 0, tzinfo=UTC)) == date(2024, 3, 1)
    assert rules.day_end(date(2024, 2, 29)) - rules.day_start(date(2024, 2, 29)) == timedelta(hours=25)
    with pytest.raises(ValueError, match="offset"):
        rules.business_day(datetime(2026, 1, 1))  # noqa: DTZ001 - naive on purpose


@given(seconds=st.integers(1_500_000_000, 2_000_000_000), hours=st.integers(0, 5000), east=st.integers(-12, 14))
def test_hours_are_exact_whatever_the_offset(seconds: int, hours: int, east: int) -> None:
    moment = datetime.fromtimestamp(seconds, timezone(timedelta(hours=east)))
    assert rules.hours_after(moment, hours) - moment == timedelta(hours=hours)


def test_hours_are_exact_over_the_change_of_the_zone() -> None:
    start = _at("2024-02-29T12:00:00")
    assert rules.hours_after(start, 24) - start.astimezone(UTC) == timedelta(hours=24)
    assert rules.hours_after(start, 24).astimezone(ALMATY).hour == 11


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-11-23", True),
        ("2026-11-22", False),
        ("2026-03-09", False),  # moved from 8 March
        ("2026-03-25", False),
        ("2026-05-27", False),  # Kurban Ait
        ("2026-08-31", True),  # 30 August is no holiday any more
        ("2026-12-16", False),
        ("2024-05-04", True),  # a Saturday worked for another day
        ("2025-01-05", True),
    ],
)
def test_working_days_know_holidays_and_moved_days(day: str, working: bool) -> None:
    assert PLAIN.is_working(date.fromisoformat(day)) is working


def test_an_override_wins() -> None:
    saturday, monday = date(2026, 11, 21), date(2026, 11, 23)
    calendar = Calendar({saturday: True, monday: False})
    assert calendar.add_working_days(date(2026, 11, 20), 1) == saturday
    assert calendar.add_working_days(date(2026, 11, 20), 2) == date(2026, 11, 24)


@given(start=st.dates(date(2024, 1, 1), date(2028, 1, 1)), days=st.integers(0, 60))
def test_working_days_are_counted_after_the_event(start: date, days: int) -> None:
    end = PLAIN.add_working_days(start, days)
    assert PLAIN.working_days_between(start, end) == days
    assert days == 0 or PLAIN.is_working(end)


@pytest.mark.parametrize(
    ("start", "count", "unit", "last_on"),
    [
        ("2026-11-23T09:00", 1, "working_day", "2026-11-24"),
        ("2026-11-23T23:59", 10, "working_day", "2026-12-07"),
        ("2026-12-15T10:00", 1, "working_day", "2026-12-17"),  # over Independence Day
        ("2026-03-06T10:00", 3, "working_day", "2026-03-12"),  # over the moved 9 March
        ("2026-11-23T09:00", 3, "calendar_day", "2026-11-26"),
        ("2026-11-25T09:00", 3, "calendar_day", "2026-11-30"),  # Saturday gives way to Monday
        ("2026-03-18T09:00", 3, "calendar_day", "2026-03-26"),  # Nauryz with its moved days
        ("2026-01-31T09:00", 1, "month", "2026-03-02"),  # 28 February is a Saturday
        ("2024-01-31T09:00", 1, "month", "2024-02-29"),
        ("2026-11-23T09:00", 5, "year", "2031-11-24"),  # a Sunday gives way
        ("2024-02-29T09:00", 1, "year", "2025-02-28"),
    ],
)
def test_terms_end_as_the_civil_code_says(start: str, count: int, unit: str, last_on: str) -> None:
    end = deadline(_at(start), Term(count, TermUnit(unit)), PLAIN)
    assert end.last_on == date.fromisoformat(last_on)
    midnight = _at(last_on + "T00:00") + timedelta(days=1)
    assert end.ends_at == midnight
    assert not end.is_over(midnight - timedelta(microseconds=1))
    assert end.is_over(midnight)


def test_hours_end_to_the_second_on_any_day() -> None:
    start = _at("2026-11-20T17:30:15")
    end = deadline(start, Term(24, TermUnit.HOUR), PLAIN)
    assert end.ends_at == _at("2026-11-21T17:30:15")
    assert end.last_on == date(2026, 11, 21)
    assert not end.is_over(_at("2026-11-21T17:30:14"))
    assert deadline(_at("2026-11-20T00:00"), Term(24, TermUnit.HOUR), PLAIN).last_on == date(2026, 11, 20)


@given(day=st.dates(date(2000, 1, 1), date(2099, 1, 1)), months=st.integers(0, 400))
def test_months_keep_the_number_or_take_the_last_day(day: date, months: int) -> None:
    later = rules.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def _row(
    text: str | None, start: str | None, certainty: str = "verified", end: str | None = None, order: int = 0
) -> Row:
    return Row(
        "x",
        text,
        "KZT",
        date.fromisoformat(start) if start else None,
        date.fromisoformat(end) if end else None,
        "source",
        Certainty(certainty),
        order=order,
    )


def test_the_latest_row_that_started_governs() -> None:
    rows = [_row("1", "2024-01-01"), _row("2", "2025-01-01"), _row("3", "2026-01-01")]
    assert rules.choose(rows, "x", date(2025, 12, 31)).value == Decimal(2)
    assert rules.choose(rows, "x", date(2026, 1, 1)).value == Decimal(3)
    with pytest.raises(NormMissing):
        rules.choose(rows, "x", date(2023, 12, 31))


def test_an_unknown_row_does_not_let_an_older_one_through() -> None:
    rows = [_row("4325", "2026-01-01"), _row(None, "2027-01-01", "unknown")]
    assert rules.choose(rows, "x", date(2026, 12, 31)).value == Decimal(4325)
    with pytest.raises(NormUnconfirmed):
        rules.choose(rows, "x", date(2027, 1, 1))


def test_a_row_ends_with_its_last_day() -> None:
    rows = [_row("0.56", "2023-10-01", end="2024-08-19")]
    assert rules.choose(rows, "x", date(2024, 8, 19)).value == Decimal("0.56")
    with pytest.raises(NormMissing):
        rules.choose(rows, "x", date(2024, 8, 20))


def test_a_recalled_row_waits_for_counsel() -> None:
    row = _row("18", "2019-11-28", "recalled")
    with pytest.raises(NormUnconfirmed):
        rules.choose([row], "x", date(2026, 1, 1))
    confirmed = Row(*(getattr(row, name) for name in Row.__slots__[:8]), confirmed_by_counsel=True)
    assert rules.choose([confirmed], "x", date(2026, 1, 1)).confirmed
    reported = rules.choose([_row("1", "2024-01-01", "reported")], "x", date(2026, 1, 1))
    assert not reported.confirmed  # may be used, and says that it is not confirmed


def test_what_staff_set_wins_over_a_shipped_row_of_the_same_start() -> None:
    rows = [_row("2", "2026-01-01", "set", order=1), _row("1", "2026-01-01", order=9)]
    assert rules.choose(rows, "x", date(2026, 1, 1)).value == Decimal(2)


@pytest.mark.parametrize(
    ("text", "unit"), [("", "KZT"), ("NaN", "ratio"), ("yes", "bool"), ("2026-13-01", "date"), ("x", "hour")]
)
def test_a_value_fits_its_unit(text: str, unit: str) -> None:
    with pytest.raises(ValueUnfit):
        rules.parse_value(text, unit)


def test_an_edition_governs_from_its_day() -> None:
    old = Edition(date(2023, 11, 12), ("*",), "old", Certainty.DERIVED)
    new = Edition(date(2025, 9, 30), ("9-1",), "new", Certainty.VERIFIED)
    assert rules.edition_on([old, new], date(2025, 9, 29)).act == "old"
    assert rules.edition_on([old, new], date(2025, 9, 30)).act == "new"
    assert rules.edition_on([old, new], date(2026, 1, 1), "34").act == "old"
    with pytest.raises(NormMissing):
        rules.edition_on([old, new], date(2023, 11, 11))
