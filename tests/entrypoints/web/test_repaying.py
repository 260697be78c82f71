"""Paying back on the client's pages: a quote for a chosen day, an early payment compared before it is chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils.translation import gettext, override

from nesie.entrypoints import clock
from nesie.entrypoints.web.labels import label
from nesie.foundation.norms.rules import business_day
from nesie.journey.applications.rules import ENABLED_METHODS, DisbursementMethod
from nesie.journey.loans import queries
from nesie.journey.loans.rules import Wish
from nesie.journey.payments.rules import OPEN_WAYS, WayToRepay
from nesie.kernel.ids import LoanId
from nesie.kernel.money import Money
from tests import given_contracts, given_loans
from tests.entrypoints.web.seen import browser_of, client_browser

START = datetime(2026, 11, 23, 4, tzinfo=UTC)
DAY = timedelta(days=1)
AMOUNT = Money.tenge(100_000)


@dataclass
class Room:
    """A client at a browser, whose loan runs; `on` is the day its pages count from."""

    browser: Client
    who: given_contracts.Applicant
    loan_id: LoanId

    def page(self, path: str, status: int = 200) -> str:
        """A page of the loan."""
        answer = self.browser.get(f"/my/loans/{self.loan_id}{path}")
        assert answer.status_code == status, path
        return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture(scope="module")
def room(module_db: None) -> Iterator[Room]:
    with given_contracts.stand(START) as stand:
        who = given_contracts.applicant(START, "daniyar")
        contract_id, at = given_contracts.disbursed(START, stand, who)
        loan_id = given_loans.opened(at, contract_id)
        at += 10 * DAY
        given_loans.accrued(at)
        yield Room(client_browser(who.client_id, clock.business_now()), who, loan_id)


def figure(money: Money) -> str:
    whole, tiyn = divmod(money.tiyn, 100)
    return f"{whole:,}".replace(",", " ") + f",{tiyn:02d}"


@pytest.mark.clause("7.5", "7.6")
def test_the_payoff_of_a_chosen_day_is_the_quote_of_that_day(room: Room) -> None:
    on = queries.position(room.who.actor, room.loan_id).as_of + 20 * DAY
    quote = queries.quote_payoff(room.who.actor, room.loan_id, on)
    assert figure(quote.total) in room.page(f"/repay?on={on.isoformat()}")
    assert "is-invalid" in room.page("/repay?on=2020-01-01", 409)
    assert "is-invalid" in room.page("/repay?on=x", 422)


@pytest.mark.clause("8.6")
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_way_of_getting_the_money_is_offered_and_what_is_not_open_says_so(room: Room, language: str) -> None:
    browser = browser_of(room.who.client_id, clock.business_now(), language)
    page = browser.get("/my/apply/account").content.decode()
    choices = dict(re.findall(r'<input type="radio" name="method" value="(\w+)"(.*?)</label>', page, re.DOTALL))
    assert set(choices) == set(DisbursementMethod) - {DisbursementMethod.REFINANCING}, "asked for on a loan's page"
    with override(language):
        for method, choice in choices.items():
            closed = method not in ENABLED_METHODS
            assert label(method, "disbursement") in choice
            assert (" disabled" in choice, gettext("not available yet") in choice) == (closed, closed)


@pytest.mark.clause("7.6")
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_way_of_repaying_is_listed_and_what_is_not_open_says_so(room: Room, language: str) -> None:
    browser = browser_of(room.who.client_id, clock.business_now(), language)
    with override(language):
        titles = {
            WayToRepay.BANK_TRANSFER: gettext("Account (IBAN)"),
            WayToRepay.CARD: gettext("Bank card"),
            WayToRepay.TERMINAL: gettext("Terminal"),
            WayToRepay.CASH_DESK: gettext("Cash desk"),
        }
        assert set(titles) == set(WayToRepay)
        for address in (f"/my/loans/{room.loan_id}/repay", "/repay"):
            page = browser.get(address).content.decode()
            told = dict(re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page, re.DOTALL))
            for way, title in titles.items():
                assert (told[title] == gettext("not available yet")) == (way not in OPEN_WAYS), (address, way)
                assert told[title]


def test_both_ways_of_an_early_payment_stand_beside_the_present_schedule(room: Room) -> None:
    view = queries.position(room.who.actor, room.loan_id)
    on = max(view.as_of, business_day(clock.business_now()))
    now, smaller, shorter = queries.early_ways(room.who.actor, room.loan_id, AMOUNT, on)
    assert (now.wish, smaller.wish, shorter.wish) == (None, Wish.REDUCE_PAYMENT, Wish.REDUCE_TERM)
    assert len(smaller.rows) == len(now.rows) > len(shorter.rows)
    assert smaller.payment < now.payment
    assert shorter.payment == now.payment
    assert Money(0) < smaller.saved < shorter.saved
    page = room.page("/early?amount=100%20000")
    for way in (now, smaller, shorter):
        assert figure(way.payment) in page
        assert figure(way.interest) in page


def test_an_amount_that_leaves_no_choice_says_so(room: Room) -> None:
    assert "repays the whole loan" in room.page("/early?amount=900000", 409)
    assert "cannot be read" in room.page("/early?amount=-5", 422)
    assert 'name="wish"' not in room.page("/early")
