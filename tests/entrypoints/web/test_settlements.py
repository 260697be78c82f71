"""A late payment in the browser: the client applies, the staff answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from nesie.entrypoints import clock
from nesie.foundation.norms.actions import push_clock
from nesie.foundation.norms.rules import day_start
from nesie.journey.loans import actions, queries
from nesie.journey.loans.rules import SettlementStage
from nesie.kernel.actor import Role, worker
from tests import given_contracts as given
from tests import given_loans
from tests.entrypoints.web.seen import client_browser, staff_browser
from tests.given_access import StaffMember, staff_member
from tests.given_applications import Applicant
from tests.given_contracts import Stand

WORDS = {
    "kk": ("Мерзімі өткен берешекті реттеу", "Басқа талаптарды сұрау"),
    "ru": ("Урегулирование задолженности", "Попросить другие условия"),
    "en": ("Settlement of arrears", "Apply for other conditions"),
}


@pytest.fixture(scope="module")
def here(module_db: None) -> Iterator[Stand]:
    with given.stand(clock.business_now()) as stand:
        yield stand


@pytest.fixture(scope="module")
def officer(here: Stand) -> StaffMember:
    """Enrolled before the clock is pushed."""
    return staff_member(clock.business_now(), Role.CREDIT_OFFICER, login="officer")


@pytest.fixture(scope="module")
def late(officer: StaffMember, here: Stand):
    """A loan ten days late by the pages' own clock, its client told."""
    start = clock.business_now()
    who = given.applicant(start)
    contract_id, paid_at = given.disbursed(start, here, who)
    loan_id = given_loans.opened(paid_at, contract_id)
    first = queries.position(worker(), loan_id).rows[0]
    ahead = day_start(first.grace_until_on + timedelta(days=11)) + timedelta(hours=12) - clock.business_now()
    push_clock(worker(), clock.business_now(), seconds=int(ahead.total_seconds()))
    given_loans.accrued(clock.business_now())
    actions.send_arrears_notice(worker(), clock.business_now(), loan_id=loan_id)
    return who, loan_id


def stage(loan_id) -> SettlementStage:
    return queries.settlement(worker(), loan_id, clock.business_now()).standing.stage


def browser(who: Applicant, now: datetime, language: str = "en"):
    return client_browser(who.client_id, now, language=language)


@pytest.mark.parametrize("language", sorted(WORDS))
def test_the_client_sees_the_terms_in_three_languages(late, language) -> None:
    who, loan_id = late
    page = browser(who, clock.business_now(), language).get(f"/my/loans/{loan_id}/settlement")
    assert page.status_code == 200
    assert [word for word in WORDS[language] if word not in page.content.decode()] == []


def test_the_client_applies_and_the_officer_refuses_with_a_reason(late, officer) -> None:
    who, loan_id = late
    now = clock.business_now()
    mine, address = browser(who, now), f"/my/loans/{loan_id}/settlement"
    assert address in mine.get("/my/").content.decode(), "a task on the first page"
    wish = {"relief": "deferral", "hardship": "income_fell", "text": ""}
    assert mine.post(address, wish).status_code == 409
    assert mine.post(address, wish | {"text": "Жұмыстан айырылдым."}).status_code == 302
    assert stage(loan_id) is SettlementStage.ANSWER_DUE
    hers, desk = staff_browser(officer.id, now), f"/staff/loans/{loan_id}/settlement"
    assert desk in hers.get("/staff/settlements").content.decode()
    answer = {"act": "answer", "answer": "agreed", "reason": "no_papers", "explanation": "Справки нет."}
    assert hers.post(desk, answer).status_code == 409, "no change was proposed"
    assert hers.post(desk, answer | {"answer": "refused"}).status_code == 302
    assert stage(loan_id) is SettlementStage.OMBUDSMAN
    assert "ombudsman" in mine.get(address).content.decode()


def test_the_officer_takes_an_application_down(late, officer) -> None:
    _, loan_id = late
    hers, desk = staff_browser(officer.id, clock.business_now()), f"/staff/loans/{loan_id}/settlement"
    wish = {"act": "apply", "relief": "longer_term", "hardship": "none", "text": "Клиент попросил по телефону."}
    assert hers.post(desk, wish).status_code == 302
    assert stage(loan_id) is SettlementStage.ANSWER_DUE
