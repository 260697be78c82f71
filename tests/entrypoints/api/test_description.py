"""The published description: whole, named after the use cases, readable without anything from elsewhere."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from nesie.entrypoints.api.urls import api
from nesie.foundation.audit.use_case import USE_CASES
from tests.entrypoints.api.test_scope import operations

# A session for nobody is no act of anybody; a calculation changes nothing.
NOT_A_USE_CASE = {"open_guest_session", "calculate_schedule", "calculate_gesv", "calculate_loan"}
# Acts over the document of a change, and over the money it brings: request_signature, start_biometric,
# draft_consent_to_receive and consent_to_receive once more.
OVER_A_CHANGE = {"request_change_signature", "start_change_biometric", "draft_consent_to_money", "consent_to_money"}
# Reading these is itself an act that is written down.
READ_AS_AN_ACT = {"open_document"}


@pytest.mark.clause("14-api")
def test_the_description_is_published_and_is_openapi_3_1(db: None) -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"] == "3.1.0"
    assert answer.json() == json.loads(json.dumps(api.get_openapi_schema(), default=str))
    assert answer["Cache-Control"] == "no-store"


def test_an_operation_bears_the_name_of_its_use_case() -> None:
    changing = {told["operationId"] for method, _, told in operations() if method != "GET"}
    reading = {told["operationId"] for method, _, told in operations() if method == "GET"}
    assert changing - set(USE_CASES) == NOT_A_USE_CASE | OVER_A_CHANGE
    assert reading & set(USE_CASES) == READ_AS_AN_ACT


def test_no_two_operations_of_one_name() -> None:
    names = [told["operationId"] for _, _, told in operations()]
    assert len(names) == len(set(names))


def test_every_operation_tells_of_its_failures() -> None:
    for _, _, told in operations():
        assert "application/problem+json" in told["responses"]["default"]["content"], told["operationId"]


def test_nothing_of_a_person_stands_in_an_address() -> None:
    """Addresses are logged by every proxy: ids, words of ours, amounts and days only."""
    allowed = re.compile(r"[a-z]+_id|kind|language|on|amount_tiyn|term")
    for _, address, told in operations():
        for part in told["parameters"]:
            assert allowed.fullmatch(part["name"]), (address, part["name"])


def test_the_readable_page_needs_nothing_from_elsewhere(db: None) -> None:
    answer = Client().get("/api/v1/docs")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<script" not in page
    assert "style=" not in page
    assert set(re.findall(r'(?:src|href)="([^"#]+)"', page)) == {"openapi.json", "/static/api/docs.css"}
    assert finders.find("api/docs.css")
    for _, address, told in operations():
        assert f'id="{told["operationId"]}"' in page
        assert address in page
