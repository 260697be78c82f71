"""Money out and in, on the real database: exactly once, to the client's own account, nothing lost in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest

from nesie.foundation.audit.rules import ApprovalNeeded
from nesie.foundation.ledger import queries as books
from nesie.foundation.ledger.rules import AccountRef, Chart
from nesie.foundation.norms.rules import business_day
from nesie.journey.contracts import actions as contract_actions
from nesie.journey.contracts.rules import ConsentMissing, ContractStatus, CoolingOffNotOver, MoveRefused
from nesie.journey.payments import actions, queries, rules
from nesie.journey.payments.adapters.fake import Trouble
from nesie.journey.payments.adapters.http import HttpBank
from nesie.journey.payments.gateways import PaymentState
from nesie.journey.payments.rules import (
    DisbursementOutcome,
    FoundBy,
    Ownership,
    OwnershipNotShown,
    PaymentUnderWay,
    RequestOutcome,
    WayToRepay,
)
from nesie.kernel.actor import Actor, Channel, Role, client, worker
from nesie.kernel.ids import new_id
from nesie.kernel.money import ZERO, Money
from nesie.kernel.refused import NotFound
from nesie.simulators.bank import gate
from tests import given_contracts as given
from tests.given_applications import Applicant
from tests.given_contracts import CAPITAL, DAY, Stand
from tests.simulators.launch import PATIENT, launched, patience

pytestmark = pytest.mark.django_db

SUM = Money.tenge(400_000)
SMALL = Money.tenge(100_000)
FAULTS = ["refuse", "drop_before", "drop_after", "time_out", "answer_late", "answer_twice"]
STAFF = Actor(new_id(), frozenset({Role.OPERATOR}), Channel.WEB)


@pytest.fixture(scope="module")
def here(module_db: None, now: datetime) -> Iterator[Stand]:
    with given.stand(now) as stand:
        yield stand


@pytest.fixture(scope="module")
def aigerim(here: Stand, now: datetime) -> Applicant:
    return given.applicant(now)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with launched("bank", tmp_path_factory.mktemp("state")) as url:
        yield url


def funding() -> Money:
    return books.balance(AccountRef(Chart.FUNDING.value))


def available() -> Money:
    return books.available(AccountRef(Chart.FUNDING.value))


def on(chart: Chart, sub) -> Money:
    return books.balance(AccountRef(chart.value, sub))


def persist(here: Stand, now: datetime) -> None:
    """Let the worker try for some hours of machine time."""
    for minutes in range(0, 300, 20):
        here.carry(now, now + timedelta(minutes=minutes))


class TestPayout:
    @pytest.mark.clause("9-pay-account")
    def test_money_goes_out_once_and_waits_on_the_clearing_account(self, here, aigerim, now):
        contract_id, later = given.disbursed(now, here, aigerim)
        assert given.view(contract_id, later).status is ContractStatus.DISBURSED
        assert funding() == available() == CAPITAL - SUM
        assert on(Chart.DISBURSEMENTS_IN_TRANSIT, contract_id) == SUM
        assert here.bank.accounts[aigerim.person.iban].balance == Money.tenge(600_000) + SUM
        (paid,) = queries.disbursed()
        assert (paid.contract_id, paid.amount, paid.paid_on) == (contract_id, SUM, business_day(later))
        assert actions.take_disbursement(paid.disbursement_id, later) is True
        assert actions.take_disbursement(paid.disbursement_id, later) is False
        assert queries.disbursed() == ()
        here.pay_out(later + DAY)
        assert funding() == CAPITAL - SUM

    @pytest.mark.clause("9-1.1", "9-1.2")
    def test_nothing_is_asked_of_the_bank_before_the_hours_and_the_consent(self, here, aigerim, now):
        contract_id = given.signed(now, here, aigerim)
        for moment in (now, now + DAY - timedelta(seconds=1), now + DAY):
            here.pay_out(moment)
        assert queries.ownership_of(worker(), contract_id) is None
        assert funding() == CAPITAL
        # Even a payout asked for by hand meets the gate.
        actions.request_ownership_check(worker(), now, contract_id=contract_id)
        here.carry(now)
        with pytest.raises(CoolingOffNotOver):
            actions.request_disbursement(
                worker(), now + timedelta(hours=1) - timedelta(seconds=1), contract_id=contract_id
            )
        assert available() == CAPITAL

    @pytest.mark.clause("9-ownership")
    @pytest.mark.parametrize("said", [Ownership.NOT_SHOWN, Ownership.UNKNOWN])
    def test_a_foreign_or_unknown_account_gets_nothing(self, here, aigerim, now, said):
        contract_id, later = given.ready(now, here, aigerim)
        if said is Ownership.UNKNOWN:
            del here.bank.accounts[aigerim.person.iban]
        else:
            here.bank.accounts[aigerim.person.iban].iin = "880719399901"
        here.pay_out(later)
        assert queries.ownership_of(aigerim.actor, contract_id) is said
        assert queries.to_request(later) == ()
        with pytest.raises(OwnershipNotShown):
            actions.request_disbursement(worker(), later, contract_id=contract_id)
        assert available() == CAPITAL

    @pytest.mark.clause("9-ownership")
    def test_no_answer_about_the_account_is_no_yes(self, here, aigerim, now):
        contract_id, later = given.ready(now, here, aigerim)
        here.bank.troubles.append(Trouble.LOST_BEFORE)
        here.pay_out(later)
        assert queries.ownership_of(worker(), contract_id) is None
        with pytest.raises(OwnershipNotShown):
            actions.request_disbursement(worker(), later, contract_id=contract_id)

    def test_a_second_request_while_one_is_under_way_is_refused(self, here, aigerim, now):
        contract_id, later = given.ready(now, here, aigerim)
        here.bank.holding_back = True
        here.pay_out(later)
        assert available() == CAPITAL - SUM  # held
        assert funding() == CAPITAL  # not gone
        for act in (actions.request_disbursement, actions.request_ownership_check):
            with pytest.raises(PaymentUnderWay):
                act(worker(), later, contract_id=contract_id)
        with pytest.raises(MoveRefused):
            contract_actions.cancel_contract(aigerim.actor, later, contract_id=contract_id)
        here.bank.release()
        persist(here, later)
        assert funding() == CAPITAL - SUM

    def test_what_the_bank_refuses_comes_back_and_may_be_tried_under_a_new_key(self, here, aigerim, now):
        contract_id, later = given.ready(now, here, aigerim)
        here.outside.fresh_list(later)
        actions.request_ownership_check(worker(), later, contract_id=contract_id)
        here.carry(later)
        actions.request_disbursement(worker(), later, contract_id=contract_id)
        here.bank.accounts[aigerim.person.iban].closed = True
        here.carry(later)
        assert given.view(contract_id, later).status is ContractStatus.SIGNED
        assert available() == funding() == CAPITAL
        here.pay_out(later)  # nothing is tried again by itself
        (first,) = queries.disbursements_of(aigerim.actor, contract_id)
        assert (first.outcome, first.reason) == (DisbursementOutcome.REFUSED, "ACCOUNT_CLOSED")
        with pytest.raises(OwnershipNotShown):
            actions.request_disbursement(worker(), later, contract_id=contract_id)
        here.bank.accounts[aigerim.person.iban].closed = False
        actions.request_ownership_check(STAFF, later, contract_id=contract_id)
        here.carry(later)
        here.pay_out(later)
        _, second = queries.disbursements_of(aigerim.actor, contract_id)
        assert second.outcome is DisbursementOutcome.PAID
        assert second.disbursement_id != first.disbursement_id
        assert funding() == CAPITAL - SUM

    @pytest.mark.clause("10-law")
    def test_a_refusal_of_credit_set_meanwhile_holds_the_money(self, here, aigerim, now):
        contract_id, later = given.ready(now, here, aigerim)
        here.outside.bureau.refused[aigerim.person.iin] = later.date()
        here.pay_out(later)
        assert queries.held_payouts(STAFF) == (contract_id,)
        assert available() == CAPITAL

    def test_an_old_word_of_the_register_is_asked_for_anew(self, here, aigerim, now):
        contract_id, later = given.ready(now, here, aigerim)
        actions.request_ownership_check(worker(), later, contract_id=contract_id)
        here.carry(later)
        stale = later + timedelta(hours=3)
        here.outside.fresh_list(stale)
        waits = actions.request_disbursement(worker(), stale, contract_id=contract_id)
        assert waits.outcome is RequestOutcome.CHECKS_UNDER_WAY
        assert available() == CAPITAL
        here.carry(stale)
        goes = actions.request_disbursement(worker(), stale, contract_id=contract_id)
        assert goes.outcome is RequestOutcome.REQUESTED

    def test_others_see_nothing(self, here, aigerim, now):
        contract_id, later = given.disbursed(now, here, aigerim)
        stranger = client(new_id())
        for look in (queries.disbursements_of, queries.receipts_of, queries.ownership_of):
            with pytest.raises(NotFound):
                look(stranger, contract_id)
        for look in (queries.in_suspense, queries.held_payouts):
            with pytest.raises(NotFound):
                look(aigerim.actor)
        with pytest.raises(NotFound):
            queries.repayment_details(stranger, contract_id, later, "ru")


class TestExactlyOnce:
    """The real simulator, as its own program, misbehaves on order."""

    @pytest.mark.clause("9-pay-account")
    @pytest.mark.parametrize(
        "fault", ["refuse", "drop_before", "drop_after", "time_out", "answer_late", "answer_twice"]
    )
    def test_whatever_happens_to_the_answer_the_client_is_paid_once(self, here, aigerim, now, url, fault):
        page = httpx.Client(base_url=url)
        page.post("/_stage/reset")
        here.bank = HttpBank(url, gate.CLIENT_ID, gate.CLIENT_SECRET, timeout_seconds=patience(fault))
        contract_id, later = given.ready(now, here, aigerim)
        here.outside.fresh_list(later)
        actions.request_ownership_check(worker(), later, contract_id=contract_id)
        here.carry(later)
        page.post("/_stage/fault", json={"kind": fault, "times": 2, "path": "/api/payments", "seconds": 1})
        requested = actions.request_disbursement(worker(), later, contract_id=contract_id)
        persist(here, later)
        bank = HttpBank(url, gate.CLIENT_ID, gate.CLIENT_SECRET, timeout_seconds=PATIENT)
        assert bank.status(str(requested.disbursement_id)).state is PaymentState.PAID
        (only,) = queries.disbursements_of(worker(), contract_id)
        assert only.outcome is DisbursementOutcome.PAID
        assert funding() == available() == CAPITAL - SUM
        shown = page.get("/").text
        assert shown.count("EXECUTED") == 1
        assert "1000000.00" in shown  # 600 000 at the start and 400 000 once

    @pytest.mark.clause("9-pay-account")
    def test_an_unknown_answer_stays_intended_and_the_money_held(self, here, aigerim, now, url):
        page = httpx.Client(base_url=url)
        page.post("/_stage/reset")
        here.bank = HttpBank(url, gate.CLIENT_ID, gate.CLIENT_SECRET, timeout_seconds=PATIENT)
        contract_id, later = given.ready(now, here, aigerim)
        here.outside.fresh_list(later)
        actions.request_ownership_check(worker(), later, contract_id=contract_id)
        here.carry(later)
        page.post("/_stage/fault", json={"kind": "drop_after", "times": 1, "path": "/api/payments"})
        requested = actions.request_disbursement(worker(), later, contract_id=contract_id)
        here.carry(later)
        (only,) = queries.disbursements_of(worker(), contract_id)
        assert only.outcome is None
        assert (available(), funding()) == (CAPITAL - SUM, CAPITAL)
        with pytest.raises(NotFound):
            actions.record_disbursement_result(worker(), later, message_id=requested.message_id)


class TestReceipts:
    def test_a_payment_with_the_number_is_for_that_contract_whoever_pays(self, here, aigerim, now):
        contract_id, later = given.disbursed(now, here, aigerim)
        number = given.view(contract_id, later).number
        daniyar = given.applicant(now, "daniyar")
        here.bank.repay(from_iban=daniyar.person.iban, amount=SMALL, purpose=f"за сестру, договор {number}")
        assert here.read_statement(later) == 1
        assert here.read_statement(later) == 0
        (receipt,) = queries.unallocated()
        assert (receipt.contract_id, receipt.amount, receipt.found_by) == (contract_id, SMALL, FoundBy.CONTRACT_NUMBER)
        assert on(Chart.RECEIPTS_UNALLOCATED, contract_id) == SMALL
        assert funding() == CAPITAL - SUM + SMALL
        assert actions.take_receipt(receipt.receipt_id, later)
        assert queries.unallocated() == ()

    def test_without_a_number_the_one_loan_of_the_payer_is_meant(self, here, aigerim, now):
        contract_id, later = given.disbursed(now, here, aigerim)
        here.bank.repay(from_iban=aigerim.person.iban, amount=SMALL, purpose="погашение")
        here.read_statement(later)
        (receipt,) = queries.receipts_of(aigerim.actor, contract_id)
        assert receipt.found_by is FoundBy.PAYER

    def test_nobody_knows_whose_it_is_until_two_of_the_staff_say(self, here, aigerim, now):
        contract_id, later = given.disbursed(now, here, aigerim)
        olga = given.applicant(now, "olga")
        here.bank.repay(from_iban=olga.person.iban, amount=SMALL, purpose="2026-000001-0")  # a wrong control digit
        here.read_statement(later)
        assert queries.unallocated() == ()
        (waiting,) = queries.in_suspense(STAFF)
        assert waiting.payer_name == olga.person.full_name
        assert olga.person.full_name not in repr(waiting)
        assert on(Chart.SUSPENSE, waiting.receipt_id) == SMALL
        with pytest.raises(ApprovalNeeded):
            actions.match_receipt(STAFF, later, receipt_id=waiting.receipt_id, contract_id=contract_id)
        match = actions.match_receipt.__wrapped__  # the gate of four eyes is proven in access
        match(STAFF, later, receipt_id=waiting.receipt_id, contract_id=contract_id)
        assert on(Chart.SUSPENSE, waiting.receipt_id) == ZERO
        assert on(Chart.RECEIPTS_UNALLOCATED, contract_id) == SMALL
        assert queries.in_suspense(STAFF) == ()
        with pytest.raises(rules.ReceiptMatched):
            match(STAFF, later, receipt_id=waiting.receipt_id, contract_id=contract_id)

    def test_the_same_receipt_is_booked_once_and_another_sum_under_its_reference_is_refused(self, here, aigerim, now):
        given.disbursed(now, here, aigerim)
        here.bank.repay(from_iban=aigerim.person.iban, amount=SMALL, purpose="x")
        (payment,) = here.bank.incoming("")
        first = actions.record_receipt(worker(), now, source="bank", payment=payment)
        again = actions.record_receipt(worker(), now, source="bank", payment=payment)
        assert (first.fresh, again.fresh) == (True, False)
        assert first.receipt_id == again.receipt_id
        with pytest.raises(rules.ReceiptDiffers):
            actions.record_receipt(worker(), now, source="bank", payment=replace(payment, amount=SUM))

    @pytest.mark.clause("7.6")
    def test_the_client_sees_how_to_repay(self, here, aigerim, now):
        contract_id, later = given.disbursed(now, here, aigerim)
        number = given.view(contract_id, later).number
        for language in ("kk", "ru"):
            details = queries.repayment_details(aigerim.actor, contract_id, later, language)
            assert {way for way, _ in details.ways} == set(WayToRepay)
            assert number in details.purpose
            assert all((details.iban, details.bank, details.bik, details.payee, details.payee_bin, details.knp))

    def test_the_consent_is_asked_even_when_the_hours_are_over(self, here, aigerim, now):
        contract_id = given.signed(now, here, aigerim)
        later = now + DAY
        here.outside.fresh_list(later)
        actions.request_ownership_check(worker(), later, contract_id=contract_id)
        here.carry(later)
        with pytest.raises(ConsentMissing):
            actions.request_disbursement(worker(), later, contract_id=contract_id)
