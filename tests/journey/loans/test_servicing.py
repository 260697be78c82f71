"""Servicing by the real use cases on real PostgreSQL: each opens with its story."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from nesie.foundation.audit.rules import ApprovalNeeded, NotPermitted
from nesie.foundation.documents import queries as documents
from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import AccountRef, Chart
from nesie.foundation.norms.rules import business_day
from nesie.journey.contracts.rules import ChangeKind
from nesie.journey.loans import actions, queries, rules
from nesie.journey.loans.models import EventPaper, LoanEvent, ScheduleVersion
from nesie.journey.payments import queries as payments
from nesie.kernel.actor import Actor, Channel, Role, client, worker
from nesie.kernel.ids import ReceiptId, new_id
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from nesie.kernel.refused import NotFound
from tests import archival, given, given_changes
from tests.given import ActiveLoan, FourEyes

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
OFFICER = Actor(new_id(), frozenset({Role.CREDIT_OFFICER}), Channel.WEB)
RISK = Actor(new_id(), frozenset({Role.RISK_OFFICER}), Channel.WEB)


@pytest.fixture(scope="module")
def loan(module_db: None, now: datetime) -> Iterator[ActiveLoan]:
    with given.active_loan(now) as loan:
        yield loan


@pytest.fixture
def eyes(loan: ActiveLoan) -> FourEyes:
    return FourEyes(loan.opened_at, (Role.CREDIT_OFFICER, Role.COMPLIANCE_OFFICER, Role.OPERATOR))


def at(loan: ActiveLoan, days: int) -> datetime:
    """So many days after the money was paid out, that day accrued."""
    moment = loan.opened_at + days * DAY
    loan.accrue(moment)
    return moment


def balance(chart: Chart, sub: Any = None) -> Money:
    return ledger.balance(AccountRef(chart.value, sub))


def true_books(day: Any) -> None:
    assert queries.differences() == ()
    assert ledger.trial_balance(day).difference == ZERO


def papers(loan: ActiveLoan) -> list[tuple[str, str]]:
    """Kind of event and language of each document made for the client."""
    rows = EventPaper.objects.filter(event__loan_id=loan.loan_id).select_related("event").order_by("event__recorded_at")
    for row in rows:
        archival.opened(documents.content(row.document_id))
        assert documents.described(row.document_id).owner_id == loan.who.client_id
    return sorted((row.event.kind, row.language) for row in rows)


class TestEarlyPart:
    """Aigerim has money to spare. She says what to do with it, pays, and gets the new schedule."""

    @pytest.mark.clause("7.5")
    @pytest.mark.parametrize("wish", [rules.Wish.REDUCE_PAYMENT, rules.Wish.REDUCE_TERM])
    def test_a_part_repaid_early_lowers_the_payments_or_shortens_the_term(
        self, loan: ActiveLoan, wish: rules.Wish
    ) -> None:
        moment = at(loan, 40)
        before = loan.position()
        loan.repay(moment, before.overdue_principal + before.overdue_interest + before.penalty)
        before = loan.position()
        assert actions.repay_early(loan.who.actor, moment, loan_id=loan.loan_id, wish=wish) is None
        loan.repay(moment, Money.tenge(100_000))
        after = loan.position()
        assert before.debt - after.debt == Money.tenge(100_000) - after.credit
        ahead = [row for row in after.rows if row.left]
        was = [row for row in before.rows if row.left]
        if wish is rules.Wish.REDUCE_PAYMENT:
            assert [row.due_on for row in ahead] == [row.due_on for row in was]
            assert ahead[1].payment < was[1].payment
        else:
            assert after.ends_on < before.ends_on
            assert abs(ahead[1].payment.tiyn - was[1].payment.tiyn) < 1_000_00
        assert papers(loan) == [("received", "kk"), ("received", "ru")]
        versions = queries.schedules(loan.who.actor, loan.loan_id)
        assert versions[-1].effective_on == business_day(moment)
        assert versions[-1].plan.totals.principal == after.principal
        true_books(business_day(moment))

    def test_money_that_lies_with_us_is_used_when_the_client_says_so_and_a_stranger_says_nothing(
        self, loan: ActiveLoan
    ) -> None:
        moment = at(loan, 3)
        loan.repay(moment, Money.tenge(50_000))
        assert loan.position().credit == Money.tenge(50_000)
        with pytest.raises(NotFound):
            actions.repay_early(client(new_id()), moment, loan_id=loan.loan_id, wish=rules.Wish.REDUCE_TERM)
        done = actions.repay_early(loan.who.actor, moment, loan_id=loan.loan_id, wish=rules.Wish.REDUCE_TERM)
        assert done is not None
        assert loan.position().credit == ZERO
        assert done.debt_before - done.debt == Money.tenge(50_000)
        true_books(business_day(moment))


class TestRefund:
    """She paid too much and wants the rest back."""

    def test_credit_goes_back_to_the_clients_own_account(self, loan: ActiveLoan) -> None:
        moment = at(loan, 3)
        loan.repay(moment, Money.tenge(50_000))
        with pytest.raises(rules.NoCredit):
            actions.refund_credit(loan.who.actor, moment, loan_id=loan.loan_id, amount=Money.tenge(50_001))
        actions.refund_credit(loan.who.actor, moment, loan_id=loan.loan_id, amount=Money.tenge(20_000))
        assert loan.position().credit == Money.tenge(30_000)
        assert balance(Chart.REFUNDS_DUE, loan.contract_id) == Money.tenge(20_000)
        loan.here.carry(moment + timedelta(minutes=1))
        assert balance(Chart.REFUNDS_DUE, loan.contract_id) == ZERO
        (refund,) = payments.refunds_of(loan.who.actor, loan.contract_id)
        assert refund.amount == Money.tenge(20_000)
        assert refund.outcome == "paid"
        true_books(business_day(moment))


class TestReceipts:
    """A payment bounced two weeks later; another was entered on a wrong day."""

    def test_a_bounced_payment_is_taken_back_as_if_it_had_never_come(self, loan: ActiveLoan, eyes: FourEyes) -> None:
        paid_at = at(loan, 30)
        receipt_id = given.received(paid_at, loan.position().number, Money.tenge(45_000))
        actions.allocate_receipt(worker(), paid_at, receipt_id=receipt_id)
        funding = balance(Chart.FUNDING)
        moment = at(loan, 50)
        returned_on = business_day(moment) - DAY
        arguments: dict[str, Any] = {
            "loan_id": loan.loan_id, "receipt_id": receipt_id, "returned_on": returned_on,
        }  # fmt: skip
        with pytest.raises(ApprovalNeeded):
            actions.reverse_receipt(OFFICER, moment, **arguments)
        eyes.now = moment
        eyes.do(actions.reverse_receipt, **arguments)
        view = loan.position()
        assert (view.principal, view.credit) == (Money.tenge(400_000), ZERO)
        assert view.days_past_due > 0
        assert view.penalty > ZERO
        assert view.payments == ()
        assert balance(Chart.FUNDING) == funding - Money.tenge(45_000)
        assert balance(Chart.RECEIPTS_UNALLOCATED, loan.contract_id) == ZERO
        assert papers(loan) == [("reversed", "kk"), ("reversed", "ru")]
        true_books(business_day(moment))
        with pytest.raises(rules.AlreadyReversed):
            eyes.do(actions.reverse_receipt, **arguments)
        with pytest.raises(NotFound):
            eyes.do(actions.reverse_receipt, **{**arguments, "receipt_id": ReceiptId(new_id())})

    def test_a_bounced_payment_whose_excess_was_returned_waits_for_it_and_then_is_taken_back(
        self, loan: ActiveLoan, eyes: FourEyes
    ) -> None:
        """She paid 60,000 where 40,160.95 fell due and had 15,000 of the rest returned; then the bank took it back."""
        paid_at = at(loan, 30)
        receipt_id = given.received(paid_at, loan.position().number, Money.tenge(60_000))
        actions.allocate_receipt(worker(), paid_at, receipt_id=receipt_id)
        moment = at(loan, 32)
        actions.refund_credit(loan.who.actor, moment, loan_id=loan.loan_id, amount=Money.tenge(15_000))
        loan.here.carry(moment + timedelta(minutes=1))
        moment = at(loan, 40)
        arguments: dict[str, Any] = {
            "loan_id": loan.loan_id, "receipt_id": receipt_id, "returned_on": business_day(moment) - DAY,
        }  # fmt: skip
        eyes.now = moment
        before = loan.position()
        with pytest.raises(rules.ExcessGivenBack) as refused:
            eyes.do(actions.reverse_receipt, **arguments)
        missing = refused.value.params["missing"]
        assert missing > Money.tenge(15_000), "what is overdue without it, too"
        assert loan.position() == before
        funding = balance(Chart.FUNDING)
        loan.repay(moment, missing)
        eyes.do(actions.reverse_receipt, **arguments)
        view = loan.position()
        assert balance(Chart.FUNDING) == funding + missing - Money.tenge(60_000)
        assert balance(Chart.REFUNDS_DUE, loan.contract_id) == ZERO
        assert (view.credit, view.days_past_due) == (ZERO, 0), "what came paid the arrears, and covered the refund"
        assert queries.received_in_all(loan.loan_id) == missing - Money.tenge(15_000)
        true_books(business_day(moment))

    def test_a_receipt_put_on_its_right_day_takes_the_penalty_away(self, loan: ActiveLoan, eyes: FourEyes) -> None:
        moment = at(loan, 45)
        receipt_id = given.received(moment, loan.position().number, Money.tenge(45_000))
        actions.allocate_receipt(worker(), moment, receipt_id=receipt_id)
        assert loan.position().payments[0].penalty > ZERO
        eyes.now = moment
        on = business_day(loan.opened_at + 30 * DAY)
        eyes.do(actions.correct_receipt, loan_id=loan.loan_id, receipt_id=receipt_id, on=on)
        view = loan.position()
        assert [payment.on for payment in view.payments] == [on]
        assert Money.total(payment.penalty for payment in view.payments) == ZERO
        assert view.penalty == ZERO
        true_books(business_day(moment))
        eyes.do(actions.correct_receipt, loan_id=loan.loan_id, receipt_id=receipt_id, on=on + DAY)
        assert [payment.on for payment in loan.position().payments] == [on + DAY]
        true_books(business_day(moment))


class TestSuspension:
    """The police write that somebody else took the loan; they have known for days. Later they withdraw it."""

    @pytest.mark.clause("13-suspend-accrual")
    def test_nothing_is_accrued_from_a_past_day_on_and_the_ledger_shows_it(self, loan: ActiveLoan) -> None:
        moment = at(loan, 25)
        since = business_day(moment) - 5 * DAY
        stood = queries.accruals(loan.who.actor, loan.loan_id)
        with pytest.raises(NotPermitted):
            actions.suspend_loan(
                loan.who.actor, moment, loan_id=loan.loan_id, ground=rules.SuspensionGround.VICTIM, on=since,
                reference="1",
            )  # fmt: skip
        actions.suspend_loan(
            RISK, moment, loan_id=loan.loan_id, ground=rules.SuspensionGround.LAW_ENFORCEMENT, on=since,
            reference="12-34/56",
        )  # fmt: skip
        upto = Money.total(day.interest for day in stood if day.day < since)
        assert loan.position().interest == upto
        assert balance(Chart.INTEREST_RECEIVABLE, loan.loan_id) == upto
        at(loan, 90)  # a due day passes, and another
        view = loan.position()
        assert (view.interest, view.penalty, view.days_past_due) == (upto, ZERO, 0)
        assert balance(Chart.INTEREST_INCOME) == upto
        assert papers(loan) == [("suspended", "kk"), ("suspended", "ru")]
        true_books(business_day(loan.opened_at + 90 * DAY))
        with pytest.raises(rules.AlreadySuspended):
            actions.suspend_loan(
                RISK, moment + 65 * DAY, loan_id=loan.loan_id, ground=rules.SuspensionGround.VICTIM, on=since,
                reference="2",
            )  # fmt: skip

    @pytest.mark.clause("13-resume")
    def test_the_interest_of_the_pause_comes_back_whole_and_no_penalty_for_it(self, loan: ActiveLoan) -> None:
        at(loan, 50)
        never = queries.book(loan.loan_id)
        moment = loan.opened_at + 50 * DAY
        since = business_day(moment) - 30 * DAY
        actions.suspend_loan(
            RISK, moment, loan_id=loan.loan_id, ground=rules.SuspensionGround.VICTIM, on=since, reference="7"
        )
        moment = at(loan, 60)
        today = business_day(moment)
        # By the edition in force the interest is a duty; by the one of 2023 it was a right.
        with pytest.raises(rules.InterestOwed):
            actions.resume_loan(RISK, moment, loan_id=loan.loan_id, on=today, with_interest=False, reference="8")
        with pytest.raises(rules.NotSuspended):
            actions.resume_loan(RISK, moment, loan_id=loan.loan_id, on=since - DAY, with_interest=True, reference="8")
        actions.resume_loan(RISK, moment, loan_id=loan.loan_id, on=today - 9 * DAY, with_interest=True, reference="8")
        assert loan.position().interest == rules.advance(never, today, never.facts.repayment_order).interest
        assert balance(Chart.INTEREST_RECEIVABLE, loan.loan_id) == loan.position().interest
        assert never.penalty > ZERO
        statement = queries.statement(worker(), loan.loan_id)
        assert Money.total(line.penalty for line in statement if line.on < today - 9 * DAY) == ZERO
        assert loan.position().penalty < never.penalty
        true_books(today)

    @pytest.mark.clause("E23-13")
    def test_under_the_edition_of_2023_the_interest_of_a_pause_was_the_lenders_right(self) -> None:
        rules.check_pause_interest(date(2023, 11, 12), with_interest=False)
        rules.check_pause_interest(date(2023, 11, 12), with_interest=True)
        with pytest.raises(rules.InterestOwed):
            rules.check_pause_interest(date(2025, 8, 31), with_interest=False)


class TestStandstill:
    """He is called up; the day is known, and the day it ends too."""

    def test_a_conscript_owes_no_interest_and_is_not_late(self, loan: ActiveLoan) -> None:
        moment = at(loan, 10)
        since = business_day(moment)
        interest = loan.position().interest
        actions.halt_loan(
            OFFICER, moment, loan_id=loan.loan_id, kind=rules.HaltKind.CONSCRIPT, on=since, until=None, reference="1"
        )
        assert loan.position().interest < interest
        view = at(loan, 70) and loan.position()
        assert (view.days_past_due, view.penalty) == (0, ZERO)
        ref = LoanEvent.objects.get(loan_id=loan.loan_id, kind="halted").key
        moment = loan.opened_at + 70 * DAY
        with pytest.raises(rules.NoSuchHalt):
            actions.end_halt(OFFICER, moment, loan_id=loan.loan_id, ref="halted:other", on=business_day(moment))
        actions.end_halt(OFFICER, moment, loan_id=loan.loan_id, ref=ref, on=business_day(moment))
        assert loan.position().interest > view.interest
        true_books(business_day(moment))


class TestWriteOff:
    """A court finds that somebody else took the loan; then another that Aigerim had given him her keys."""

    @pytest.mark.clause("13-writeoff", "13-recourse")
    def test_nothing_is_receivable_what_was_paid_goes_back_and_the_claim_lives_on(
        self, loan: ActiveLoan, eyes: FourEyes
    ) -> None:
        loan.repay(at(loan, 44), Money.tenge(20_000))
        moment = at(loan, 45)
        owed = loan.position()
        arguments = {"loan_id": loan.loan_id, "ground": rules.WriteOffGround.FRAUD, "reference": "2-1234/2027"}
        with pytest.raises(ApprovalNeeded):
            actions.write_off_loan(OFFICER, moment, **arguments)
        eyes.now = moment
        eyes.do(actions.write_off_loan, **arguments)
        view = loan.position()
        assert view.status is rules.Status.WRITTEN_OFF
        assert view.debt == ZERO
        for chart in (Chart.PRINCIPAL_RECEIVABLE, Chart.INTEREST_RECEIVABLE, Chart.PENALTY_RECEIVABLE):
            assert balance(chart, loan.loan_id) == ZERO
        assert balance(Chart.CREDIT_LOSSES) == owed.debt + Money.tenge(20_000)
        assert balance(Chart.WRITTEN_OFF_PRINCIPAL, loan.loan_id) == owed.principal
        assert balance(Chart.REFUNDS_DUE, loan.contract_id) == Money.tenge(20_000)
        loan.here.carry(moment + timedelta(minutes=2))
        assert balance(Chart.REFUNDS_DUE, loan.contract_id) == ZERO
        at(loan, 60)
        assert loan.position().debt == ZERO
        true_books(business_day(loan.opened_at + 60 * DAY))

        moment = at(loan, 61)
        eyes.now = moment
        due_on = business_day(moment) + 30 * DAY
        with pytest.raises(rules.DueInThePast):
            eyes.do(actions.reinstate_claim, loan_id=loan.loan_id, due_on=business_day(moment), reference="x")
        eyes.do(actions.reinstate_claim, loan_id=loan.loan_id, due_on=due_on, reference="2-99/2028")
        view = loan.position()
        assert (view.status, view.debt) == (rules.Status.ACTIVE, owed.debt)
        assert balance(Chart.WRITTEN_OFF_PRINCIPAL, loan.loan_id) == ZERO
        moment = at(loan, 80)
        assert loan.position().debt == owed.debt
        loan.repay(moment, owed.debt)
        assert loan.position().status is rules.Status.CLOSED
        assert ("written_off", "kk") in papers(loan)
        true_books(business_day(moment))

    @pytest.mark.clause("13-writeoff")
    def test_a_court_act_after_the_last_payment_still_gives_everything_back_once(
        self, loan: ActiveLoan, eyes: FourEyes
    ) -> None:
        """She had paid it all, to be rid of them, before the court said that the loan was never hers."""
        moment = at(loan, 10)
        paid = loan.position().debt + Money.tenge(300)
        loan.repay(moment, paid)
        assert loan.position().status is rules.Status.CLOSED
        moment = at(loan, 20)
        eyes.now = moment
        arguments: dict[str, Any] = {"loan_id": loan.loan_id, "reference": "2-1234/2027"}
        with pytest.raises(rules.NothingToWriteOff):
            eyes.do(actions.write_off_loan, **arguments, ground=rules.WriteOffGround.DEATH)
        arguments["ground"] = rules.WriteOffGround.FRAUD
        eyes.do(actions.write_off_loan, **arguments)
        view = loan.position()
        assert (view.status, view.debt, view.credit) == (rules.Status.WRITTEN_OFF, ZERO, ZERO)
        assert view.closed_on == business_day(moment)
        assert balance(Chart.REFUNDS_DUE, loan.contract_id) == paid
        loan.here.carry(moment + timedelta(minutes=2))
        assert balance(Chart.REFUNDS_DUE, loan.contract_id) == ZERO
        assert sum(one.amount.tiyn for one in payments.refunds_of(loan.who.actor, loan.contract_id)) == paid.tiyn
        with pytest.raises(rules.GivenBackAlready):
            eyes.do(actions.write_off_loan, **arguments)
        true_books(business_day(moment))

    @pytest.mark.clause("13-recourse")
    def test_money_on_a_claim_off_the_books_is_income(self, loan: ActiveLoan, eyes: FourEyes) -> None:
        moment = at(loan, 45)
        owed = loan.position().debt
        eyes.now = moment
        eyes.do(actions.write_off_loan, loan_id=loan.loan_id, ground=rules.WriteOffGround.UNCOLLECTABLE, reference="5")
        assert balance(Chart.CREDIT_LOSSES) == owed
        moment = at(loan, 50)
        loan.repay(moment, Money.tenge(10_000))
        assert balance(Chart.RECOVERIES) == Money.tenge(10_000)
        assert loan.position().status is rules.Status.WRITTEN_OFF
        assert queries.book(loan.loan_id).recourse.total == owed - Money.tenge(10_000)
        assert queries.without_closing_statement() == ()
        true_books(business_day(moment))


class TestOthers:
    def test_a_claim_is_assigned_only_after_the_days_of_delay_the_law_asks_for(
        self, loan: ActiveLoan, eyes: FourEyes
    ) -> None:
        actions.send_arrears_notice(worker(), at(loan, 34), loan_id=loan.loan_id)
        moment = at(loan, 100)
        eyes.now = moment
        arguments = {"loan_id": loan.loan_id, "assignee": "Collector 7", "reference": "a-1"}
        with pytest.raises(rules.TooEarlyToTransfer):
            eyes.do(actions.transfer_loan, **arguments)
        moment = at(loan, 125)
        owed = loan.position().debt
        eyes.now = moment
        eyes.do(actions.transfer_loan, **arguments)
        assert loan.position().status is rules.Status.TRANSFERRED
        assert balance(Chart.CLAIMS_TRANSFERRED, loan.loan_id) == owed
        assert balance(Chart.MEMO_INTEREST, loan.loan_id) == ZERO
        true_books(business_day(moment))

    def test_a_part_of_the_debt_is_forgiven_and_taken_back_by_two_persons(
        self, loan: ActiveLoan, eyes: FourEyes
    ) -> None:
        moment = at(loan, 45)
        before = loan.position()
        eyes.now = moment
        parts = rules.Parts(penalty=before.penalty)
        with pytest.raises(rules.MoreThanOwed):
            eyes.do(actions.forgive_debt, loan_id=loan.loan_id, parts=rules.Parts(penalty=before.debt))
        eyes.do(actions.forgive_debt, loan_id=loan.loan_id, parts=parts)
        assert loan.position().penalty == ZERO
        assert balance(Chart.FORGIVEN_DEBTS) == before.penalty
        ref = LoanEvent.objects.get(loan_id=loan.loan_id, kind="forgiven").key
        eyes.do(actions.reverse_event, loan_id=loan.loan_id, ref=ref)
        assert loan.position().penalty == before.penalty
        assert balance(Chart.FORGIVEN_DEBTS) == ZERO
        true_books(business_day(moment))


class TestAgreedChange:
    """She lost her job: a longer term, agreed and signed; the debt of the past is in it and bears no interest."""

    @pytest.mark.clause("9-conclude")
    def test_a_signed_change_takes_effect_and_an_unsigned_one_does_not(self, loan: ActiveLoan) -> None:
        moment = at(loan, 45)
        before = loan.position()
        effective_on = business_day(moment) + 3 * DAY
        made = actions.propose_change(
            OFFICER, moment, loan_id=loan.loan_id, kind=ChangeKind.PROLONGATION, effective_on=effective_on,
            instalments=20,
        )  # fmt: skip
        with pytest.raises(NotFound):
            actions.apply_change(worker(), moment + 3 * DAY, change_id=made.change_id)
        loan.here.identities.at(moment)
        given_changes.signed(moment, loan.here, loan.who, made)
        later = moment + 3 * DAY
        loan.accrue(later)
        done = actions.apply_change(worker(), later, change_id=made.change_id)
        assert done.applied
        after = loan.position()
        ahead = [row for row in after.rows if row.left]
        assert len(ahead) == 20
        assert after.days_past_due == 0
        assert after.principal == before.principal
        book = queries.book(loan.loan_id)
        overdue = before.overdue_interest
        assert Money.total(due.interest_left for due in book.dues) >= overdue
        assert book.penalty_owed >= before.penalty
        assert papers(loan) == [("rescheduled", "kk"), ("rescheduled", "ru")]
        assert ScheduleVersion.objects.filter(loan_id=loan.loan_id).count() == 2
        true_books(effective_on)
        with pytest.raises(NotFound):
            actions.apply_change(worker(), later, change_id=made.change_id)
        # Interest grows on principal alone: nothing of the past became principal.
        next_day = at(loan, 49)
        assert queries.accruals(worker(), loan.loan_id)[-1].principal == before.principal
        true_books(business_day(next_day))

    def test_a_lower_rate_needs_no_signature_but_time_to_refuse(self, loan: ActiveLoan) -> None:
        moment = at(loan, 5)
        effective_on = business_day(moment) + 20 * DAY
        made = actions.decrease_rate(
            OFFICER, moment, loan_id=loan.loan_id, annual_rate=Rate.percent(20), effective_on=effective_on
        )
        later = at(loan, 25)
        assert business_day(later) == effective_on
        assert actions.apply_change(worker(), later, change_id=made.change_id).applied
        assert queries.book(loan.loan_id).annual_rate == Rate.percent(20)
        true_books(effective_on)

    def test_a_loan_repaid_meanwhile_does_not_fit_the_change(self, loan: ActiveLoan) -> None:
        moment = at(loan, 5)
        effective_on = business_day(moment) + 20 * DAY
        made = actions.decrease_rate(
            OFFICER, moment, loan_id=loan.loan_id, annual_rate=Rate.percent(20), effective_on=effective_on
        )
        at(loan, 10)
        loan.repay(loan.opened_at + 10 * DAY, loan.position().debt)
        later = at(loan, 25)
        assert not actions.apply_change(worker(), later, change_id=made.change_id).applied
        assert loan.position().status is rules.Status.CLOSED
