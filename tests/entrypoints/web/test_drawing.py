"""A credit line in the browser: the client draws, thinks it over, consents to the money; and the way to refinance."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from django.test import Client

from nesie.entrypoints import clock
from nesie.foundation.norms.actions import push_clock
from nesie.journey.contracts import queries as contracts
from nesie.journey.contracts.rules import ChangeStatus
from nesie.journey.loans import queries
from nesie.kernel.actor import worker
from nesie.kernel.ids import LoanId
from nesie.kernel.money import Money
from tests import given_applications, given_contracts, given_loans, given_payouts
from tests.entrypoints.web.seen import client_browser
from tests.given_access import code_sent_to
from tests.given_applications import Applicant
from tests.given_contracts import DAY, Stand


@pytest.fixture(scope="module")
def here(module_db: None) -> Iterator[Stand]:
    with given_contracts.stand(clock.business_now() - 2 * DAY) as stand:
        yield stand


@pytest.fixture(scope="module")
def line(here: Stand) -> tuple[Applicant, LoanId]:
    """A credit line of 400,000 tenge, 100,000 of it drawn."""
    start = clock.business_now() - 2 * DAY
    who = given_contracts.applicant(start)
    product = {version.code: version.id for version in given_applications.on_sale(start)}["line"]
    loan_id, _ = given_payouts.running_loan(
        start, here, who, product_version_id=product, amount=Money.tenge(100_000), limit=Money.tenge(400_000), term=6
    )
    given_loans.accrued(clock.business_now())
    return who, loan_id


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)).replace("\N{NO-BREAK SPACE}", " "))


def seen(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.clause("2-line", "9-1-line")
def test_the_client_draws_thinks_it_over_and_consents(here: Stand, line: tuple[Applicant, LoanId]) -> None:
    who, loan_id = line
    browser = client_browser(who.client_id, clock.machine_now())
    page = seen(browser, f"/my/loans/{loan_id}")
    assert "Left of the limit 300 000" in text_of(page).replace("\N{NARROW NO-BREAK SPACE}", " ")
    address = f"/my/loans/{loan_id}/draw"
    assert "Draw on the credit line" in seen(browser, address)
    too_much = browser.post(address, {"amount": "300 000,01", "instalments": ""})
    assert too_much.status_code == 409
    assert "of the credit line can be taken now" in too_much.content.decode()
    assert browser.post(address, {"amount": "a lot"}).status_code == 422
    here.outside.fresh_list(clock.business_now())
    made = browser.post(address, {"amount": "250 000", "instalments": "10"})
    assert made.status_code == 302, made.content.decode()
    change = seen(browser, made["Location"])
    for word in ("You receive", "Loan under the credit line", "Biometric identification"):
        assert word in change
    here.carry(clock.business_now())
    (drawn,) = contracts.changes_awaiting(who.actor, who.client_id, clock.business_now())
    here.identities.at(clock.business_now())
    given_payouts.signed(clock.business_now(), here, who, drawn)
    waiting = seen(browser, made["Location"])
    assert "Time for thought" in waiting
    assert "Give this money up" in waiting
    assert "Time for thought until" in seen(browser, "/my/")
    push_clock(worker(), clock.business_now(), seconds=int(DAY.total_seconds()))
    assert "Consent to receive the money" in seen(browser, made["Location"])
    consent = f"{made['Location']}/receive"
    assert "Text of the consent" in seen(browser, consent)
    assert browser.post(consent, {"act": "send"}).status_code == 200
    wrong = browser.post(consent, {"act": "confirm", "code": "000000"})
    assert wrong.status_code == 422
    done = browser.post(consent, {"act": "confirm", "code": code_sent_to(who.person.phone)})
    assert done["Location"] == made["Location"]
    assert "We ask the bank about your account" in seen(browser, made["Location"])
    gone = browser.post(f"{made['Location']}/decline")
    assert gone["Location"] == made["Location"]
    assert contracts.change(worker(), drawn.change_id).status is ChangeStatus.REFUSED


def test_a_loan_is_refinanced_from_its_own_page(line: tuple[Applicant, LoanId]) -> None:
    who, loan_id = line
    browser = client_browser(who.client_id, clock.machine_now(), "ru")
    page = seen(browser, f"/my/loans/{loan_id}")
    (address,) = re.findall(r'href="([^"]*refinances=[^"]*)"', page)
    form = text_of(seen(browser, html.unescape(address)))
    number = queries.position(worker(), loan_id).number
    assert f"Деньги погасят ваш заём {number}" in form
