"""Products by the pages: listed, drafted, compared, and released by two persons."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from nesie.entrypoints import clock
from nesie.foundation.norms.rules import business_day
from nesie.foundation.terms import actions, queries
from nesie.foundation.terms.rules import BorrowerKind
from nesie.kernel.actor import Role, worker
from nesie.kernel.rate import Rate
from tests.entrypoints.web.seen import staff_browser
from tests.entrypoints.web.test_four_eyes import Pair, pair
from tests.given_access import staff_member

DRAFT = {
    "code": "instalment",
    "valid_from": "2026-11-20",
    "product_class": "general",
    "name_kk": "Тұтынушылық несие",
    "name_ru": "Потребительский заём",
    "name_en": "Consumer loan",
    "least_amount": "50 000",
    "most_amount": "2000000",
    "annual_rate": "32,5",
    "least_term": "3",
    "most_term": "24",
    "unit": "months",
    "methods": ["annuity", "differentiated"],
    "borrowers": ["individual", "entrepreneur"],
    "day_count": "act/365",
    "payment_step": "0.01",
    "fixed_payment_step": "100",
}


@pytest.fixture(scope="module")
def two(module_db: None) -> Pair:
    actions.load_demo_products(worker(), clock.machine_now(), valid_from=datetime(2026, 11, 1, tzinfo=UTC).date())
    return pair(Role.RISK_OFFICER, Role.ADMINISTRATOR)


def _drafted(two: Pair, **changes: Any) -> str:
    answer = two.asker.post("/staff/products/draft", DRAFT | changes)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


@pytest.mark.clause("27", "8.4")
def test_a_version_is_drafted_compared_and_released_by_two_persons(two: Pair) -> None:
    address = _drafted(two)
    page = two.asker.get(address).content.decode()
    assert "Draft" in page
    rows = dict(re.findall(r'text-secondary">([^<]+)</th><td>(.*?)</td>', page))
    assert rows["Annual rate"].startswith("<strong>32,5\xa0%</strong>")
    assert "changed" in rows["Largest loan"]
    assert "changed" not in rows["Smallest loan"]
    assert "46,0" not in page, "no limit is broken"
    assert two.asker.post(address, {"why": ""}).status_code == 422
    assert two.asker.post(address, {"why": "cheaper for the new year"})["Location"] == "/staff/approvals"
    seen = two.approve()
    for word in ("Put a product on sale", "Consumer loan", "32,5\xa0%", "cheaper for the new year"):
        assert word in seen
    before = {one.code: one.number for one in queries.open_products(business_day(clock.business_now()))}
    assert before["instalment"] == 1
    assert two.asker.post(two.to_carry_out()[0])["Location"] == "/staff/products"
    version = next(one for one in queries.versions() if one.code == "instalment" and one.number == 2)
    assert version.released
    assert version.draft.annual_rate == Rate.percent("32.5")
    assert two.asker.post(address, {"why": "again"}).status_code == 409, "a version is released once"


def test_a_product_above_a_limit_says_which_and_is_not_put_before_a_second_person(two: Pair) -> None:
    address = _drafted(two, annual_rate="41")
    assert "above the limit of 46.0 %" in two.asker.get(address).content.decode()
    answer = two.asker.post(address, {"why": "dearer"})
    assert answer.status_code == 409
    assert "above the limit of 46.0 %" in answer.content.decode()
    assert two.to_carry_out() == []


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("code", "Несие"),
        ("annual_rate", "a third"),
        ("least_amount", "-5"),
        ("most_amount", "1"),
        ("least_term", "x"),
        ("most_term", "2"),
        ("valid_from", "tomorrow"),
        ("payment_step", "0"),
        ("name_kk", ""),
        ("methods", []),
        ("every", "2"),
        ("due_day", "32"),
        ("grace_principal", "3"),
        ("grace_interest", "x"),
        ("balloon", "100"),
        ("parts", "one"),
        ("line_days", "0"),
        ("methods", ["magic"]),
        ("borrowers", []),
        ("borrowers", ["anybody"]),
        ("borrowers", ["legal_entity"]),
    ],
)
def test_nonsense_is_refused_beside_its_field(two: Pair, field: str, typed: Any) -> None:
    answer = two.asker.post("/staff/products/draft", DRAFT | {field: typed})
    page = answer.content.decode()
    assert answer.status_code in (409, 422)
    assert f'id="error_{field}"' in page
    assert 'value="Consumer loan"' in page, "what was typed stays"
    assert max(one.number for one in queries.versions()) == 1


def test_every_condition_the_calculator_knows_can_be_offered(two: Pair) -> None:
    conditions = {
        "methods": ["flat", "custom"], "every": "3", "period_interest": "equal", "due_day": "15", "balloon": "",
        "grace_interest": "0", "parts": "1, 2", "line_days": "365", "line_restored": "1", "non_working_day": "leave",
        "borrowers": ["legal_entity"], "business": "1",
    }  # fmt: skip
    address = _drafted(two, **conditions)
    page = two.asker.get(address).content.decode()
    for word in ("Equal parts of a year", "1, 2", "365", "Credit line: days it may be drawn", "Legal entities"):
        assert word in page
    drafted = max(queries.versions(), key=lambda one: (one.code == "instalment", one.number)).draft
    assert (drafted.every, drafted.due_day, drafted.parts, drafted.line_days) == (3, 15, (1, 2), 365)
    assert drafted.line_restored
    assert (drafted.borrowers, drafted.business) == ((BorrowerKind.LEGAL_ENTITY,), True)
    again = two.asker.get("/staff/products/draft", {"of": address.rsplit("/", 1)[1]}).content.decode()
    assert 'value="1, 2"' in again


def test_the_next_version_starts_from_the_last(two: Pair) -> None:
    version = next(one for one in queries.versions() if one.code == "short")
    page = two.asker.get(f"/staff/products/draft?of={version.id}").content.decode()
    for value in ("short", "102.2", "10000.00", "150000.00", "30"):
        assert f'value="{value}"' in page
    assert 'value="days" selected' in page
    assert two.asker.get("/staff/products/draft?of=x").status_code == 404


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_pages_speak_every_language(two: Pair, language: str) -> None:
    now = clock.machine_now()
    browser = staff_browser(staff_member(now, Role.RISK_OFFICER, login="saule").id, now, language)
    version = next(one for one in queries.versions() if one.code == "instalment")
    names = {"kk": "Тұтынушылық несие", "ru": "Потребительский заём", "en": "Consumer loan"}
    assert names[language] in browser.get("/staff/products").content.decode()
    assert names[language] in browser.get(f"/staff/products/{version.id}").content.decode()
    assert browser.get("/staff/products/draft").status_code == 200


def test_others_of_the_staff_only_read(two: Pair) -> None:
    now = clock.machine_now()
    browser = staff_browser(staff_member(now, Role.OPERATOR, login="saule").id, now)
    assert "/staff/products/draft" not in browser.get("/staff/products").content.decode()
    assert browser.get("/staff/products/draft").status_code == 403
    assert browser.post("/staff/products/draft", DRAFT).status_code == 403
