"""The state base of persons: one suite for the fake and for the HTTP adapter against its simulator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from nesie.foundation.exchange.rules import AnswerStatus, NoAnswer, NotCarried
from nesie.foundation.identification.adapters.carrier import PersonCarrier
from nesie.foundation.identification.adapters.fake import FakeRegistry
from nesie.foundation.identification.adapters.registry import GatewayRegistry
from nesie.foundation.identification.gateways import PersonRegistry, Refusal
from nesie.foundation.identification.rules.persons import PERSON_KIND, PersonFacts, PersonRecord, mismatches
from nesie.simulators.people import PEOPLE, Person, by_key
from nesie.simulators.registry import PASSWORD, USER, USER_ID
from tests.simulators.launch import PATIENT, launched, patience

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
WHO, NOBODY = by_key("aigerim"), "000101500004"


def facts_of(person: Person) -> PersonFacts:
    return PersonFacts(
        iin=person.iin,
        surname=person.surname,
        given_name=person.given_name,
        patronymic=person.patronymic,
        birth_on=person.birth_on,
        document_number=person.document_number,
        document_valid_until=person.document_valid_until,
    )


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with launched("registry", tmp_path_factory.mktemp("registry")) as url:
        yield url


@pytest.fixture(params=["fake", "http"])
def registry(request: pytest.FixtureRequest) -> PersonRegistry:
    if request.param == "fake":
        return FakeRegistry(*(PersonRecord(facts_of(p), True, p.document_kind, p.portrait(), b"x") for p in PEOPLE))
    url = request.getfixturevalue("url")
    httpx.post(url + "/_stage/reset")
    return GatewayRegistry(url, user=USER, password=PASSWORD, user_id=USER_ID, timeout=PATIENT)


class TestBoth:
    @pytest.mark.clause("6-verify-i")
    @pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.key)
    def test_a_person_is_told_as_he_is(self, registry: PersonRegistry, person: Person) -> None:
        record = registry.person(person.iin, key="1", now=NOW)
        assert record is not None
        assert record.facts == facts_of(person)
        assert record.photo == person.portrait()
        assert record.alive

    def test_a_stranger_is_not_known(self, registry: PersonRegistry) -> None:
        assert registry.person(NOBODY, key="1", now=NOW) is None

    def test_the_exchange_carries_the_record_and_its_original(self, registry: PersonRegistry) -> None:
        carrier = PersonCarrier(registry)
        answer = carrier.carry(PERSON_KIND, "k", 1, {"iin": WHO.iin}, NOW)
        assert answer.status is AnswerStatus.ANSWERED
        record = PersonRecord.from_data(answer.body)
        assert answer.body["found"]
        assert answer.body["document_valid"]
        assert record == registry.person(WHO.iin, key="1", now=NOW)
        assert carrier.carry(PERSON_KIND, "k", 2, {"iin": NOBODY}, NOW).body == {"found": False}


class TestHttp:
    @pytest.fixture
    def registry(self, url: str) -> GatewayRegistry:
        httpx.post(url + "/_stage/reset")
        return GatewayRegistry(url, user=USER, password=PASSWORD, user_id=USER_ID, timeout=PATIENT)

    @pytest.mark.parametrize(
        ("kind", "error"),
        [("refuse", NotCarried), ("time_out", NoAnswer), ("drop_before", NoAnswer), ("drop_after", NoAnswer)],
    )
    def test_silence_is_told_by_its_kind(
        self, registry: GatewayRegistry, url: str, kind: str, error: type[Exception]
    ) -> None:
        httpx.post(url + "/_stage/fault", json={"kind": kind, "times": 1, "seconds": 2})
        asked = GatewayRegistry(url, user=USER, password=PASSWORD, user_id=USER_ID, timeout=patience(kind))
        with pytest.raises(error):
            asked.person(WHO.iin, key="1", now=NOW)
        assert registry.person(WHO.iin, key="1", now=NOW) is not None

    def test_nobody_listening_is_not_carried(self) -> None:
        with pytest.raises(NotCarried):
            GatewayRegistry("http://127.0.0.1:9", user="", password="", user_id="").person("1", key="1", now=NOW)

    def test_a_wrong_password_is_a_refusal(self, url: str) -> None:
        with pytest.raises(Refusal, match="AUTH"):
            GatewayRegistry(url, user=USER, password="wrong", user_id=USER_ID).person(WHO.iin, key="1", now=NOW)

    @pytest.mark.clause("6-verify-i")
    @pytest.mark.parametrize(
        ("difference", "mismatch"),
        [
            ({"surname": "Басқа"}, "name"),
            ({"patronymic": ""}, "name"),
            ({"birth_on": "1990-01-01"}, "birth_date"),
            ({"document_number": "000000000"}, "document"),
            ({"document_valid_until": "2020-01-01"}, "document document_expired"),
            ({"unknown": True}, "unknown"),
        ],
    )
    def test_an_ordered_difference_is_found_by_the_rule(
        self, registry: GatewayRegistry, url: str, difference: dict[str, object], mismatch: str
    ) -> None:
        httpx.post(url + "/_people", json={"iin": WHO.iin} | difference).raise_for_status()
        record = registry.person(WHO.iin, key="1", now=NOW)
        assert " ".join(mismatches(facts_of(WHO), record, on=NOW.date())) == mismatch

    def test_another_photo_comes_when_ordered(self, registry: GatewayRegistry, url: str) -> None:
        httpx.post(url + "/_people", json={"iin": WHO.iin, "photo_of": "olga"}).raise_for_status()
        record = registry.person(WHO.iin, key="1", now=NOW)
        assert record is not None
        assert record.photo == by_key("olga").portrait()

    def test_the_page_shows_the_people(self, url: str) -> None:
        assert WHO.full_name in httpx.get(url).text

    def test_a_newcomer_can_be_one_of_the_people(self, url: str) -> None:
        told = httpx.get(url + "/_people").json()["people"]
        assert [person["iin"] for person in told] == [person.iin for person in PEOPLE]
        assert httpx.get(url + told[0]["portrait"]).content == PEOPLE[0].portrait()
        assert httpx.get(url + "/_people/nobody.jpg").status_code == 404
