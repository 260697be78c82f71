"""Phones and businesses: one suite for the fakes and for the HTTP adapters against their simulator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import httpx
import pytest

from nesie.foundation.exchange.rules import AnswerStatus, NoAnswer, NotCarried
from nesie.foundation.identification.adapters.carrier import StandingCarrier
from nesie.foundation.identification.adapters.egov import EgovBusinesses, EgovPhones
from nesie.foundation.identification.adapters.fake import FakeBusinesses, FakePhones
from nesie.foundation.identification.gateways import BusinessRegistry, PhoneBase, Refusal
from nesie.foundation.identification.rules.standing import (
    BUSINESS_KIND,
    PHONE_OWNER_KIND,
    BusinessForm,
    BusinessMismatch,
    BusinessRecord,
    PhoneOwner,
    entity_problem,
    entrepreneur_problem,
)
from nesie.journey.creditworthiness.adapters.state import StateStandings
from nesie.journey.creditworthiness.rules import BusinessStanding
from nesie.simulators.egov import PASSWORD, USER
from nesie.simulators.people import BUSINESSES, PEOPLE
from tests.simulators.launch import PATIENT, launched, patience

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
WHO, OTHER = PEOPLE[0], PEOPLE[1]
ENTREPRENEUR, COMPANY = BUSINESSES


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with launched("egov", tmp_path_factory.mktemp("egov")) as url:
        yield url


@pytest.fixture(params=["fake", "http"])
def phones(request: pytest.FixtureRequest) -> PhoneBase:
    if request.param == "fake":
        return FakePhones(**{f"iin{person.iin}": person.phone for person in PEOPLE})
    return EgovPhones(request.getfixturevalue("url"), user=USER, password=PASSWORD, timeout=PATIENT)


@pytest.fixture(params=["fake", "http"])
def businesses(request: pytest.FixtureRequest) -> BusinessRegistry:
    if request.param == "fake":
        return FakeBusinesses(
            *(
                BusinessRecord(
                    one.number, BusinessForm(one.form), one.name, one.registered_on, True, one.head.iin, b"{}"
                )
                for one in BUSINESSES
            )
        )
    return EgovBusinesses(request.getfixturevalue("url"), user=USER, password=PASSWORD, timeout=PATIENT)


@pytest.mark.clause("36.2")
def test_a_number_is_the_persons_or_not(phones: PhoneBase) -> None:
    assert phones.owner(WHO.iin, WHO.phone, key="1", now=NOW) is PhoneOwner.OWN
    assert phones.owner(WHO.iin, OTHER.phone, key="2", now=NOW) is PhoneOwner.NOT_OWN


@pytest.mark.clause("6-ie")
def test_a_sole_proprietor_is_told_from_a_company_and_from_nobody(businesses: BusinessRegistry) -> None:
    record = businesses.subject(ENTREPRENEUR.number, key="1", now=NOW)
    assert record is not None
    assert (record.form, record.active, record.head_iin) == (BusinessForm.ENTREPRENEUR, True, ENTREPRENEUR.number)
    assert record.registered_on == date(2021, 4, 12)
    assert entrepreneur_problem(record, ENTREPRENEUR.number) is None
    assert entrepreneur_problem(record, WHO.iin) is BusinessMismatch.UNKNOWN
    company = businesses.subject(COMPANY.number, key="2", now=NOW)
    assert entity_problem(company, COMPANY.number) is None
    assert entrepreneur_problem(company, COMPANY.number) is BusinessMismatch.FORM
    assert (
        entity_problem(businesses.subject("230340999033", key="3", now=NOW), "230340999033") is BusinessMismatch.UNKNOWN
    )


@pytest.mark.clause("9-ie")
def test_whether_a_business_is_at_work_is_told_of_its_own_form(businesses: BusinessRegistry) -> None:
    asked = StateStandings(businesses)
    for number, entity, head, active, headed in (
        (ENTREPRENEUR.number, False, "", True, None),
        (ENTREPRENEUR.number, True, "", False, None),
        (COMPANY.number, True, "", True, None),
        (COMPANY.number, True, COMPANY.head.iin, True, True),
        (COMPANY.number, True, ENTREPRENEUR.number, True, False),  # another one signs as its head
        (COMPANY.number, False, "", False, None),
        ("230340999033", True, COMPANY.head.iin, False, False),
    ):
        told = asked.standing(number, entity=entity, head=head, key="1", now=NOW)
        assert told.standing == BusinessStanding(NOW, active, headed)
        assert BusinessStanding.from_data(told.standing.as_data()) == told.standing


def test_the_carrier_speaks_for_both(phones: PhoneBase, businesses: BusinessRegistry) -> None:
    carrier = StandingCarrier(phones, businesses)
    told = carrier.carry(PHONE_OWNER_KIND, "k", 1, {"iin": WHO.iin, "phone": WHO.phone}, NOW)
    assert (told.status, told.body) == (AnswerStatus.ANSWERED, {"owner": "own"})
    found = carrier.carry(BUSINESS_KIND, "k", 2, {"number": COMPANY.number}, NOW).body
    assert BusinessRecord.from_data(found).name == COMPANY.name
    assert carrier.carry(BUSINESS_KIND, "k", 3, {"number": "1"}, NOW).body == {"found": False}


def test_a_closed_business_and_a_wrong_password(url: str) -> None:
    asked = EgovBusinesses(url, user=USER, password=PASSWORD, timeout=PATIENT)
    httpx.post(f"{url}/_business", json={"number": COMPANY.number, "status": "closed"}).raise_for_status()
    assert entity_problem(asked.subject(COMPANY.number, key="1", now=NOW), COMPANY.number) is BusinessMismatch.INACTIVE
    with pytest.raises(Refusal):
        EgovPhones(url, user=USER, password="wrong", timeout=PATIENT).owner(WHO.iin, WHO.phone, key="1", now=NOW)


@pytest.mark.parametrize(("fault", "error"), [("refuse", NotCarried), ("time_out", NoAnswer), ("drop", NoAnswer)])
def test_faults(url: str, fault: str, error: type[Exception]) -> None:
    httpx.post(f"{url}/_stage/fault", json={"kind": fault, "seconds": 3}).raise_for_status()
    with pytest.raises(error):
        EgovPhones(url, user=USER, password=PASSWORD, timeout=patience(fault)).owner(
            WHO.iin, WHO.phone, key="1", now=NOW
        )
