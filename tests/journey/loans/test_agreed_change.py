"""A change proposed by the lender, answered by the client and taken over by the loan: the whole way, on real rooms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from nesie.entrypoints.jobs.journey import STEPS, move
from nesie.foundation.identification.rules import ProofUnfit
from nesie.foundation.norms.rules import business_day, day_start
from nesie.journey.contracts import actions as contracts
from nesie.journey.contracts import queries as agreed
from nesie.journey.contracts.rules import ChangeKind, ChangeStatus, SecondProofMissing
from nesie.journey.loans import actions, queries, rules
from nesie.kernel.actor import worker
from nesie.kernel.ids import LoanId
from nesie.kernel.money import ZERO
from nesie.kernel.rate import Rate
from tests import given_changes as changes
from tests import given_contracts, given_loans
from tests.given_applications import Applicant
from tests.given_changes import OFFICER
from tests.given_contracts import DAY, Stand

pytestmark = pytest.mark.django_db

APPLY = [step for step in STEPS if "change" in step.name]


@pytest.fixture(scope="module")
def here(module_db: None, now: datetime) -> Iterator[Stand]:
    with given_contracts.stand(now) as stand:
        yield stand


@pytest.fixture(scope="module")
def who(here: Stand, now: datetime) -> Applicant:
    return given_contracts.applicant(now)


@pytest.fixture(scope="module")
def loan(here: Stand, who: Applicant, now: datetime) -> LoanId:
    contract_id, later = given_contracts.disbursed(now, here, who)
    return given_loans.opened(later, contract_id)


def on_day(loan_id: LoanId, day: int) -> datetime:
    """Noon of so many days after the delay of the first instalment began, every day closed."""
    first = queries.schedules(worker(), loan_id)[0].plan.rows[0]
    moment = day_start(first.due_on + timedelta(days=4 + day)) + timedelta(hours=12)
    given_loans.accrued(moment)
    return moment


def proposed(loan_id: LoanId, now: datetime, **wish):
    """Twice the instalments, from three days on."""
    wish = {"kind": ChangeKind.PROLONGATION, "instalments": 24} | wish
    return actions.propose_change(
        OFFICER, now, loan_id=loan_id, effective_on=business_day(now) + timedelta(days=3), **wish
    )


def status(made) -> ChangeStatus:
    return agreed.change(worker(), made.change_id).status


@pytest.mark.clause("9-conclude")
def test_signed_by_both_proofs_the_loan_has_another_schedule_and_no_interest_on_its_arrears(here, loan, who):
    now = on_day(loan, 5)
    before = queries.position(worker(), loan)
    assert before.overdue_interest > ZERO
    assert before.penalty > ZERO
    made = proposed(loan, now)
    changes.signed(now, here, who, made)
    assert move(now, APPLY) == 0, "its day has not come"
    later = now + 3 * DAY
    given_loans.accrued(later)
    assert move(later, APPLY) == 1
    assert status(made) is ChangeStatus.APPLIED
    after = queries.position(worker(), loan)
    assert after.principal == before.principal, "nothing overdue became principal"
    assert queries.schedules(worker(), loan)[-1].document_kk_id == made.document_kk_id
    assert after.ends_on > before.ends_on
    assert after.days_past_due == 0
    view = agreed.change(worker(), made.change_id)
    owed = view.proposal.standing
    assert view.proposal.after.claimed_penalty == owed.penalty
    assert view.proposal.after.claimed_interest >= owed.overdue_interest
    assert queries.differences() == ()


def test_the_days_closed_after_a_change_in_mid_period_are_those_its_events_make(here, loan, who):
    now = on_day(loan, 5)
    made = proposed(loan, now)
    changes.signed(now, here, who, made)
    later = now + 3 * DAY
    given_loans.accrued(later)
    assert move(later, APPLY) == 1
    due_on = queries.book(loan).dues[-24].due_on
    for days in (0, 3, 40):  # the period that the change began ends, and another one after it
        given_loans.accrued(day_start(due_on + timedelta(days=days)) + timedelta(hours=12))
        book = queries.book(loan)
        plan, calendar = queries.opening_plan(loan)
        assert book == rules.replay(book.facts, plan, calendar, queries.events(loan), book.accrued_on).book


@pytest.mark.clause("9-conclude")
def test_by_one_proof_or_over_other_bytes_nothing_changes(here, loan, who):
    now = on_day(loan, 5)
    made = proposed(loan, now)
    eds, biometric = changes.proofs(now, here, who, made)
    contract = given_contracts.view(queries.position(worker(), loan).contract_id, now)
    other, _ = changes.proofs(now, here, who, made, document_id=contract.sign_document_id)
    for key in (None, other):
        with pytest.raises((SecondProofMissing, ProofUnfit)):
            contracts.sign_change(
                who.actor, now, change_id=made.change_id, biometric_proof_id=biometric, eds_proof_id=key,
                document_sha256=made.sign_sha256,
            )  # fmt: skip
    assert eds
    later = now + 3 * DAY
    given_loans.accrued(later)
    assert move(later, APPLY) == 0
    assert len(queries.schedules(worker(), loan)) == 1


def test_declined_or_unsigned_the_loan_stays_as_it_was(loan, who):
    now = on_day(loan, 5)
    contracts.decline_change(who.actor, now, change_id=proposed(loan, now).change_id)
    second = proposed(loan, now)
    late = now + 4 * DAY
    given_loans.accrued(late)
    assert move(late, APPLY) == 1, "it expired"
    assert status(second) is ChangeStatus.EXPIRED
    assert len(queries.schedules(worker(), loan)) == 1


class TestALowerRateByTheLender:
    def test_it_takes_effect_after_the_fourteen_days(self, loan):
        now = on_day(loan, -20)
        day = business_day(now) + timedelta(days=20)
        actions.decrease_rate(OFFICER, now, loan_id=loan, annual_rate=Rate.percent(20), effective_on=day)
        late = now + 20 * DAY
        given_loans.accrued(late)
        assert move(late - 1 * DAY, APPLY) == 0
        assert move(late, APPLY) == 1
        assert queries.book(loan).annual_rate == Rate.percent(20)
        assert queries.differences() == ()

    def test_refused_by_the_client_the_rate_stays(self, loan, who):
        now = on_day(loan, -20)
        day = business_day(now) + timedelta(days=20)
        before = queries.book(loan).annual_rate
        made = actions.decrease_rate(OFFICER, now, loan_id=loan, annual_rate=Rate.percent(20), effective_on=day)
        contracts.decline_change(who.actor, now + 13 * DAY, change_id=made.change_id)
        late = now + 20 * DAY
        given_loans.accrued(late)
        assert move(late, APPLY) == 0
        assert queries.book(loan).annual_rate == before
