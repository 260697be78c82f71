"""The client's own pages, through a browser that speaks HTTP only."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction

from nesie.entrypoints import clock
from nesie.entrypoints.api.routes.account import TITLES
from nesie.entrypoints.web.client.room import SHOWN
from nesie.entrypoints.web.labels import KINDS
from nesie.foundation.documents import queries as documents
from nesie.foundation.identification.rules import EvidencePart
from nesie.foundation.norms.rules import business_day
from nesie.foundation.notices import queries as notices
from nesie.foundation.notices.actions import notify
from nesie.journey.contracts import actions as contracts
from nesie.journey.creditworthiness.rules import InquiryKind
from nesie.journey.loans import actions as loan_actions
from nesie.journey.loans import queries as loans
from tests import given_applications, given_contracts, given_loans
from tests.entrypoints.web.seen import browser_of, client_browser
from tests.given_documents import stored_document


@pytest.mark.clause("12")
def test_a_confirmation_of_delivery_is_made_and_shown(db: None) -> None:
    now = clock.business_now()
    with given_applications.outside() as world:
        given_applications.open_for_business(now, world)
        who = given_applications.applicant(now, "aigerim")
    paper = stored_document(who.client_id, now)
    browser = client_browser(who.client_id, now)
    assert browser.get(f"/my/documents/{paper}").status_code == 200, "read: the event to confirm"
    answer = browser.post(f"/my/documents/{paper}/confirm")
    made = documents.of_owner(who.client_id, "delivery_confirmation")[0]
    assert (answer.status_code, answer["Location"]) == (302, f"/my/documents/{made.id}")
    shown = browser.get(answer["Location"])
    assert shown["Content-Type"] == "application/pdf"
    assert shown.content == documents.content(made.id)


@pytest.mark.clause("7.5")
def test_a_repaid_loan_tells_its_last_day_and_promises_no_payment(db: None) -> None:
    start = datetime(2026, 11, 23, 4, tzinfo=UTC)
    with given_contracts.stand(start) as stand:
        who = given_contracts.applicant(start)
        contract_id, paid_at = given_contracts.disbursed(start, stand, who)
        loan_id = given_loans.opened(paid_at, contract_id)
        browser = client_browser(who.client_id, clock.business_now())
        page = browser.get(f"/my/loans/{loan_id}").content.decode()
        assert "Upcoming and past payments" in page
        assert "Repaid in full" not in page
        whole = loans.quote_payoff(who.actor, loan_id, business_day(paid_at)).total
        given_loans.repaid(paid_at, loan_id, whole)
    page = browser.get(f"/my/loans/{loan_id}").content.decode()
    assert f"Repaid in full on {business_day(paid_at):%d.%m.%Y}" in page
    assert "Upcoming and past payments" not in page
    assert "schedule-data" not in page
    assert "Money received from you" in page


def test_a_file_field_speaks_the_readers_language(db: None) -> None:
    now = clock.business_now()
    with given_applications.outside() as world:
        given_applications.open_for_business(now, world)
        who = given_applications.applicant(now, "aigerim")
    page = client_browser(who.client_id, now, language="kk").get("/my/letters/write").content.decode()
    assert "Файлдарды таңдау" in page
    assert 'data-chosen="chosen_files">' in page


def test_every_kind_of_evidence_has_a_word(db: None) -> None:
    evidence = {f"identification_{part.value}" for part in EvidencePart} | {kind.value for kind in InquiryKind}
    assert evidence - set(KINDS["kind"]) == set()


@pytest.mark.clause("24.2")
def test_signing_out_everywhere_ends_the_other_browser_too(db: None) -> None:
    now = clock.business_now()
    with given_applications.outside() as world:
        given_applications.open_for_business(now, world)
        who = given_applications.applicant(now, "aigerim")
    first = client_browser(who.client_id, now)
    second = browser_of(who.client_id, now)
    assert "Sign out everywhere" in first.get("/my/security").content.decode()
    first.post("/sign-out", {"everywhere": "yes"})
    for browser in (first, second):
        assert browser.get("/my/security")["Location"] == "/sign-in"


def test_a_client_marks_own_notices_as_read_and_nobody_elses(db: None) -> None:
    now = clock.business_now()
    with given_applications.outside() as world:
        given_applications.open_for_business(now, world)
        who = given_applications.applicant(now, "aigerim")
        other = given_applications.applicant(now, "daniyar")
    with transaction.atomic():
        own, foreign = (
            notify(one.client_id, template="account_not_confirmed", params={"number": "2026-1"}, language="kk", now=now)
            for one in (who, other)
        )
    browser = client_browser(who.client_id, now)
    assert "Mark all as read" in browser.get("/my/notices").content.decode()
    assert browser.post("/my/notices", {"notice": [str(own)]}).status_code == 302
    assert "Mark all as read" not in browser.get("/my/notices").content.decode()
    assert browser.post("/my/notices", {"notice": [str(foreign)]}).status_code == 404
    assert browser.post("/my/notices", {"notice": ["x"]}).status_code == 422
    assert (notices.unread_count(who.client_id), notices.unread_count(other.client_id)) == (0, 1)


@pytest.mark.clause("7.5")
def test_a_client_takes_the_statement_as_a_paper_and_as_a_sheet(db: None) -> None:
    start = datetime(2026, 11, 23, 4, tzinfo=UTC)
    with given_contracts.stand(start) as stand:
        who = given_contracts.applicant(start)
        contract_id, paid_at = given_contracts.disbursed(start, stand, who)
        loan_id = given_loans.opened(paid_at, contract_id)
    browser = client_browser(who.client_id, clock.business_now())
    address = f"/my/loans/{loan_id}/statement"
    assert f'action="{address}"' in browser.get(f"/my/loans/{loan_id}").content.decode()
    for form, media in (("pdf", "application/pdf"), ("csv", "text/csv; charset=utf-8")):
        made = browser.post(address, {"form": form, "language": "kk"})
        shown = browser.get(made["Location"])
        assert (shown.status_code, shown["Content-Type"]) == (200, media)
        assert ("attachment" in shown["Content-Disposition"]) is (form == "csv")
    assert browser.post(address, {"form": "pdf", "language": "en"}).status_code == 422


@pytest.mark.clause("7.3")
def test_every_paper_made_for_a_client_about_a_loan_is_listed_under_a_word_of_its_own() -> None:
    stages = [Path(stage.__file__ or "").parent for stage in (contracts, loan_actions)]
    words = [re.findall(r'\b(?:kind|KIND) ?= ?"(\w+)"', path.read_text()) for at in stages for path in at.glob("*.py")]
    made = {kind for found in words for kind in found} | {"closing_statement", "loan_statement"}
    assert {"contract_change", "loan_notice", "arrears_notice"} <= made, "the search finds what is known"
    assert made <= SHOWN
    assert made <= set(KINDS["kind"])
    assert made <= set(TITLES)
