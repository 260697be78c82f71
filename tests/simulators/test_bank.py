"""The bank simulator as a program: its interface for the lender, its form for a person, its faults, its memory."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from nesie.foundation.lender.queries import organisation
from nesie.journey.payments.adapters.http import HttpBank
from nesie.journey.payments.gateways import BankSilent, PaymentOrder, PaymentState
from nesie.kernel.money import Money
from nesie.simulators.bank import gate
from nesie.simulators.people import ORGANISATION, by_key
from tests.simulators.launch import PATIENT, launched, patience, start

AIGERIM = by_key("aigerim")


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with launched("bank", tmp_path_factory.mktemp("state")) as url:
        yield url


@pytest.fixture
def page(url):
    with httpx.Client(base_url=url, timeout=PATIENT) as client:
        client.post("/_stage/reset")
        yield client


@pytest.fixture
def bank(url, page):
    return HttpBank(url, gate.CLIENT_ID, gate.CLIENT_SECRET, timeout_seconds=PATIENT)


def order(key: str, tenge: int = 100_000) -> PaymentOrder:
    return PaymentOrder(
        key=key,
        amount=Money.tenge(tenge),
        payer_iban=ORGANISATION.iban,
        payer_bin=ORGANISATION.bin,
        payee_iban=AIGERIM.iban,
        payee_iin=AIGERIM.iin,
        payee_name=AIGERIM.full_name,
        purpose="contract 2026-000001-6",
        purpose_code="411",
        payer_code="15",
        payee_code="19",
    )


def test_nobody_without_a_token_or_with_another_body_is_served(page):
    assert page.get("/api/statement").status_code == 401
    form = {"grant_type": "client_credentials", "client_id": gate.CLIENT_ID, "client_secret": "guess"}
    assert page.post("/oauth/token", data=form).status_code == 401
    granted = page.post("/oauth/token", data={**form, "client_secret": gate.CLIENT_SECRET}).json()
    bearer = {"authorization": f"Bearer {granted['access_token']}"}
    assert page.get("/api/statement", headers=bearer).status_code == 200
    unsigned = page.post("/api/payments", json={"referenceId": "x"}, headers=bearer)
    assert unsigned.status_code == 401


@pytest.mark.parametrize("fault", ["drop_after", "answer_late", "answer_twice"])
def test_an_order_repeated_after_a_lost_answer_moves_money_once(bank, page, url, fault):
    page.post("/_stage/fault", json={"kind": fault, "path": "/api/payments", "seconds": 1})
    asked = HttpBank(url, gate.CLIENT_ID, gate.CLIENT_SECRET, timeout_seconds=patience(fault))
    try:
        asked.pay(order("one"))
    except BankSilent:
        pass
    else:
        assert fault == "answer_twice"
    assert bank.status("one").state is PaymentState.PAID
    assert bank.pay(order("one")).state is PaymentState.PAID
    assert "400000.00" not in page.get("/").text  # never taken twice
    assert "700000.00" in page.get("/").text  # 600 000 at the start and 100 000 once


def test_another_order_under_a_used_reference_is_refused(bank):
    bank.pay(order("two"))
    with pytest.raises(BankSilent, match="409"):
        bank.pay(order("two", tenge=1))


def test_a_person_repays_with_one_form_and_the_address_fills_it(page, bank):
    form = page.get("/repay", params={"iban": AIGERIM.iban, "contract": "2026-000001-6", "amount": "12345.67"}).text
    assert 'value="2026-000001-6"' in form
    assert 'value="12345.67"' in form
    assert f'value="{AIGERIM.iban}" selected' in form
    paid = page.post("/repay", data={"iban": AIGERIM.iban, "contract": "2026-000001-6", "amount": "12 345,67"})
    assert paid.status_code == 303
    (receipt,) = bank.incoming("")
    assert receipt.amount == Money.tenge("12345.67")
    assert receipt.payer_number == AIGERIM.iin
    assert "2026-000001-6" in receipt.purpose
    assert bank.incoming(receipt.cursor) == []


@pytest.mark.parametrize("amount", ["0", "-5", "1.234", "much", "99999999"])
def test_a_payment_that_cannot_be_made_is_not_made(page, bank, amount):
    refused = page.post("/repay", data={"iban": AIGERIM.iban, "contract": "x", "amount": amount})
    assert refused.status_code == 422
    assert "Not paid" in refused.text
    assert bank.incoming("") == []


def test_the_pushed_clock_dates_the_statement(page, bank):
    moment = datetime.now(UTC) + timedelta(days=40)
    page.post("/_stage/clock", json={"now": moment.isoformat()})
    page.post("/repay", data={"iban": AIGERIM.iban, "contract": "x", "amount": "10"})
    (receipt,) = bank.incoming("")
    assert abs(receipt.booked_at - moment) < timedelta(minutes=1)


def test_the_page_shows_everything_and_foreign_pages_command_nothing(page, bank):
    bank.pay(order("three"))
    shown = page.get("/")
    assert shown.status_code == 200
    assert AIGERIM.iban in shown.text
    assert "EXECUTED" in shown.text
    foreign = page.post(
        "/repay", data={"iban": AIGERIM.iban, "amount": "1"}, headers={"origin": "https://evil.example"}
    )
    assert foreign.status_code == 403


def test_the_book_survives_a_kill(tmp_path):
    program, url = start("bank", tmp_path)
    HttpBank(url, gate.CLIENT_ID, gate.CLIENT_SECRET).pay(order("kept"))
    os.kill(program.pid, signal.SIGKILL)
    program.wait()
    with launched("bank", tmp_path) as url:
        again = HttpBank(url, gate.CLIENT_ID, gate.CLIENT_SECRET)
        assert again.status("kept").state is PaymentState.PAID
        assert again.pay(order("kept")).state is PaymentState.PAID


def test_the_bank_keeps_the_account_that_the_lender_tells_its_clients():
    lender = organisation()
    assert (lender.repayment.iban, lender.bin) == (ORGANISATION.iban, ORGANISATION.bin)
