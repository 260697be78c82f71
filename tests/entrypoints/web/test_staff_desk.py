"""Receipts nobody knows, messages in trouble: what the staff do about them, by the pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from nesie.entrypoints import clock
from nesie.entrypoints.jobs.exchange import deliver
from nesie.foundation.exchange import actions as exchange
from nesie.foundation.exchange import queries as messages
from nesie.foundation.exchange.adapters.fake import FakeCarrier
from nesie.foundation.exchange.rules import Destination, NoAnswer, Status
from nesie.foundation.norms.actions import push_clock
from nesie.journey.payments import queries as payments
from nesie.kernel.actor import Role, worker
from nesie.kernel.ids import MessageId
from nesie.kernel.money import Money
from tests import given_contracts, given_loans
from tests.entrypoints.web.seen import staff_browser
from tests.entrypoints.web.test_four_eyes import pair
from tests.given_access import staff_member


@pytest.mark.clause("27")
def test_two_of_the_staff_say_which_contract_a_receipt_pays(db: None) -> None:
    start = clock.business_now()
    with given_contracts.stand(start) as stand:
        who = given_contracts.applicant(start)
        contract_id, paid_at = given_contracts.disbursed(start, stand, who)
        number = given_contracts.view(contract_id, paid_at).number
        receipt_id = given_loans.received(paid_at, "2020-000001-0", Money.tenge(5_000))
        two = pair(Role.OPERATOR, Role.CREDIT_OFFICER)
        page = two.asker.get("/staff/receipts").content.decode()
        assert str(receipt_id) in page
        wrong = two.asker.post("/staff/receipts", {"receipt_id": receipt_id, "number": "x", "why": "by phone"})
        assert (wrong.status_code, "No money was paid out" in wrong.content.decode()) == (409, True)
        asked = {"receipt_id": receipt_id, "number": number, "why": "the payer called and named the contract"}
        assert two.asker.post("/staff/receipts", asked)["Location"] == "/staff/approvals"
        seen = two.approve()
        assert number in seen, "ids say nothing to a person"
        assert "5 000,00" in seen.replace("\xa0", " ")
        push_clock(worker(), clock.business_now(), seconds=int(timedelta(days=1).total_seconds()))
        assert two.asker.post(two.to_carry_out()[0])["Location"] == "/staff/receipts"
    assert payments.in_suspense(worker()) == ()
    assert [one.receipt_id for one in payments.receipts_of(worker(), contract_id)] == [receipt_id]


def _unknown_message(now: datetime) -> MessageId:
    with transaction.atomic():
        message_id = exchange.intend(
            uuid4(), destination=Destination.SMS, kind="notices.sms", key=str(uuid4()), payload={"text": "x"}, now=now
        )
    carrier = FakeCarrier()
    carrier.faults = [NoAnswer()]
    deliver(message_id, carrier, lambda: now, lambda: now)
    return message_id


@pytest.mark.parametrize(("act", "status"), [("resend", Status.INTENDED), ("abandon", Status.ABANDONED)])
def test_a_person_decides_about_a_message_of_unknown_fate(db: None, act: str, status: Status) -> None:
    now = clock.machine_now()
    message_id = _unknown_message(datetime(2026, 11, 20, 4, tzinfo=UTC))
    browser = staff_browser(staff_member(now, Role.ADMINISTRATOR).id, now)
    assert f'href="/staff/messages/{message_id}"' in browser.get("/staff/messages").content.decode()
    page = browser.get(f"/staff/messages/{message_id}").content.decode()
    assert "No answer: perhaps acted on" in page
    assert re.findall(r'name="act" value="(\w+)"', page) == ["resend", "abandon"]
    assert browser.post(f"/staff/messages/{message_id}/decide", {"act": "retry"}).status_code == 409, "it is not dead"
    assert browser.post(f"/staff/messages/{message_id}/decide", {"act": act}).status_code == 302
    assert messages.described(message_id).status is status
    assert 'name="act"' not in browser.get(f"/staff/messages/{message_id}").content.decode()


def test_a_message_offers_only_what_the_role_may(db: None) -> None:
    now = clock.machine_now()
    message_id = _unknown_message(datetime(2026, 11, 20, 4, tzinfo=UTC))
    page = staff_browser(staff_member(now, Role.OPERATOR).id, now).get(f"/staff/messages/{message_id}")
    assert re.findall(r'name="act" value="(\w+)"', page.content.decode()) == ["resend"]
    auditor = staff_browser(staff_member(now, Role.AUDITOR, login="marat").id, now)
    assert 'name="act"' not in auditor.get(f"/staff/messages/{message_id}").content.decode()
    assert auditor.get(f"/staff/messages/{uuid4()}").status_code == 404
