"""What the lender owes by a day: of paragraph 13 by the edition of the day, to the bureau, in a settlement."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from nesie.foundation.audit.rules import NotPermitted
from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import Deadline, business_day, day_start, deadline
from nesie.journey.loans import actions, queries, rules
from nesie.journey.loans.actions.recording import record
from nesie.journey.loans.rules import DutyKind, FraudPaper
from nesie.journey.payments import queries as payments
from nesie.kernel.actor import Actor, Channel, Role, client, worker
from nesie.kernel.ids import LoanId, new_id
from nesie.kernel.money import ZERO, Money
from nesie.kernel.refused import NotFound
from tests import given
from tests.given import ActiveLoan, FourEyes

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
RISK = Actor(new_id(), frozenset({Role.RISK_OFFICER}), Channel.WEB)
OFFICER = Actor(new_id(), frozenset({Role.CREDIT_OFFICER}), Channel.WEB)
SINCE_2025 = date(2025, 8, 31)
OF_2023 = date(2023, 11, 12)


@pytest.fixture
def loan(now: datetime) -> Iterator[ActiveLoan]:
    with given.active_loan(now) as loan:
        yield loan


def at(loan: ActiveLoan, days: int) -> datetime:
    moment = loan.opened_at + days * DAY
    loan.accrue(moment)
    return moment


def register(loan: ActiveLoan, paper: FraudPaper, moment: datetime, **changes: Any) -> None:
    given_ = {"paper": paper, "received_on": business_day(moment), "reference": "No. 7", **changes}
    actions.register_fraud_paper(RISK, moment, loan_id=loan.loan_id, **given_)


def open_kinds(moment: datetime) -> list[DutyKind]:
    return [one.kind for one in queries.open_duties(RISK, moment) if one.ours]


class TestTerms:
    """Each edition of paragraph 13 has its own measures and its own days."""

    def last_day(self, term: str, received_on: date) -> date:
        return deadline(day_start(received_on), norms.term(term, received_on), norms.calendar()).last_on

    @pytest.mark.clause("E23-13")
    def test_of_the_edition_of_2023(self, db: None) -> None:
        friday = date(2024, 11, 8)
        asked = dict(rules.duties_of(FraudPaper.SUBMISSION, norms.edition(friday, "13").since))
        assert set(asked) == {
            DutyKind.SUSPEND, DutyKind.STOP_COLLECTION, DutyKind.STOP_BUREAU, DutyKind.WRITE_NOTICE,
        }  # fmt: skip
        assert self.last_day(asked[DutyKind.SUSPEND], friday) == date(2024, 11, 13), "three working days"
        found = dict(rules.duties_of(FraudPaper.INCIDENT, norms.edition(friday, "13").since))
        days = {kind: self.last_day(term, friday) for kind, term in found.items()}
        assert days == {
            DutyKind.TELL_CLIENT: date(2024, 11, 11),
            DutyKind.TELL_REGULATOR: date(2024, 11, 11),
            DutyKind.STOP_ACTS: date(2024, 11, 12),
            DutyKind.MEND_CONSEQUENCES: date(2024, 11, 12),
        }
        decided = dict(rules.duties_of(FraudPaper.COURT_ACT, norms.edition(friday, "13").since))
        assert set(decided) == {DutyKind.WRITE_OFF, DutyKind.RETURN_MONEY, DutyKind.CORRECT_BUREAU}
        assert {self.last_day(term, friday) for term in decided.values()} == {date(2024, 11, 29)}, (
            "fifteen working days"
        )

    @pytest.mark.clause("13-suspend-accrual", "13-writeoff")
    def test_of_the_edition_since_the_end_of_august_2025(self, db: None) -> None:
        friday = date(2026, 11, 6)
        since = norms.edition(friday, "13").since
        asked = dict(rules.duties_of(FraudPaper.VICTIM, since))
        assert set(asked) == {DutyKind.SUSPEND, DutyKind.STOP_COLLECTION}
        assert self.last_day(asked[DutyKind.SUSPEND], friday) == date(2026, 11, 9), "three calendar days"
        decided = dict(rules.duties_of(FraudPaper.COURT_ACT, since))
        assert {self.last_day(term, friday) for term in decided.values()} == {date(2026, 11, 20)}, "ten working days"
        found = dict(rules.duties_of(FraudPaper.INCIDENT, since))
        assert self.last_day(found[DutyKind.STOP_ACTS], friday) == date(2026, 11, 10)
        assert self.last_day(found[DutyKind.MEND_CONSEQUENCES], friday) == date(2026, 11, 20)

    def test_the_order_is_that_of_urgency(self) -> None:
        now = datetime(2026, 11, 20, 4, tzinfo=UTC)

        def duty(number: str, kind: DutyKind, days: int | None) -> rules.Duty:
            until = None
            if days is not None:
                until = Deadline(now + days * DAY, business_day(now) + days * DAY)
            return rules.Duty(kind, LoanId(new_id()), number, number, now - 30 * DAY, until)

        found = rules.by_urgency(
            [
                duty("later", DutyKind.SUSPEND, 3),
                duty("whenever", DutyKind.RESUME, None),
                duty("theirs", DutyKind.CLIENT_APPLIES, -9),
                duty("late", DutyKind.WRITE_OFF, -2),
            ]
        )
        assert [one.number for one in found] == ["late", "later", "whenever", "theirs"]
        assert [one.is_over(now) for one in found] == [True, False, False, False]


class TestSubmission:
    """The police write on a day; accrual stops two days later from the day of the paper; then they take it back."""

    @pytest.mark.clause("13-suspend-accrual", "13-resume")
    def test_its_terms_stand_in_the_queue_until_the_loan_is_suspended_and_resumed(self, loan: ActiveLoan) -> None:
        came_at = at(loan, 30)
        register(loan, FraudPaper.SUBMISSION, came_at)
        (suspend, collection) = [one for one in queries.open_duties(RISK, came_at) if one.ours]
        assert {suspend.kind, collection.kind} == {DutyKind.SUSPEND, DutyKind.STOP_COLLECTION}
        assert suspend.until is not None
        assert suspend.until.last_on == norms.calendar().working_day_from(business_day(came_at) + 3 * DAY)
        moment = at(loan, 32)
        assert not any(one.is_over(moment) for one in queries.open_duties(RISK, moment))
        assert suspend.is_over(at(loan, 37)), "the fourth day, and the days off after it, are over"
        moment = at(loan, 38)
        arguments: dict[str, Any] = {"loan_id": loan.loan_id, "ground": rules.SuspensionGround.LAW_ENFORCEMENT}
        actions.suspend_loan(RISK, moment, on=business_day(came_at), reference="No. 7", **arguments)
        assert open_kinds(moment) == [DutyKind.STOP_COLLECTION]
        done = {one.kind: one for one in queries.duties_of_loan(RISK, loan.loan_id, moment)}[DutyKind.SUSPEND]
        assert done.done_at == moment
        assert done.is_over(moment), "done, and late"
        (source,) = {one.source for one in queries.open_duties(RISK, moment) if one.ours}
        with pytest.raises(rules.DoneByEvents):
            actions.note_duty_done(
                RISK, moment, loan_id=loan.loan_id, kind=DutyKind.SUSPEND, source=source, reference="x"
            )
        for reference, refusal in (("  ", rules.ReferenceMissing), ("Order 5", None)):
            note: dict[str, Any] = {"kind": DutyKind.STOP_COLLECTION, "source": source, "reference": reference}
            if refusal is not None:
                with pytest.raises(refusal):
                    actions.note_duty_done(RISK, moment, loan_id=loan.loan_id, **note)
            else:
                actions.note_duty_done(RISK, moment, loan_id=loan.loan_id, **note)
                with pytest.raises(rules.NoSuchDuty):
                    actions.note_duty_done(RISK, moment, loan_id=loan.loan_id, **note)
        assert open_kinds(moment) == []

        moment = at(loan, 45)
        register(loan, FraudPaper.CANCELLED, moment, reference="No. 8")
        assert open_kinds(moment) == [DutyKind.RESUME]
        actions.resume_loan(
            RISK, moment, loan_id=loan.loan_id, on=business_day(moment), with_interest=True, reference="No. 8"
        )
        assert open_kinds(moment) == []

    def test_who_may_and_what_is_refused(self, loan: ActiveLoan) -> None:
        moment = at(loan, 5)
        with pytest.raises(NotPermitted):
            actions.register_fraud_paper(
                OFFICER, moment, loan_id=loan.loan_id, paper=FraudPaper.VICTIM, received_on=business_day(moment),
                reference="1",
            )  # fmt: skip
        with pytest.raises(rules.ReceivedInFuture):
            register(loan, FraudPaper.VICTIM, moment, received_on=business_day(moment) + DAY)
        with pytest.raises(rules.EventBeforeLoan):
            register(loan, FraudPaper.VICTIM, moment, received_on=business_day(loan.opened_at) - DAY)
        with pytest.raises(NotFound):
            queries.open_duties(client(new_id()), moment)
        with pytest.raises(NotFound):
            queries.duties_of_loan(client(new_id()), loan.loan_id, moment)


class TestCourtAct:
    """A final court act: the write-off, the money back and the bureau, each until it is really done."""

    @pytest.mark.clause("13-writeoff")
    def test_each_part_stays_in_the_queue_until_it_is_done(self, loan: ActiveLoan) -> None:
        loan.repay(at(loan, 10), Money.tenge(50_000))
        moment = at(loan, 45)
        credit = queries.book(loan.loan_id).credit
        register(loan, FraudPaper.COURT_ACT, moment, reference="2-1234/2027")
        assert set(open_kinds(moment)) == {DutyKind.WRITE_OFF, DutyKind.RETURN_MONEY}
        eyes = FourEyes(loan.opened_at, (Role.CREDIT_OFFICER, Role.COMPLIANCE_OFFICER, Role.OPERATOR))
        eyes.now = moment
        ground = rules.WriteOffGround.FRAUD
        eyes.do(actions.write_off_loan, loan_id=loan.loan_id, ground=ground, reference="2-1234/2027")
        assert set(open_kinds(moment)) == {DutyKind.RETURN_MONEY, DutyKind.REPORT_BUREAU}, "the money is on its way"
        loan.here.carry(moment + timedelta(minutes=2))
        assert queries.book(loan.loan_id).credit == ZERO, "and what lay with us goes back too"
        refunds = payments.refunds_of(worker(), loan.contract_id)
        assert Money.total(one.amount for one in refunds) == Money.tenge(50_000)
        assert len(refunds) == 1 + bool(credit)
        (report,) = [one for one in queries.open_duties(RISK, moment + timedelta(minutes=3)) if one.ours]
        assert (report.kind, report.cause) == (DutyKind.REPORT_BUREAU, "written_off")
        assert report.until is not None
        assert report.until.last_on == norms.calendar().add_working_days(business_day(moment), 10)
        actions.note_duty_done(
            OFFICER, moment + DAY, loan_id=loan.loan_id, kind=report.kind, source=report.source, reference="Batch 81"
        )
        assert open_kinds(moment + DAY) == []
        noted = [one for one in queries.duties_of_loan(RISK, loan.loan_id, moment + DAY) if one.reference]
        assert [(one.reference, one.is_over(moment + 90 * DAY)) for one in noted] == [("Batch 81", False)]


class TestOthers:
    def test_a_delay_and_an_application_stand_there_with_their_days(self, loan: ActiveLoan) -> None:
        moment = at(loan, 34)
        (owed,) = queries.open_duties(OFFICER, moment)
        delay = rules.delay_of(queries.book(loan.loan_id))
        assert delay is not None
        assert owed.kind is DutyKind.ARREARS_NOTICE
        assert owed.until is not None
        assert owed.until.last_on == norms.calendar().working_day_from(delay.began_on + 10 * DAY)
        actions.send_arrears_notice(worker(), moment, loan_id=loan.loan_id)
        (theirs,) = queries.open_duties(OFFICER, moment)
        assert (theirs.kind, theirs.ours, theirs.is_over(moment + 900 * DAY)) == (DutyKind.CLIENT_APPLIES, False, False)
        actions.record_settlement_application(
            loan.who.actor, moment, loan_id=loan.loan_id, relief=rules.Relief.DEFERRAL,
            hardship=rules.Hardship.INCOME_FELL, text="Lost my work",
        )  # fmt: skip
        (answer,) = queries.open_duties(OFFICER, moment)
        assert answer.kind is DutyKind.SETTLEMENT_ANSWER
        assert answer.until is not None
        assert answer.until.last_on == norms.calendar().working_day_from(business_day(moment) + 15 * DAY)

    def test_what_was_taken_back_is_reported_again(self, loan: ActiveLoan) -> None:
        moment = at(loan, 20)
        part = rules.Parts(principal=Money.tenge(1_000))
        record(loan.loan_id, rules.Forgiven(ref="gift", on=business_day(moment), parts=part), moment)
        record(
            loan.loan_id, rules.Reversed(ref="back", on=business_day(moment), of="gift"), moment + timedelta(hours=1)
        )
        assert [one.cause for one in queries.open_duties(RISK, moment) if one.ours] == ["forgiven", "reversed"]
