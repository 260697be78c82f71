"""The settlement of arrears day by day, as pure rules (Law 56-V, art. 9-2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesie.foundation.norms.rules import Calendar, Term, TermUnit, day_start
from nesie.foundation.terms.rules import Method, Schedule, Terms, schedule
from nesie.journey.contracts.rules import ChangeKind, ChangeProposal, ChangeStatus, Conditions
from nesie.journey.contracts.rules import Standing as Owed
from nesie.journey.loans.rules import (
    Answer,
    Answered,
    Application,
    ApplicationWaits,
    Delay,
    Hardship,
    NoArrears,
    NoticeAlreadySent,
    Procedure,
    ReasonMissing,
    Relief,
    ReliefOwed,
    SettlementNorms,
    SettlementStage,
    TooEarlyToDemand,
    check_answer,
    check_application,
    check_early_demand,
    check_notice,
    checked_reason,
    income_fell,
    relieves,
    settlement_standing,
)
from nesie.kernel.ids import ContractId, new_id
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate

CALENDAR = Calendar({})
BEGAN = date(2026, 12, 1)  # a Tuesday
DELAY = Delay(BEGAN, 1, Money.tenge(20_000), Money.tenge(9_000), ZERO)


def days(count: int) -> Term:
    return Term(count, TermUnit.CALENDAR_DAY)


NORMS = SettlementNorms(
    notice=days(10),
    apply=days(30),
    reply=days(15),
    counter_offer=days(30),
    ombudsman=days(15),
    relief_months=3,
    instalment_cut=Rate.percent(50),
    income_drop=Rate.percent(30),
)


def at(day: int, hour: int = 12) -> datetime:
    """So many days after the delay began."""
    return day_start(BEGAN + timedelta(days=day)) + timedelta(hours=hour)


def stage(procedure: Procedure, day: int) -> SettlementStage:
    return settlement_standing(procedure, NORMS, CALENDAR, at(day)).stage


def until(procedure: Procedure, day: int) -> date:
    found = settlement_standing(procedure, NORMS, CALENDAR, at(day)).until
    assert found is not None
    return found.last_on


LATE = Procedure(DELAY)
TOLD = replace(LATE, notified_at=at(3))
ASKED = replace(TOLD, application=Application(at(10), Relief.DEFERRAL))


def answered(answer: Answer, day: int, change: ChangeStatus | None = None, ended: int | None = None) -> Procedure:
    return replace(ASKED, answered=Answered(at(day), answer, change, at(ended) if ended is not None else None))


class TestDayByDay:
    def test_the_notice_is_due_within_ten_days(self):
        assert stage(LATE, 0) is SettlementStage.NOTICE_DUE
        assert until(LATE, 0) == date(2026, 12, 11)
        assert stage(LATE, 40) is SettlementStage.NOTICE_DUE, "late or not, it is still owed"

    def test_the_client_may_apply_for_thirty_days_from_the_beginning(self):
        assert stage(TOLD, 3) is SettlementStage.APPLICATION_AWAITED
        assert until(TOLD, 3) == date(2026, 12, 31)
        assert stage(TOLD, 30) is SettlementStage.APPLICATION_AWAITED
        assert stage(TOLD, 31) is SettlementStage.OVER

    def test_the_answer_is_due_within_fifteen_days_after_the_day_of_receipt(self):
        assert stage(ASKED, 10) is SettlementStage.ANSWER_DUE
        assert until(ASKED, 10) == date(2026, 12, 28), "the 26th is a Saturday"
        assert stage(ASKED, 60) is SettlementStage.ANSWER_DUE, "silence is no refusal"

    def test_a_refusal_opens_the_way_to_the_ombudsman_for_fifteen_days(self):
        refused = answered(Answer.REFUSED, 12)
        assert stage(refused, 12) is SettlementStage.OMBUDSMAN
        assert until(refused, 12) == date(2026, 12, 28)
        assert stage(refused, 27) is SettlementStage.OMBUDSMAN
        assert stage(refused, 28) is SettlementStage.OVER

    def test_an_agreement_waits_for_the_signature_and_then_stands(self):
        assert stage(answered(Answer.AGREED, 12, ChangeStatus.DRAFTED), 13) is SettlementStage.AGREEMENT_AWAITED
        assert stage(answered(Answer.AGREED, 12, ChangeStatus.SIGNED), 60) is SettlementStage.AGREED
        assert stage(answered(Answer.COUNTER_OFFER, 12, ChangeStatus.APPLIED), 60) is SettlementStage.AGREED

    def test_no_agreement_on_a_counter_offer_in_thirty_days_is_a_refusal(self):
        offered = answered(Answer.COUNTER_OFFER, 12, ChangeStatus.DRAFTED)
        assert stage(offered, 12) is SettlementStage.COUNTER_OFFERED
        assert until(offered, 12) == date(2027, 1, 11), "thirty days from receipt; the 10th is a Sunday"
        assert stage(offered, 41) is SettlementStage.COUNTER_OFFERED
        assert stage(offered, 42) is SettlementStage.OMBUDSMAN
        assert stage(offered, 80) is SettlementStage.OVER

    def test_a_counter_offer_the_client_declines_is_a_refusal_of_that_day(self):
        declined = answered(Answer.COUNTER_OFFER, 12, ChangeStatus.REFUSED, ended=14)
        assert stage(declined, 14) is SettlementStage.OMBUDSMAN
        assert until(declined, 14) == date(2026, 12, 30)

    def test_what_was_told_and_asked_in_an_earlier_delay_does_not_serve_a_new_one(self):
        later = Delay(BEGAN + timedelta(days=60), 1, Money(1), ZERO, ZERO)
        assert stage(replace(TOLD, delay=later), 61) is SettlementStage.NOTICE_DUE
        assert stage(replace(answered(Answer.REFUSED, 12), delay=later), 61) is SettlementStage.NOTICE_DUE

    def test_paid_up_an_application_is_answered_all_the_same_and_then_nothing_is_open(self):
        assert stage(replace(ASKED, delay=None), 11) is SettlementStage.ANSWER_DUE
        assert stage(replace(answered(Answer.REFUSED, 12), delay=None), 13) is SettlementStage.NONE
        assert stage(Procedure(None), 5) is SettlementStage.NONE

    def test_while_delay_stands_still_nobody_is_pressed(self):
        assert stage(replace(LATE, halted=True), 20) is SettlementStage.HALTED
        assert stage(replace(TOLD, halted=True), 60) is SettlementStage.HALTED


@given(
    st.integers(0, 120),
    st.sampled_from([LATE, TOLD, ASKED, replace(LATE, halted=True), Procedure(None)]),
    st.none() | st.tuples(st.sampled_from(Answer), st.integers(10, 60), st.none() | st.sampled_from(ChangeStatus)),
)
def test_nothing_is_demanded_early_before_every_term_is_over(day, procedure, said):
    if said is not None and procedure.application is not None and said[1] <= day:
        procedure = replace(procedure, answered=Answered(at(said[1]), said[0], said[2]))
    found = settlement_standing(procedure, NORMS, CALENDAR, at(day))
    if procedure.notified_at is None or procedure.halted or day <= 25:
        assert not found.early_demand_allowed
    if procedure.application is not None and procedure.answered is None:
        assert not found.early_demand_allowed
    if not found.early_demand_allowed:
        with pytest.raises(TooEarlyToDemand):
            check_early_demand(found)
    else:
        check_early_demand(found)


class TestWhatIsRefused:
    def test_a_notice_needs_arrears_and_goes_once_for_a_delay(self):
        assert check_notice(DELAY, None, halted=False) == DELAY
        assert check_notice(DELAY, at(-1), halted=False) == DELAY, "that was of an earlier delay"
        with pytest.raises(NoArrears):
            check_notice(None, None, halted=False)
        with pytest.raises(NoArrears):
            check_notice(DELAY, None, halted=True)
        with pytest.raises(NoticeAlreadySent):
            check_notice(DELAY, at(0), halted=False)

    def test_an_application_needs_arrears_and_waits_for_its_answer(self):
        check_application(TOLD)
        check_application(answered(Answer.REFUSED, 12))
        with pytest.raises(NoArrears):
            check_application(Procedure(None))
        with pytest.raises(ApplicationWaits):
            check_application(ASKED)

    def test_a_refusal_names_its_reason(self):
        with pytest.raises(ReasonMissing):
            checked_reason(None)


DAY = date(2026, 12, 15)
TERMS = Terms(Money.tenge(300_000), Rate.percent(36), Method.ANNUITY, 12)


def change(plan: Schedule, kind: ChangeKind = ChangeKind.RESTRUCTURING) -> ChangeProposal:
    def side(rows: Schedule) -> Conditions:
        return Conditions(TERMS.annual_rate, TERMS.method, rows)

    return ChangeProposal(
        contract_id=ContractId(new_id()),
        kind=kind,
        granted_on=BEGAN,
        effective_on=DAY,
        standing=Owed(TERMS.principal),
        before=side(schedule(TERMS, DAY)),
        after=side(plan),
        event={},
    )


class TestHardship:
    def test_shown_it_is_not_refused_and_a_small_relief_is_not_enough(self):
        application = Application(at(10), Relief.DEFERRAL, Hardship.INCOME_FELL)
        halved = schedule(replace(TERMS, instalments=60), DAY)
        little = schedule(replace(TERMS, instalments=15), DAY)
        put_off = schedule(replace(TERMS, first_due_on=date(2027, 4, 15)), DAY)
        for plan in (halved, put_off):
            proposal = change(plan)
            check_answer(Answer.AGREED, application, hardship_shown=True, proposal=proposal, norms=NORMS)
        for answer, proposal in ((Answer.REFUSED, None), (Answer.COUNTER_OFFER, change(little))):
            with pytest.raises(ReliefOwed):
                check_answer(answer, application, hardship_shown=True, proposal=proposal, norms=NORMS)

    def test_not_shown_or_not_named_it_binds_nobody(self):
        named = Application(at(10), Relief.DEFERRAL, Hardship.EMERGENCY)
        check_answer(Answer.REFUSED, named, hardship_shown=False, proposal=None, norms=NORMS)
        unnamed = Application(at(10), Relief.DEFERRAL)
        check_answer(Answer.REFUSED, unnamed, hardship_shown=True, proposal=None, norms=NORMS)

    def test_forgiveness_alone_relieves_no_payment(self):
        put_off = schedule(replace(TERMS, first_due_on=date(2027, 4, 15)), DAY)
        assert relieves(change(put_off), 3, NORMS.instalment_cut)
        assert not relieves(change(put_off, ChangeKind.FORGIVENESS), 3, NORMS.instalment_cut)

    def test_income_fell_by_more_than_thirty_percent_of_the_average_of_twelve_months(self):
        year = Money.tenge(12 * 300_000)
        assert not income_fell(Money.tenge(2 * 210_000), year, NORMS), "exactly thirty percent is not more"
        assert income_fell(Money.tenge(2 * 210_000) - Money(2), year, NORMS)
