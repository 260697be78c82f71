"""More money under a running loan: an increase, a draw on a credit line, a refinancing. The whole way, real rooms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import AccountRef, Chart
from nesie.foundation.norms.rules import business_day
from nesie.journey.applications.rules import MoreThanRefinanced, NotRefinanced
from nesie.journey.contracts import actions as contracts
from nesie.journey.contracts import queries as agreed
from nesie.journey.contracts.models import Contract
from nesie.journey.contracts.rules import (
    ChangeKind,
    ChangeMoveRefused,
    ConsentMissing,
    ConsentTooEarly,
    ContractStatus,
    CoolingOffNotOver,
    LineExceeded,
    LineNotOpen,
    MoveRefused,
    NotYetConsentable,
    SecondProofMissing,
)
from nesie.journey.creditworthiness.gateways import Wiring
from nesie.journey.creditworthiness.models import Assessment
from nesie.journey.loans import actions, queries
from nesie.journey.loans.rules import Status
from nesie.journey.payments import actions as payments
from nesie.journey.payments import queries as paid
from nesie.journey.payments.rules import OwnershipNotShown
from nesie.kernel.actor import worker
from nesie.kernel.ids import LoanId
from nesie.kernel.money import ZERO, Money
from tests import given_applications, given_contracts, given_loans
from tests import given_payouts as given
from tests.given_applications import Applicant
from tests.given_contracts import DAY, Stand

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
MORE = Money.tenge(100_000)


@pytest.fixture
def here(now: datetime) -> Iterator[Stand]:
    with given_contracts.stand(now) as stand:
        yield stand


@pytest.fixture
def who(here: Stand, now: datetime) -> Applicant:
    return given_contracts.applicant(now)


@pytest.fixture
def loan(here: Stand, who: Applicant, now: datetime) -> tuple[LoanId, datetime]:
    return given.running_loan(now, here, who)


@pytest.fixture
def own_debts_known(here: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client's debts here are those of the real loans, and not what a test says."""
    monkeypatch.setattr(Wiring, "own_loans", queries.LoansStanding())


def balance(chart: Chart) -> Money:
    return ledger.balance(AccountRef(chart.value))


def in_order() -> None:
    """The loans are what the books say, and nothing hangs between them."""
    assert queries.differences() == ()
    for clearing in (Chart.DISBURSEMENTS_IN_TRANSIT, Chart.REFINANCED):
        assert set(ledger.balances_by_sub(clearing).values()) <= {ZERO}


def counted(who: Applicant, since: datetime, **more: Any) -> list[dict[str, Any]]:
    """What the rules of granting were given of a client since a moment, the oldest first; not what only asks again."""
    rows = Assessment.objects.filter(client_id=who.client_id, assessed_at__gte=since, **more).order_by("assessed_at")
    given_ = [json.loads(row.inputs) for row in rows]
    return [one for one in given_ if one["own"] is not None]


class TestIncrease:
    @pytest.mark.usefixtures("own_debts_known")
    @pytest.mark.clause("9-1.1", "9-1.2", "9-conclude", "9-pay-account")
    def test_signed_waited_for_consented_to_and_paid_it_is_on_the_loan_once(self, here, who, loan):
        loan_id, now = loan
        before = queries.position(worker(), loan_id)
        made = given.increase(now, here, loan_id, MORE)
        given.work(now, here)
        assert queries.position(worker(), loan_id).principal == before.principal, "nothing goes unsigned"
        done = given.signed(now, here, who, made)
        assert done.money_not_before == now + DAY
        assert done.consent_needed
        later = given_paid_after_the_hours(here, who, made, now)
        after = queries.position(worker(), loan_id)
        assert after.principal == before.principal + MORE
        assert given.change_status(made.change_id) == "applied"
        (case,) = counted(who, now, case_id=made.change_id)
        assert case["amount"]["tiyn"] == after.principal.tiyn, "all of it is in the case"
        assert case["own"]["monthly_payment"]["tiyn"] == 0, "so nothing of it is counted beside"
        newest = queries.schedules(worker(), loan_id)[-1]
        assert newest.plan.totals.principal == after.principal
        assert newest.document_kk_id
        assert newest.document_ru_id
        assert [row.due_on for row in newest.plan.rows] == [row.due_on for row in before.rows]
        orders = paid.disbursements_of(worker(), after.contract_id)
        assert [order.amount for order in orders] == [before.amount, MORE]
        given.work(later, here)
        assert len(paid.disbursements_of(worker(), after.contract_id)) == 2, "paid once"
        in_order()

    @pytest.mark.clause("9-1.1", "9-1.2", "9-1-sum", "9-conclude", "9-ownership")
    def test_each_gate_holds_by_itself_even_for_a_small_sum_on_top_of_a_large_one(self, here, who, loan):
        loan_id, now = loan
        made = given.increase(now, here, loan_id, Money.tenge(10_000))
        biometric = here.identities.biometric_proof(
            who.actor, now, subject_id=who.client_id, operation="sign_change", document_sha256=made.sign_sha256,
            person=who.person,
        )  # fmt: skip
        with pytest.raises(SecondProofMissing):
            contracts.sign_change(
                who.actor, now, change_id=made.change_id, biometric_proof_id=biometric, eds_proof_id=None,
                document_sha256=made.sign_sha256,
            )  # fmt: skip
        assert given.signed(now, here, who, made).money_not_before == now + DAY, "all that is owed counts"
        this = {"contract_id": made.contract_id, "change_id": made.change_id}
        early = now + DAY - SECOND
        with pytest.raises(ConsentTooEarly):
            contracts.draft_consent_to_receive(who.actor, early, **this)
        given.work(early, here, rounds=1)
        assert given.change_status(made.change_id) == "signed"
        with pytest.raises(CoolingOffNotOver):
            contracts.start_payout(worker(), early, change_id=made.change_id)
        later = now + DAY
        given_loans.accrued(later)
        with pytest.raises(NotYetConsentable):  # the consent to the first money is not this one's
            contracts.consent_to_receive(who.actor, later, code="000000", **this)
        with pytest.raises(ConsentMissing):
            contracts.start_payout(worker(), later, change_id=made.change_id)
        given.consented(later, who, made.contract_id, made.change_id)
        with pytest.raises(OwnershipNotShown):  # the bank's word on the first payout is not this one's
            payments.request_disbursement(worker(), later, **this)

    @pytest.mark.clause("9-1.1")
    def test_within_the_hours_the_client_may_give_it_up_and_after_the_order_nobody(self, here, who, loan):
        loan_id, now = loan
        made = given.increase(now, here, loan_id, MORE)
        given.signed(now, here, who, made)
        contracts.decline_change(who.actor, now + DAY - SECOND, change_id=made.change_id)
        later = now + DAY
        given_loans.accrued(later)
        given.work(later, here)
        assert given.change_status(made.change_id) == "refused"
        second = given.increase(later, here, loan_id, MORE)
        given.paid(later, here, who, second)
        with pytest.raises(ChangeMoveRefused):
            contracts.decline_change(who.actor, later + DAY, change_id=second.change_id)

    def test_what_fell_overdue_within_the_hours_holds_the_money(self, here, who, loan):
        loan_id, now = loan
        first = queries.position(worker(), loan_id).rows[0]
        eve = now + timedelta(days=(first.due_on - business_day(now)).days - 1)
        given_loans.accrued(eve)
        made = given.increase(eve, here, loan_id, MORE, effective_on=business_day(eve))
        given.signed(eve, here, who, made)
        later = eve + DAY
        given_loans.accrued(later)
        given.consented(later, who, made.contract_id, made.change_id)
        given.work(later, here)
        assert given.change_status(made.change_id) == "signed"
        owed = queries.position(worker(), loan_id)
        given_loans.repaid(later, loan_id, owed.next_payment.total + Money.tenge(1_000))
        given.work(later + timedelta(hours=2), here)
        assert given.change_status(made.change_id) == "applied"
        in_order()

    def test_a_loan_repaid_meanwhile_takes_no_money_and_the_change_is_given_up(self, here, who, loan):
        loan_id, now = loan
        made = given.increase(now, here, loan_id, MORE)
        given.signed(now, here, who, made)
        given_loans.repaid(now, loan_id, queries.position(worker(), loan_id).debt)
        later = now + DAY
        given_loans.accrued(later)
        given.consented(later, who, made.contract_id, made.change_id)
        given.work(later, here)
        assert given.change_status(made.change_id) == "failed"


def given_paid_after_the_hours(here, who, made, now) -> datetime:
    later = now + DAY
    given_loans.accrued(later)
    given.consented(later, who, made.contract_id, made.change_id)
    given.work(later, here)
    return later


LIMIT = Money.tenge(400_000)


@pytest.fixture
def line(here: Stand, who: Applicant, now: datetime) -> tuple[LoanId, datetime]:
    """A credit line of 400,000 tenge whose first loan of 100,000 was drawn."""
    product = {version.code: version.id for version in given_applications.on_sale(now)}["line"]
    return given.running_loan(
        now, here, who, product_version_id=product, amount=Money.tenge(100_000), limit=LIMIT, term=6
    )


class TestCreditLine:
    @pytest.mark.clause("2-line", "9-1-line", "9-1.2")
    def test_the_client_draws_a_sum_and_a_time_of_their_own_each_with_its_hours_and_consent(self, here, who, line):
        loan_id, now = line
        terms = agreed.contract_terms(queries.position(worker(), loan_id).contract_id)
        assert (terms.line.limit, terms.line.restored) == (LIMIT, True)
        made = given.tranche(now, here, who, loan_id, Money.tenge(250_000), instalments=10)
        view = agreed.change(who.actor, made.change_id)
        assert (view.kind, view.payout) == (ChangeKind.TRANCHE, Money.tenge(250_000))
        given.signed(now, here, who, made)
        given.work(now + DAY - SECOND, here, rounds=1)
        assert given.change_status(made.change_id) == "signed"
        given_paid_after_the_hours(here, who, made, now)
        position = queries.position(worker(), loan_id)
        assert position.principal == Money.tenge(350_000)
        assert len(queries.schedules(worker(), loan_id)[-1].plan.rows) == 10
        in_order()

    @pytest.mark.clause("2-line")
    def test_the_limit_holds_and_repaid_principal_restores_it(self, here, who, line):
        loan_id, now = line
        with pytest.raises(LineExceeded):
            given.tranche(now, here, who, loan_id, Money.tenge(300_001))
        given.paid(now, here, who, given.tranche(now, here, who, loan_id, Money.tenge(300_000)))
        later = now + 2 * DAY
        given_loans.accrued(later)
        with pytest.raises(LineExceeded):
            given.tranche(later, here, who, loan_id, Money.tenge(1))
        given_loans.repaid(later, loan_id, queries.position(worker(), loan_id).debt)
        assert queries.position(worker(), loan_id).status is Status.CLOSED
        again = later + 3 * DAY
        given_loans.accrued(again)
        drawn = given.paid(again, here, who, given.tranche(again, here, who, loan_id, LIMIT))
        position = queries.position(worker(), loan_id)
        assert (position.status, position.principal) == (Status.ACTIVE, LIMIT)
        assert position.rows[-1].due_on > business_day(drawn)
        given_loans.accrued(drawn + DAY)
        assert queries.position(worker(), loan_id).interest > ZERO
        in_order()

    @pytest.mark.clause("2-line")
    def test_after_its_last_day_nothing_is_drawn(self, here, who, line):
        loan_id, now = line
        contract_id = queries.position(worker(), loan_id).contract_id
        assert agreed.contract_terms(contract_id).line.closes_on == business_day(now - DAY) + timedelta(days=365)
        for last, refused in ((business_day(now), False), (business_day(now - DAY), True)):
            Contract.objects.filter(pk=contract_id).update(line_closes_on=last)
            if refused:
                with pytest.raises(LineNotOpen):
                    given.tranche(now, here, who, loan_id, Money.tenge(50_000))
            else:
                made = given.tranche(now, here, who, loan_id, Money.tenge(50_000))
                contracts.decline_change(who.actor, now, change_id=made.change_id)


class TestRefinancing:
    @pytest.mark.usefixtures("own_debts_known")
    @pytest.mark.clause("9-1-exempt")
    def test_the_new_loan_pays_the_old_one_at_once_and_no_money_leaves(self, here, who, loan):
        loan_id, now = loan
        later = now + timedelta(days=10)
        given_loans.accrued(later)
        old, funding = queries.position(worker(), loan_id), balance(Chart.FUNDING)
        contract_id = given.refinancing(later, here, who, loan_id)
        view = given_contracts.view(contract_id, later)
        assert view.exemption.evidence_document_id == view.sign_document_id, "exempt, with its evidence"
        assert not view.cooling.required
        given.work(later, here)
        assert given_contracts.view(contract_id, later).status is ContractStatus.DISBURSED
        new_id = queries.loan_of_contract(contract_id)
        assert queries.position(worker(), new_id).principal == old.principal
        # What the new loan repays is counted once: of the old one only its interest stood beside the new one.
        own = [one["own"]["balance"]["tiyn"] for one in counted(who, later)]
        assert own == [old.interest.tiyn] * 2
        paid_off = queries.position(worker(), loan_id)
        assert (paid_off.principal, paid_off.interest) == (ZERO, old.interest), "its interest is no principal"
        assert balance(Chart.FUNDING) == funding
        assert paid.disbursements_of(worker(), contract_id) == ()
        with pytest.raises(MoveRefused):
            actions.refinance_loan(worker(), later, contract_id=contract_id)
        given_loans.repaid(later, loan_id, paid_off.interest)
        assert queries.position(worker(), loan_id).status is Status.CLOSED
        in_order()

    def test_it_gives_the_principal_left_of_a_loan_of_ones_own_with_nothing_overdue(self, here, who, loan, now):
        loan_id, later = loan
        owed = queries.position(worker(), loan_id).principal
        with pytest.raises(MoreThanRefinanced):
            given.refinancing(later, here, who, loan_id, amount=owed + Money(1))
        with pytest.raises(NotRefinanced):
            given.refinancing(now, here, given_contracts.applicant(now, "daniyar"), loan_id)
        late = later + timedelta(days=35)
        given_loans.accrued(late)
        with pytest.raises(NotRefinanced):
            given.refinancing(late, here, who, loan_id)

    def test_paid_down_meanwhile_the_old_loan_is_not_refinanced_and_the_contract_is_given_up(self, here, who, loan):
        loan_id, now = loan
        now += 10 * DAY
        given_loans.accrued(now)
        contract_id = given.refinancing(now, here, who, loan_id)
        given_loans.repaid(now, loan_id, queries.position(worker(), loan_id).debt)
        given.work(now, here)
        assert given_contracts.view(contract_id, now).status is ContractStatus.CANCELLED
