"""Dated norms: parameters, editions of the Rules, the calendar, the demo clock's shift."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources

from django.conf import settings
from django.db import connection
from django.db.models import Q, Sum

from nesie.foundation.norms import rules
from nesie.foundation.norms.models import ClockShift, DayOverride, ParameterConfirmation, ParameterRow, ReferencePack
from nesie.foundation.norms.rules import Calendar, Certainty, Edition, Parameter, Row, Term, TermUnit, Value
from nesie.kernel.money import Money
from nesie.kernel.rate import Rate

_DAY_OFF, _DAY_WORKING = "day_off", "day_working"
_reading: ContextVar[dict[str, tuple[Row, ...]] | None] = ContextVar("nesie_norms_read", default=None)


def parameter(code: str, on: date) -> Parameter:
    """The value of a norm on a day (of the contract, never today's). Raises NormMissing, NormUnconfirmed."""
    return rules.choose(_rows(code=code), code, on)


def decimal(code: str, on: date) -> Decimal:
    """A numeric parameter; TypeError when it is not a number. Raises NormMissing, NormUnconfirmed."""
    return _number(code, parameter(code, on).value)


def integer(code: str, on: date) -> int:
    """A whole-number parameter; TypeError when it is not one. Raises NormMissing, NormUnconfirmed."""
    value = decimal(code, on)
    if value != value.to_integral_value():
        raise TypeError(f"{code} is not a whole number")
    return int(value)


def flag(code: str, on: date) -> bool:
    """A yes-or-no parameter; TypeError when it is not one. Raises NormMissing, NormUnconfirmed."""
    value = parameter(code, on).value
    if not isinstance(value, bool):
        raise TypeError(f"{code} is not a bool")
    return value


def rate(code: str, on: date) -> Rate:
    """A ratio parameter as an exact rate. Raises NormMissing, NormUnconfirmed."""
    return Rate.of(decimal(code, on))


def money(code: str, on: date) -> Money:
    """An amount: given in tenge, or in monthly calculation indices of the day. Raises NormMissing, NormUnconfirmed."""
    found = parameter(code, on)
    number = _number(code, found.value)
    if found.unit == "MRP":
        return Money.tenge(number * decimal("mrp", on))
    if found.unit != "KZT":
        raise TypeError(f"{code} is in {found.unit}, not an amount of money")
    return Money.tenge(number)


def mrp(on: date) -> Money:
    """The monthly calculation index on a day. Raises NormMissing, NormUnconfirmed."""
    return money("mrp", on)


def term(code: str, on: date) -> Term:
    """A parameter that is a term (hours, days, months, years). Raises NormMissing, NormUnconfirmed."""
    found = parameter(code, on)
    return Term(int(_number(code, found.value)), TermUnit(found.unit))


def governing(code: str, on: date) -> Parameter:
    """Like `parameter`, but shown even when it may not be used yet. Raises NormMissing."""
    return rules.shown(rules.applicable(_rows(code=code), code, on))


def register() -> list[Parameter]:
    """Every row in force, unconfirmed ones too, by code and date: the staff page."""
    rows = [row for row in _rows() if row.code not in (_DAY_OFF, _DAY_WORKING)]
    return [rules.shown(row) for row in sorted(rows, key=lambda row: (row.code, row.valid_from or date.min, row.order))]


def rows_of(code: str) -> list[Row]:
    """Every row of a code, for the use cases that confirm or set one."""
    return _rows(code=code)


def rows_of_all(codes: Iterable[str]) -> list[Row]:
    """Every row of these codes in one read, for whoever asks for many norms at once (see rules.choose)."""
    wanted = set(codes)
    return [row for row in _rows() if row.code in wanted]


def calendar() -> Calendar:
    """Working days of Kazakhstan with the reference's days and the lender's overrides."""
    pack = ReferencePack.objects.order_by("-id").first()
    own = dict(DayOverride.objects.order_by("id").values_list("day", "is_working"))
    return Calendar({**(_shipped_days(pack.sha256) if pack else {}), **own})


def day_overrides() -> list[DayOverride]:
    """The lender's own overrides, newest first."""
    return list(DayOverride.objects.order_by("-id"))


@cache
def editions() -> tuple[Edition, ...]:
    """Every known edition of the Rules, oldest first."""
    text = resources.files("nesie.foundation.norms").joinpath("data/editions.csv").read_text("utf-8")
    found = (
        Edition(
            date.fromisoformat(row["since"]),
            tuple(row["points"].split()),
            row["act"],
            Certainty(row["certainty"]),
            row["note"],
        )
        for row in csv.DictReader(text.splitlines())
    )
    return tuple(sorted(found, key=lambda edition: edition.since))


def edition(on: date, point: str | None = None) -> Edition:
    """The edition of the Rules (or of one point, such as "9-1") in force on a day. Raises NormMissing."""
    return rules.edition_on(editions(), on, point)


def clock_shift() -> timedelta:
    """How far the demo's business clock runs ahead of the real one; zero where no clock may be pushed."""
    if "CLOCK" not in settings.NESIE_DEMO_PARTS:
        return timedelta()
    return timedelta(seconds=int(ClockShift.objects.aggregate(total=Sum("seconds"))["total"] or 0))


def _number(code: str, value: Value) -> Decimal:
    if not isinstance(value, Decimal):
        raise TypeError(f"{code} is not a number")
    return value


# What the rows are, told by their content: norms are read many times in every act and change a few times a year.
_STATE = """
SELECT (SELECT sha256 FROM norms_referencepack ORDER BY id DESC LIMIT 1),
       (SELECT md5(string_agg(own::text, '|' ORDER BY id)) FROM norms_parameterrow AS own WHERE pack_id IS NULL),
       (SELECT md5(string_agg(word::text, '|' ORDER BY id)) FROM norms_parameterconfirmation AS word)
"""


@contextmanager
def read_once() -> Iterator[None]:
    """What a block (or a decorated function) asks of the norms comes from one reading, as long as it lasts.

    For whoever asks for several norms together. Not around anything that writes norms: it would not see them.
    """
    token = _reading.set(_reading.get() or _read())
    try:
        yield
    finally:
        _reading.reset(token)


def _rows(code: str | None = None) -> list[Row]:
    """Rows of the newest shipped reference and all that staff set, of one code or of all."""
    by_code = _reading.get() or _read()
    return [row for rows in by_code.values() for row in rows] if code is None else list(by_code.get(code, ()))


def _read() -> dict[str, tuple[Row, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        return _rows_of_state(*cursor.fetchone())


@lru_cache(maxsize=2)
def _rows_of_state(*_state: str | None) -> dict[str, tuple[Row, ...]]:
    newest = ReferencePack.objects.order_by("-id").values("id")[:1]
    confirmed = set(ParameterConfirmation.objects.values_list("fingerprint", flat=True))
    by_code: defaultdict[str, list[Row]] = defaultdict(list)
    for row in map(_row, ParameterRow.objects.filter(Q(pack=None) | Q(pack__in=newest)).order_by("id")):
        by_code[row.code].append(replace(row, confirmed_by_counsel=row.fingerprint in confirmed))
    return {code: tuple(rows) for code, rows in by_code.items()}


def _row(row: ParameterRow) -> Row:
    return Row(
        row.code,
        row.value,
        row.unit,
        row.valid_from,
        row.valid_to,
        row.source,
        Certainty(row.certainty),
        row.note,
        order=row.pk,
    )


@lru_cache(maxsize=2)
def _shipped_days(sha256: str) -> dict[date, bool]:
    """Days named by the reference file of this hash: the hash is the content, so they may be kept."""
    rows = ParameterRow.objects.filter(pack__sha256=sha256, code__in=[_DAY_OFF, _DAY_WORKING])
    named = rows.values_list("code", "value")
    return {date.fromisoformat(value): code == _DAY_WORKING for code, value in named if value is not None}
