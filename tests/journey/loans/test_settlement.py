"""A late payment settled by the Law's procedure (art. 9-2), on the real database, with the day close between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from nesie.entrypoints.jobs.journey import STEPS, move
from nesie.foundation.audit.rules import NotPermitted
from nesie.foundation.documents import queries as documents
from nesie.foundation.norms.rules import day_start
from nesie.foundation.notices import queries as notices
from nesie.journey.contracts import actions as contracts
from nesie.journey.contracts.rules import ChangeClaim, ChangeKind, Standing
from nesie.journey.loans import actions, queries
from nesie.journey.loans.rules import (
    AlreadyAnswered,
    Answer,
    ApplicationWaits,
    ChangeNotForThis,
    Hardship,
    NoArrears,
    NoticeAlreadySent,
    ReasonMissing,
    RefusalReason,
    Relief,
    ReliefOwed,
    SettlementStage,
)
from nesie.kernel.actor import client, worker
from nesie.kernel.ids import LoanId, new_id
from nesie.kernel.refused import NotFound
from tests import archival, given_contracts, given_loans
from tests import given_changes as changes
from tests.given_applications import Applicant
from tests.given_changes import OFFICER
from tests.given_contracts import Stand

pytestmark = pytest.mark.django_db

TELL = [step for step in STEPS if step.name == "a payment is late and the client is to be told"]


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


def late(loan_id: LoanId, day: int) -> datetime:
    """Noon of so many days after the delay of the first instalment began, every day closed."""
    first = queries.position(worker(), loan_id).rows[0]
    moment = day_start(first.grace_until_on + timedelta(days=1 + day)) + timedelta(hours=12)
    given_loans.accrued(moment)
    return moment


def stage(loan_id: LoanId, now: datetime) -> SettlementStage:
    return queries.settlement(worker(), loan_id, now).standing.stage


def told(who: Applicant) -> list[str]:
    return [notice.template for notice in notices.inbox(who.client_id)]


def pdf(document_id) -> str:
    pages = archival.opened(documents.content(document_id)).pages
    return " ".join("".join(page.extract_text() for page in pages).replace("\u00a0", " ").split())


def applied(loan_id: LoanId, who: Applicant, now: datetime, hardship: Hardship = Hardship.NONE):
    return actions.record_settlement_application(
        who.actor, now, loan_id=loan_id, relief=Relief.DEFERRAL, hardship=hardship, text="Жұмыстан айырылдым."
    )


def offer(loan_id: LoanId, now: datetime, effective_on: date, **terms):
    """A restructuring of the whole of what is left, the arrears of interest paid apart."""
    book = queries.book(loan_id)
    view = queries.position(worker(), loan_id)
    running = book.interest - view.overdue_interest
    owed = Standing(view.principal, view.overdue_principal, running, view.overdue_interest, book.penalty)
    claim = ChangeClaim(effective_on + timedelta(days=200), owed.overdue_interest + owed.interest, owed.penalty)
    wish = {"kind": ChangeKind.RESTRUCTURING, "instalments": 60} | terms
    made = changes.proposal(view.contract_id, effective_on, standing=owed, claims=(claim,), **wish)
    return contracts.draft_change(OFFICER, now, proposal=made)


class TestDayByDay:
    def test_the_client_is_told_by_itself_within_ten_days_once(self, loan, who):
        assert move(late(loan, 1), TELL) == 0, "money may still be on its way"
        now = late(loan, 3)
        assert stage(loan, now) is SettlementStage.NOTICE_DUE
        assert move(now, TELL) == 1
        assert stage(loan, now) is SettlementStage.APPLICATION_AWAITED
        assert "arrears_notice" in told(who)
        view = queries.settlement(who.actor, loan, now)
        ru, kk = pdf(view.notice_document_ru_id), pdf(view.notice_document_kk_id)
        delay = view.procedure.delay
        figure = f"{delay.total.tiyn / 100:,.2f}".replace(",", " ").replace(".", ",")
        assert figure in ru
        assert figure in kk
        assert "омбудсман" in ru
        assert "омбудсман" in kk
        assert move(late(loan, 5), TELL) == 0
        with pytest.raises(NoticeAlreadySent):
            actions.send_arrears_notice(worker(), now, loan_id=loan)

    def test_without_arrears_nothing_is_sent_or_taken(self, loan, who):
        now = late(loan, -3)
        with pytest.raises(NoArrears):
            actions.send_arrears_notice(worker(), now, loan_id=loan)
        with pytest.raises(NoArrears):
            applied(loan, who, now)
        assert stage(loan, now) is SettlementStage.NONE

    def test_paid_before_the_notice_the_client_is_left_alone(self, loan):
        now = late(loan, 2)
        given_loans.repaid(now, loan, queries.position(worker(), loan).next_payment.total)
        assert move(late(loan, 4), TELL) == 0

    def test_an_agreement_signed_ends_it(self, here, loan, who):
        move(late(loan, 3), TELL)
        now = late(loan, 10)
        application_id = applied(loan, who, now)
        assert stage(loan, now) is SettlementStage.ANSWER_DUE
        with pytest.raises(ApplicationWaits):
            applied(loan, who, now)
        made = offer(loan, now, now.date() + timedelta(days=5))
        actions.answer_settlement(
            OFFICER, now, application_id=application_id, answer=Answer.AGREED, hardship_shown=False,
            change_id=made.change_id,
        )  # fmt: skip
        assert stage(loan, now) is SettlementStage.AGREEMENT_AWAITED
        changes.signed(now, here, who, made)
        assert stage(loan, now) is SettlementStage.AGREED
        assert {"settlement_received", "settlement_offer"} <= set(told(who))

    def test_a_counter_offer_declined_opens_the_way_to_the_ombudsman_and_then_to_other_measures(self, loan, who):
        move(late(loan, 3), TELL)
        now = late(loan, 10)
        application_id = applied(loan, who, now)
        made = offer(loan, now, now.date() + timedelta(days=5), instalments=18)
        actions.answer_settlement(
            OFFICER, now, application_id=application_id, answer=Answer.COUNTER_OFFER, hardship_shown=False,
            change_id=made.change_id,
        )  # fmt: skip
        assert stage(loan, now) is SettlementStage.COUNTER_OFFERED
        contracts.decline_change(who.actor, now, change_id=made.change_id)
        assert stage(loan, now) is SettlementStage.OMBUDSMAN
        assert not queries.settlement(worker(), loan, late(loan, 20)).standing.early_demand_allowed
        assert stage(loan, late(loan, 30)) is SettlementStage.OVER

    def test_a_refusal_is_reasoned_in_a_document(self, loan, who):
        move(late(loan, 3), TELL)
        now = late(loan, 10)
        application_id = applied(loan, who, now)
        answer = {"application_id": application_id, "answer": Answer.REFUSED, "hardship_shown": False}
        with pytest.raises(ReasonMissing):
            actions.answer_settlement(OFFICER, now, **answer)
        actions.answer_settlement(
            OFFICER, now, **answer, reason=RefusalReason.NO_PAPERS, explanation="Справки о доходах нет."
        )
        view = queries.settlement(who.actor, loan, now)
        assert view.standing.stage is SettlementStage.OMBUDSMAN
        text = pdf(view.refusal_document_ru_id)
        assert "не подтверждены документами" in text
        assert "Справки о доходах нет." in text
        assert f"{view.standing.until.last_on:%d.%m.%Y}" in text
        assert "settlement_refused" in told(who)
        with pytest.raises(AlreadyAnswered):
            actions.answer_settlement(OFFICER, now, **answer, reason=RefusalReason.OTHER)

    def test_hardship_that_is_shown_is_relieved_for_three_months(self, loan, who):
        move(late(loan, 3), TELL)
        now = late(loan, 10)
        application_id = applied(loan, who, now, Hardship.INCOME_FELL)
        answer = {"application_id": application_id, "hardship_shown": True}
        with pytest.raises(ReliefOwed):
            actions.answer_settlement(OFFICER, now, **answer, answer=Answer.REFUSED, reason=RefusalReason.NOT_FEASIBLE)
        little = offer(loan, now, now.date() + timedelta(days=5), instalments=15)
        with pytest.raises(ReliefOwed):
            actions.answer_settlement(OFFICER, now, **answer, answer=Answer.COUNTER_OFFER, change_id=little.change_id)
        contracts.cancel_change(OFFICER, now, change_id=little.change_id)
        enough = offer(loan, now, now.date() + timedelta(days=5), instalments=60)
        actions.answer_settlement(OFFICER, now, **answer, answer=Answer.AGREED, change_id=enough.change_id)


class TestWhoAndWhat:
    def test_a_change_of_before_the_application_is_no_answer(self, loan, who):
        now = late(loan, 10)
        made = offer(loan, now, now.date() + timedelta(days=5))
        application_id = applied(loan, who, now + timedelta(minutes=1))
        for change_id in (made.change_id, None):
            with pytest.raises(ChangeNotForThis):
                actions.answer_settlement(
                    OFFICER, now, application_id=application_id, answer=Answer.AGREED, hardship_shown=False,
                    change_id=change_id,
                )  # fmt: skip

    def test_strangers_find_nothing_and_clients_answer_nothing(self, loan, who):
        now = late(loan, 10)
        stranger = client(new_id())
        with pytest.raises(NotFound):
            queries.settlement(stranger, loan, now)
        with pytest.raises(NotFound):
            actions.record_settlement_application(
                stranger, now, loan_id=loan, relief=Relief.DEFERRAL, hardship=Hardship.NONE, text="?"
            )
        with pytest.raises(NotFound):
            queries.settlements(who.actor, now)
        application_id = applied(loan, who, now)
        with pytest.raises(NotPermitted):
            actions.answer_settlement(
                who.actor, now, application_id=application_id, answer=Answer.AGREED, hardship_shown=False
            )
        assert b"\xd0" in documents.content(queries.settlement(who.actor, loan, now).application_document_id)

    def test_the_staffs_queue_begins_with_what_the_lender_owes(self, loan, who):
        now = late(loan, 0)
        (one,) = queries.settlements(OFFICER, now)
        assert (one.loan_id, one.standing.stage) == (loan, SettlementStage.NOTICE_DUE)
