"""The shipped reference, what staff add to it with four eyes, and the demo's clock."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import resources
from typing import Any
from uuid import uuid4

import holidays
import pytest
from django.db import ProgrammingError, connection, transaction

from nesie.foundation.audit.rules import ApprovalNeeded, NotPermitted
from nesie.foundation.norms import actions, queries
from nesie.foundation.norms.models import DayOverride, ParameterRow, ReferencePack
from nesie.foundation.norms.rules import (
    ClockGoesForward,
    ClockIsReal,
    NormMissing,
    NormUnconfirmed,
    NoSuchRow,
    Term,
    TermUnit,
    ValueUnfit,
)
from nesie.kernel.actor import Actor, Channel, Role, client
from nesie.kernel.money import Money
from tests.given_norms import FourEyes, day_declared, norm_confirmed, norm_set

OFFICER = Actor(uuid4(), frozenset({Role.COMPLIANCE_OFFICER}), Channel.WEB)
TODAY = date(2026, 11, 23)


@pytest.mark.django_db
def test_the_migrated_database_holds_the_reference(now: datetime) -> None:
    assert queries.mrp(TODAY) == Money.tenge(4325)
    assert queries.mrp(date(2025, 10, 1)) == Money.tenge(3932)
    assert queries.money("cooling_min_mrp", date(2025, 10, 1)) == Money.tenge(294_900)
    assert queries.money("cooling_min_mrp", TODAY) == Money.tenge(324_375)
    assert queries.term("cooling_hours", TODAY) == Term(24, TermUnit.HOUR)
    assert queries.decimal("gesv_cap", date(2024, 8, 19)) == Decimal("0.56")
    assert queries.decimal("gesv_cap", date(2024, 8, 20)) == Decimal("0.46")
    assert queries.term("fraud_suspend", date(2025, 8, 30)).unit is TermUnit.WORKING_DAY
    assert queries.term("fraud_suspend", date(2025, 8, 31)).unit is TermUnit.CALENDAR_DAY
    assert queries.flag("cooling_second_consent", TODAY) is True
    assert queries.parameter("cooling_aggregate_window", TODAY).value == "calendar_day"
    assert queries.edition(TODAY, "9-1").since == date(2025, 9, 30)
    with pytest.raises(TypeError):
        queries.decimal("cooling_second_consent", TODAY)


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["mrp_of_mars", "day_offs"])
def test_a_norm_that_is_not_there_is_refused(code: str) -> None:
    with pytest.raises(NormMissing):
        queries.parameter(code, TODAY)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "on"),
    [("mrp", date(2027, 1, 1)), ("mrp", date(2020, 5, 1)), ("min_age", TODAY), ("max_consumer_amount", TODAY)],
)
def test_recalled_and_unknown_rows_ship_disabled_and_visible(code: str, on: date) -> None:
    with pytest.raises(NormUnconfirmed):
        queries.parameter(code, on)
    assert not queries.governing(code, on).confirmed
    assert code in {row.code for row in queries.register() if not row.confirmed}


@pytest.mark.django_db
def test_loading_again_changes_nothing_and_a_new_release_replaces(now: datetime) -> None:
    before = ParameterRow.objects.count()
    assert actions.load_reference(now) is False
    assert ParameterRow.objects.count() == before
    ReferencePack.objects.create(sha256="of another release", loaded_at=now)  # one that ships no row at all
    with pytest.raises(NormMissing):
        queries.mrp(TODAY)
    assert actions.load_reference(now) is True
    assert queries.mrp(TODAY) == Money.tenge(4325)


@pytest.mark.django_db
def test_the_shipped_days_equal_the_official_list_and_the_package() -> None:
    text = resources.files("nesie.foundation.norms").joinpath("data/parameters.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    named = {date.fromisoformat(row["value"]) for row in rows if row["code"] == "day_off" and row["value"]}
    known = holidays.country_holidays("KZ", years=[2026, 2027])
    assert named == {day for day in known if day.year in (2026, 2027)}
    calendar = queries.calendar()
    assert not any(calendar.is_working(day) for day in named)
    assert calendar.is_working(date(2026, 8, 31))


def test_four_eyes_are_demanded(db: None, now: datetime) -> None:
    arguments = {"code": "min_age", "valid_from": date(2019, 11, 28), "value": "18", "basis": "Civil Code, art. 17"}
    with pytest.raises(ApprovalNeeded):
        actions.confirm_parameter(OFFICER, now, **arguments)
    with pytest.raises(ApprovalNeeded):
        actions.set_parameter(OFFICER, now, code="x", value="1", unit="KZT", valid_from=TODAY, source="act")
    with pytest.raises(ApprovalNeeded):
        actions.override_day(OFFICER, now, day=TODAY, is_working=False, act="order")
    with pytest.raises(NotPermitted):
        actions.confirm_parameter(client(uuid4()), now, **arguments)


def test_counsel_confirms_one_exact_row(db: None, now: datetime) -> None:
    eyes = FourEyes(now)
    with pytest.raises(NoSuchRow):
        norm_confirmed(eyes, "min_age", "17", date(2019, 11, 28))
    with pytest.raises(NoSuchRow):
        norm_confirmed(eyes, "max_consumer_amount", "", None)
    norm_confirmed(eyes, "min_age", "18", date(2019, 11, 28))
    assert queries.integer("min_age", TODAY) == 18
    assert queries.parameter("min_age", TODAY).confirmed
    ReferencePack.objects.create(sha256="of another release", loaded_at=now)
    actions.load_reference(now)
    assert queries.integer("min_age", TODAY) == 18  # the confirmation lives through a new release


def test_staff_set_what_the_reference_lacks(db: None, now: datetime) -> None:
    eyes, new_year = FourEyes(now), date(2027, 1, 1)
    norm_set(eyes, "mrp", "4500", "KZT", new_year)
    assert queries.mrp(new_year) == Money.tenge(4500)
    assert queries.mrp(date(2026, 12, 31)) == Money.tenge(4325)  # earlier days keep their value
    with pytest.raises(ValueUnfit):
        norm_set(eyes, "mrp", "many", "KZT", new_year)
    with pytest.raises(ValueUnfit):
        eyes.do(
            actions.set_parameter, code="mrp", value="1", unit="KZT", valid_from=new_year, valid_to=TODAY, source="s"
        )


def test_an_approval_holds_for_the_very_value_only(db: None, now: datetime) -> None:
    eyes = FourEyes(now)
    arguments = {"code": "mrp", "unit": "KZT", "valid_from": date(2027, 1, 1), "source": "budget law"}
    eyes.approve(actions.set_parameter, value="4500", **arguments)
    with pytest.raises(ApprovalNeeded):
        actions.set_parameter(eyes.actor, eyes.now, value="45000", **arguments)
    actions.set_parameter(eyes.actor, eyes.now, value="4500", **arguments)
    with pytest.raises(ApprovalNeeded):
        actions.set_parameter(eyes.actor, eyes.now, value="4500", **arguments)


def test_a_day_is_overridden_and_the_newest_act_counts(db: None, now: datetime) -> None:
    eyes, saturday = FourEyes(now), date(2026, 11, 28)
    day_declared(eyes, saturday, is_working=True)
    assert queries.calendar().is_working(saturday)
    day_declared(eyes, saturday, is_working=False)
    assert not queries.calendar().is_working(saturday)
    assert [row.is_working for row in queries.day_overrides()] == [False, True]


@pytest.mark.django_db
def test_the_tables_only_grow(now: datetime) -> None:
    DayOverride.objects.create(day=TODAY, is_working=False, act="x", set_at=now)
    for table in ("norms_parameterrow", "norms_dayoverride", "norms_clockshift", "norms_referencepack"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(f"DELETE FROM {table}")


def test_the_demo_clock_is_pushed_forward_only(db: None, now: datetime, settings: Any) -> None:
    assert queries.clock_shift() == timedelta(0)
    assert actions.push_clock(OFFICER, now, seconds=86_400) == timedelta(days=1)
    assert actions.push_clock(OFFICER, now, seconds=1) == timedelta(days=1, seconds=1)
    for seconds in (0, -5):
        with pytest.raises(ClockGoesForward):
            actions.push_clock(OFFICER, now, seconds=seconds)
    with pytest.raises(NotPermitted):
        actions.push_clock(client(uuid4()), now, seconds=5)
    settings.NESIE_DEMO_PARTS = settings.NESIE_DEMO_PARTS - {"CLOCK"}
    with pytest.raises(ClockIsReal):
        actions.push_clock(OFFICER, now, seconds=5)
    assert queries.clock_shift() == timedelta(0), "what a demo has left behind moves no real clock"
