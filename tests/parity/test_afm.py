"""The agency's list: one suite for the fake and for the HTTP adapter."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from nesie.foundation.exchange.rules import AnswerStatus, NoAnswer, NotCarried
from nesie.journey.aml.adapters.afm import AfmLists
from nesie.journey.aml.adapters.carrier import ListCarrier
from nesie.journey.aml.adapters.fake import FakeLists
from nesie.journey.aml.gateways import ListRefused, SanctionLists
from nesie.journey.aml.rules import LIST_MESSAGE, ListedPerson, MatchKind, Subject, match_kind, parse_list
from nesie.simulators.people import by_key
from tests.simulators.launch import PATIENT, launched, patience

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TIMUR = by_key("timur")
SUBJECT = Subject(TIMUR.iin, TIMUR.surname, TIMUR.given_name, TIMUR.patronymic, TIMUR.birth_on)


@pytest.fixture(scope="module")
def afm_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with launched("afm", tmp_path_factory.mktemp("afm")) as url:
        yield url


@pytest.fixture(params=["fake", "http"])
def lists(request: pytest.FixtureRequest) -> SanctionLists:
    if request.param == "fake":
        listed = ListedPerson("4", TIMUR.surname, TIMUR.given_name, TIMUR.patronymic, TIMUR.birth_on, TIMUR.iin)
        return FakeLists([listed])
    return AfmLists(request.getfixturevalue("afm_url"), timeout=PATIENT)


def test_the_list_reads_and_names_the_listed_person(lists: SanctionLists) -> None:
    persons = parse_list(lists.active(NOW)).persons
    assert MatchKind.IIN in {match_kind(SUBJECT, person) for person in persons}


def test_the_same_list_has_the_same_bytes(lists: SanctionLists) -> None:
    assert lists.active(NOW) == lists.active(NOW)


def test_the_carrier_brings_the_original_bytes(lists: SanctionLists) -> None:
    answer = ListCarrier(lists).carry(LIST_MESSAGE, "key", 1, {}, NOW)
    assert answer.status is AnswerStatus.ANSWERED
    assert base64.b64decode(answer.body["original"]) == lists.active(NOW)


def test_a_closed_list_is_a_failed_answer(afm_url: str) -> None:
    closed = AfmLists(afm_url, path="/blacklist/export/included/xml", timeout=PATIENT)
    with pytest.raises(ListRefused, match="http_403"):
        closed.active(NOW)
    assert ListCarrier(closed).carry(LIST_MESSAGE, "key", 1, {}, NOW).status is AnswerStatus.FAILED


@pytest.mark.parametrize(("fault", "error"), [("refuse", NotCarried), ("time_out", NoAnswer), ("drop", NoAnswer)])
def test_faults(afm_url: str, fault: str, error: type[Exception]) -> None:
    httpx.post(f"{afm_url}/_stage/fault", json={"kind": fault, "seconds": 3}).raise_for_status()
    with pytest.raises(error):
        AfmLists(afm_url, timeout=patience(fault)).active(NOW)


def test_a_person_put_on_the_list_is_there_at_once(afm_url: str) -> None:
    person = {"surname": "Жаңа", "given_name": "Адам", "birthdate": "03.03.1990"}
    number = httpx.post(f"{afm_url}/_list", json=person).json()["number"]
    names = {each.surname for each in parse_list(AfmLists(afm_url).active(NOW)).persons}
    assert "Жаңа" in names
    httpx.post(f"{afm_url}/_list", json={"remove": number}).raise_for_status()
