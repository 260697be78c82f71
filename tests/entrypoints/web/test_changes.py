"""A change of the contract in the browser: both schedules side by side, signed or refused; the staff's view of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from nesie.entrypoints import clock
from nesie.foundation.norms.actions import push_clock
from nesie.journey.contracts import actions, queries
from nesie.journey.contracts.models import Contract
from nesie.journey.contracts.rules import ChangeStatus, ConsentKind
from nesie.kernel.actor import Role, worker
from tests import given_changes as changes
from tests import given_contracts as given
from tests.entrypoints.web.seen import client_browser, staff_browser
from tests.given_access import StaffMember, staff_member
from tests.given_contracts import DAY, Stand


@pytest.fixture(scope="module")
def here(module_db: None) -> Iterator[Stand]:
    with given.stand(clock.business_now()) as stand:
        yield stand


@pytest.fixture(scope="module")
def officer(here: Stand) -> StaffMember:
    """Somebody who may take a proposal back; enrolled before the clock is pushed."""
    return staff_member(clock.business_now(), Role.CREDIT_OFFICER, login="officer")


@pytest.fixture(scope="module")
def auditor(here: Stand) -> StaffMember:
    """Somebody who may only look."""
    return staff_member(clock.business_now(), Role.AUDITOR, login="auditor")


@pytest.fixture(scope="module")
def running(here: Stand, officer: StaffMember, auditor: StaffMember):
    """A paid-out contract by the pages' own clock, pushed a day forward on the way."""
    start = clock.business_now()
    who = given.applicant(start)
    contract_id = given.signed(start, here, who)
    push_clock(worker(), clock.business_now(), seconds=int(DAY.total_seconds()))
    now = clock.business_now()
    actions.draft_consent_to_receive(who.actor, now, contract_id=contract_id)
    given.consent(now, who, contract_id, ConsentKind.RECEIVE)
    here.identities.at(now)
    here.pay_out(now)
    return who, contract_id


WORDS = {
    "kk": ("Шарттың өзгерісі", "Бұрын", "Енді", "Мерзімін ұзарту"),
    "ru": ("Изменение договора", "Было", "Станет", "Продление срока"),
    "en": ("Change of the contract", "Before", "After", "Longer term"),
}


@pytest.mark.parametrize("language", sorted(WORDS))
def test_both_schedules_stand_side_by_side_in_three_languages(running, language) -> None:
    who, contract_id = running
    made = changes.drafted(clock.business_now(), contract_id)
    browser = client_browser(who.client_id, clock.business_now(), language=language)
    answer = browser.get(f"/my/changes/{made.change_id}")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert [word for word in WORDS[language] if word not in page] == []
    view = queries.change(who.actor, made.change_id)
    for side in (view.proposal.before, view.proposal.after):
        assert all(f"{row.due_on:%d.%m.%Y}" in page for row in side.plan.rows)
    assert made.sign_sha256 in page
    assert f"/my/changes/{made.change_id}" in browser.get("/my/").content.decode(), "a task on the first page"
    assert f"/my/changes/{made.change_id}" in browser.get(f"/my/contracts/{contract_id}").content.decode()


@pytest.mark.clause("9-conclude")
def test_it_is_signed_on_its_page_by_face_and_key(here, running) -> None:
    who, contract_id = running
    now = clock.business_now()
    made = changes.drafted(now, contract_id)
    browser = client_browser(who.client_id, now)
    address = f"/my/changes/{made.change_id}"
    assert browser.get(f"{address}/sign").status_code == 302, "the face first"
    assert browser.get(f"{address}/biometric").status_code == 200
    changes.proofs(now, here, who, made)
    page = browser.get(f"{address}/sign").content.decode()
    assert "data-sign" in page
    assert browser.post(f"{address}/sign").status_code == 302
    assert queries.change(who.actor, made.change_id).status is ChangeStatus.SIGNED
    assert "Signed. The change takes effect on" in browser.get(address).content.decode()


@pytest.mark.clause("9-conclude")
def test_without_a_key_nothing_is_signed(here, running) -> None:
    who, contract_id = running
    now = clock.business_now()
    made = changes.drafted(now, contract_id)
    here.identities.at(now)
    here.identities.biometric_proof(
        who.actor, now, subject_id=who.client_id, operation="sign_change",
        document_sha256=made.sign_sha256, person=who.person,
    )  # fmt: skip
    browser = client_browser(who.client_id, now)
    assert browser.post(f"/my/changes/{made.change_id}/sign").status_code == 422
    assert queries.change(who.actor, made.change_id).status is ChangeStatus.DRAFTED


@pytest.mark.clause("9-ie")
def test_an_entrepreneur_agrees_without_a_key(here, running) -> None:
    who, contract_id = running
    now = clock.business_now()
    Contract.objects.filter(pk=contract_id).update(consumer=False, entrepreneur=True)
    made = changes.drafted(now, contract_id)
    here.carry(now)  # the state says that she is one
    here.identities.at(now)
    here.identities.biometric_proof(
        who.actor, now, subject_id=who.client_id, operation="sign_change",
        document_sha256=made.sign_sha256, person=who.person,
    )  # fmt: skip
    browser = client_browser(who.client_id, now)
    assert "data-sign" not in browser.get(f"/my/changes/{made.change_id}/sign").content.decode()
    assert browser.post(f"/my/changes/{made.change_id}/sign").status_code == 302
    assert queries.change(who.actor, made.change_id).status is ChangeStatus.SIGNED


def test_it_is_refused_on_its_page(running) -> None:
    who, contract_id = running
    made = changes.improvement(clock.business_now(), contract_id)
    browser = client_browser(who.client_id, clock.business_now())
    assert "Refuse the change" in browser.get(f"/my/changes/{made.change_id}").content.decode()
    assert browser.post(f"/my/changes/{made.change_id}/decline").status_code == 302
    assert queries.change(who.actor, made.change_id).status is ChangeStatus.REFUSED
    assert "Refuse the change" not in browser.get(f"/my/changes/{made.change_id}").content.decode()


def test_staff_see_it_and_take_it_back(officer, auditor, running) -> None:
    _, contract_id = running
    now = clock.business_now()
    made = changes.drafted(now, contract_id, effective_on=(now + timedelta(days=3)).date())
    hers = staff_browser(officer.id, now)
    assert str(made.change_id) in hers.get("/staff/changes").content.decode()
    page = hers.get(f"/staff/changes/{made.change_id}").content.decode()
    assert "Take the proposal back" in page
    assert hers.post(f"/staff/changes/{made.change_id}/cancel").status_code == 302
    assert queries.change(worker(), made.change_id).status is ChangeStatus.CANCELLED
    looking = staff_browser(auditor.id, now)
    assert "Take the proposal back" not in looking.get(f"/staff/changes/{made.change_id}").content.decode()
