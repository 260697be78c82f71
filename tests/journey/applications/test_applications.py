"""An application from the client's wish to the chosen schedule, on the real database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from nesie.foundation.audit.models import AuditRecord
from nesie.foundation.audit.rules import NotPermitted
from nesie.foundation.terms.rules import AmountOutsideProduct, Method
from nesie.journey.aml import queries as aml
from nesie.journey.aml.rules import Ground
from nesie.journey.applications import actions, queries
from nesie.journey.applications.rules import (
    ENABLED_METHODS,
    AccountNeeded,
    AlreadyOpen,
    ClientNotServed,
    DisbursementMethod,
    MethodNotEnabled,
    MoveNotAllowed,
    OfferExpired,
    OfficerReason,
    RulesNotAcknowledged,
    Status,
)
from nesie.journey.creditworthiness import queries as creditworthiness
from nesie.journey.creditworthiness.gateways import Unanswerable
from nesie.journey.creditworthiness.rules import Commitment, Creditor, Stage
from nesie.kernel.actor import Role, client, worker
from nesie.kernel.decision import Outcome, Reason
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound
from tests import given_applications as given
from tests.given_applications import Applicant, Outside

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(module_db: None, now: datetime) -> Iterator[Outside]:
    with given.outside() as world:
        given.open_for_business(now, world)
        yield world


@pytest.fixture(scope="module")
def aigerim(world: Outside, now: datetime) -> Applicant:
    return given.applicant(now)


def statuses(who: Applicant, application_id) -> list[Status]:
    return [move.status for move in queries.timeline(who.actor, application_id)]


class TestTheStraightWay:
    @pytest.mark.clause("7.1")
    @pytest.mark.clause("7.4")
    def test_from_the_wish_to_the_choice(self, world: Outside, aigerim: Applicant, now: datetime) -> None:
        """Submitted, screened, approved by every rule, three schedules, one chosen: each state with its time."""
        application_id = given.chosen(now, world, aigerim)
        assert statuses(aigerim, application_id) == [
            Status.SUBMITTED,
            Status.SCREENING,
            Status.APPROVED,
            Status.OFFERED,
            Status.CHOSEN,
        ]
        assert all(move.at == now for move in queries.timeline(aigerim.actor, application_id))
        chosen = queries.chosen_offer(aigerim.actor, application_id)
        assert chosen is not None
        assert chosen.terms.method is Method.ANNUITY
        assert chosen.plan.totals.principal == chosen.amount == Money.tenge(300_000)
        assert chosen.account_id == aigerim.account_id

    @pytest.mark.clause("8.4")
    @pytest.mark.clause("8.3")
    def test_three_schedules_side_by_side_and_the_choice_recorded(
        self, world: Outside, aigerim: Applicant, now: datetime
    ) -> None:
        application_id = given.offered(now, world, aigerim)
        offers = queries.offers(aigerim.actor, application_id)
        assert [offer.method for offer in offers] == [Method.DIFFERENTIATED, Method.ANNUITY, Method.FIXED_PAYMENT]
        for offer in offers:
            assert Money.total(row.payment for row in offer.plan.rows) == offer.total
            assert offer.total == Money.tenge(300_000) + offer.overpayment
            assert offer.gesv_percent > 36
            assert offer.within_caps
        actions.choose_offer(aigerim.actor, now, application_id=application_id, offer_id=offers[0].id)
        assert [offer.chosen for offer in queries.offers(aigerim.actor, application_id)] == [True, False, False]

    def test_every_step_is_in_the_audit_trail(self, world: Outside, aigerim: Applicant, now: datetime) -> None:
        given.chosen(now, world, aigerim)
        acts = set(AuditRecord.objects.values_list("act", flat=True))
        assert acts >= {
            "submit_application",
            "record_due_diligence",
            "begin_screening",
            "request_checks",
            "record_inquiry_answer",
            "screen_application",
            "screen_client",
            "assess_case",
            "make_offers",
            "choose_offer",
        }

    def test_an_automated_decision_can_be_explained(self, world: Outside, aigerim: Applicant, now: datetime) -> None:
        application_id = given.offered(now, world, aigerim)
        (decision,) = queries.decisions(given.officer(), application_id)
        rules = {result.rule: result for result in decision.decision.results}
        assert {"sanctions_list", "due_diligence", "debt_burden", "voluntary_refusal", "cost_caps"} <= set(rules)
        assert {norm.code for norm in rules["debt_burden"].norms} >= {"kdn_limit", "kdn_income_months"}
        with pytest.raises(NotFound):
            queries.decisions(aigerim.actor, application_id)

    def test_the_short_product(self, world: Outside, aigerim: Applicant, now: datetime) -> None:
        from nesie.foundation.norms.rules import business_day
        from nesie.foundation.terms import queries as terms

        short = next(each for each in terms.open_products(business_day(now)) if each.code == "short")
        application_id = given.offered(
            now, world, aigerim, product_version_id=short.id, amount=Money.tenge(50_000), term=30
        )
        assert all(len(offer.plan.rows) == 1 for offer in queries.offers(aigerim.actor, application_id))


class TestWhatIsAskedFirst:
    @pytest.mark.clause("8.6")
    @pytest.mark.parametrize("method", sorted(set(DisbursementMethod) - ENABLED_METHODS))
    def test_ways_of_payout_not_open_yet_are_refused(
        self, world: Outside, aigerim: Applicant, now: datetime, method: DisbursementMethod
    ) -> None:
        with pytest.raises(MethodNotEnabled):
            given.submitted(now, aigerim, disbursement_method=method)

    def test_an_account_is_needed_and_must_be_the_clients_own(
        self, world: Outside, aigerim: Applicant, now: datetime
    ) -> None:
        other = given.applicant(now, "daniyar")
        with pytest.raises(AccountNeeded):
            given.submitted(now, aigerim, account_id=None)
        with pytest.raises(NotFound):
            given.submitted(now, aigerim, account_id=other.account_id)

    def test_rules_and_rights_are_read_first(self, world: Outside, now: datetime) -> None:
        hasty = given.applicant(now, "daniyar", read=False)
        with pytest.raises(RulesNotAcknowledged):
            given.submitted(now, hasty)

    def test_an_expired_document_is_refused(self, world: Outside, now: datetime) -> None:
        with pytest.raises(ClientNotServed):
            given.submitted(now, given.applicant(now, "viktor"))

    def test_one_open_application_at_a_time(self, world: Outside, aigerim: Applicant, now: datetime) -> None:
        first = given.submitted(now, aigerim)
        with pytest.raises(AlreadyOpen):
            given.submitted(now, aigerim)
        actions.cancel_application(aigerim.actor, now, application_id=first)
        given.submitted(now, aigerim)

    def test_an_amount_outside_the_product_and_an_unknown_product(
        self, world: Outside, aigerim: Applicant, now: datetime
    ) -> None:
        with pytest.raises(AmountOutsideProduct):
            given.submitted(now, aigerim, amount=Money.tenge(10))
        with pytest.raises(NotFound):
            given.submitted(now, aigerim, product_version_id=uuid4())

    def test_another_client_sees_nothing(self, world: Outside, aigerim: Applicant, now: datetime) -> None:
        application_id = given.offered(now, world, aigerim)
        stranger = client(uuid4())
        for read in (queries.application, queries.timeline, queries.offers, queries.chosen_offer):
            with pytest.raises(NotFound):
                read(stranger, application_id)
        with pytest.raises(NotFound):
            actions.cancel_application(stranger, now, application_id=application_id)
        with pytest.raises(NotFound):
            queries.work_queue(stranger)


def reasons(application_id) -> set[str]:
    return {reason.code for reason in queries.timeline(given.officer(), application_id)[-1].reasons}


class TestGroundsOfTheLaw:
    def screened(self, world: Outside, who: Applicant, now: datetime, **changes: object):
        application_id = given.submitted(now, who, **changes)
        world.work(now)
        return application_id, queries.application(worker(), application_id).status

    @pytest.mark.clause("10-law")
    def test_arrears_elsewhere(self, world: Outside, aigerim: Applicant, now: datetime) -> None:
        late = Commitment(Creditor.MICROFINANCE, Money.tenge(80_000), Money.tenge(12_000), 45, Money.tenge(12_000))
        world.bureau.reports[aigerim.person.iin] = lambda report: replace(report, commitments=(late,))
        application_id, status = self.screened(world, aigerim, now)
        assert status is Status.DECLINED
        assert reasons(application_id) == {"overdue_microcredit"}

    @pytest.mark.clause("10-law")
    def test_voluntary_refusal(self, world: Outside, aigerim: Applicant, now: datetime) -> None:
        world.bureau.refused[aigerim.person.iin] = now.date()
        application_id, status = self.screened(world, aigerim, now)
        assert status is Status.DECLINED
        assert reasons(application_id) == {"voluntary_refusal"}
        last = queries.timeline(aigerim.actor, application_id)[-1]
        assert last.reasons == (Reason("voluntary_refusal"),)

    @pytest.mark.clause("10-law")
    def test_debt_burden(self, world: Outside, aigerim: Applicant, now: datetime) -> None:
        heavy = Commitment(Creditor.BANK, Money.tenge(900_000), Money.tenge(190_000))
        world.bureau.reports[aigerim.person.iin] = lambda report: replace(report, commitments=(heavy,))
        application_id, status = self.screened(world, aigerim, now)
        assert (status, reasons(application_id)) == (Status.DECLINED, {"debt_burden"})

    def test_nobody_to_tell_of_own_debts_holds(
        self, world: Outside, aigerim: Applicant, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from nesie.journey.creditworthiness.gateways import Wiring

        monkeypatch.setattr(Wiring, "own_loans", None)
        application_id, status = self.screened(world, aigerim, now)
        assert (status, reasons(application_id)) == (Status.HELD, {"no_answer"})


class TestSilence:
    def test_no_answer_waits_then_holds_then_a_late_answer_decides(
        self, world: Outside, aigerim: Applicant, now: datetime
    ) -> None:
        from nesie.foundation.exchange.rules import NoAnswer

        world.bureau.failure = NoAnswer("silent")
        application_id = given.submitted(now, aigerim)
        world.work(now)
        assert statuses(aigerim, application_id) == [Status.SUBMITTED, Status.SCREENING]
        waited = now + timedelta(minutes=10)
        world.work(waited)
        assert queries.application(worker(), application_id).status is Status.HELD
        assert reasons(application_id) == {"no_answer"}
        world.bureau.failure = None
        late = waited + timedelta(minutes=20)
        world.work(late)
        assert queries.application(worker(), application_id).status is Status.OFFERED

    def test_a_failed_answer_holds_and_is_asked_again_after_a_while(
        self, world: Outside, aigerim: Applicant, now: datetime
    ) -> None:
        world.bureau.failure = Unanswerable("refused_by_bureau")
        application_id = given.submitted(now, aigerim)
        world.work(now)
        assert queries.application(worker(), application_id).status is Status.HELD
        assert set(creditworthiness.failed(application_id, Stage.APPLICATION))
        world.bureau.failure = None
        world.work(now + timedelta(minutes=30))
        assert queries.application(worker(), application_id).status is Status.HELD
        world.work(now + timedelta(hours=1))
        assert queries.application(worker(), application_id).status is Status.OFFERED

    def test_a_stale_list_holds_and_a_fresh_one_lets_go(
        self, world: Outside, aigerim: Applicant, now: datetime
    ) -> None:
        later = now + timedelta(hours=25)
        application_id = given.submitted(later, aigerim)
        world.work(later)
        assert queries.application(worker(), application_id).status is Status.HELD
        assert reasons(application_id) == {"stale_sanctions_list"}
        assert aml.list_is_due(later)
        soon = later + timedelta(minutes=1)
        world.fresh_list(soon)
        world.work(soon + timedelta(minutes=1))
        assert queries.application(worker(), application_id).status is Status.OFFERED

    def test_screening_twice_asks_once_and_moves_once(self, world: Outside, aigerim: Applicant, now: datetime) -> None:
        application_id = given.submitted(now, aigerim)
        world.work(now)
        asked = list(world.bureau.asked)
        world.work(now)
        assert world.bureau.asked == asked
        with pytest.raises(MoveNotAllowed):
            actions.screen_application(worker(), now, application_id=application_id)


class TestAmlRefusal:
    @pytest.mark.clause("10-aml")
    def test_a_listed_person_is_refused_recorded_and_shown_to_the_compliance_officer_only(
        self, world: Outside, now: datetime
    ) -> None:
        from nesie.journey.aml.actions import acknowledge_refusal
        from nesie.journey.aml.rules import ListedPerson

        timur = given.applicant(now, "timur")
        person = timur.person
        world.lists.persons = (ListedPerson("7", person.surname, person.given_name, "", person.birth_on, person.iin),)
        world.fresh_list(now + timedelta(minutes=1))
        at = now + timedelta(minutes=2)
        application_id = given.submitted(at, timur)
        world.work(at)
        assert queries.application(worker(), application_id).status is Status.DECLINED
        compliance = given.officer(Role.COMPLIANCE_OFFICER)
        (refusal,) = aml.refusals(compliance)
        assert (refusal.subject_id, refusal.ground) == (application_id, Ground.LISTED)
        assert queries.timeline(timur.actor, application_id)[-1].reasons == (Reason("ground_of_law"),)
        with pytest.raises(NotFound):
            aml.refusals(given.officer(Role.OPERATOR))
        acknowledge_refusal(compliance, at, refusal_id=refusal.id)
        assert aml.refusals(compliance, unseen_only=True) == []

    @pytest.mark.clause("8.1")
    def test_a_politically_exposed_client_waits_for_the_compliance_officer(
        self, world: Outside, aigerim: Applicant, now: datetime
    ) -> None:
        from nesie.journey.aml.actions import decide_risk

        application_id = given.submitted(now, aigerim, politically_exposed=True)
        world.work(now)
        assert queries.application(worker(), application_id).status is Status.HELD
        assert queries.timeline(aigerim.actor, application_id)[-1].reasons == (Reason("check_not_finished"),)
        compliance = given.officer(Role.COMPLIANCE_OFFICER)
        (waiting,) = aml.risks_to_decide(compliance)
        at = now + timedelta(minutes=1)
        decide_risk(compliance, at, due_diligence_id=waiting.id, accepted=True, explanation="known official")
        world.work(at + timedelta(minutes=1))
        assert queries.application(worker(), application_id).status is Status.OFFERED

    @pytest.mark.clause("10-aml")
    def test_acting_for_another_is_refused(self, world: Outside, aigerim: Applicant, now: datetime) -> None:
        application_id = given.submitted(now, aigerim, acting_for_self=False)
        world.work(now)
        assert queries.application(worker(), application_id).status is Status.DECLINED
        (refusal,) = aml.refusals(given.officer(Role.COMPLIANCE_OFFICER))
        assert refusal.ground is Ground.DUE_DILIGENCE_IMPOSSIBLE


class TestOfficers:
    def held(self, world: Outside, who: Applicant, now: datetime):
        world.bureau.failure = Unanswerable("refused_by_bureau")
        application_id = given.submitted(now, who)
        world.work(now)
        return application_id

    def test_a_held_application_is_in_the_queue_and_may_only_be_declined(
        self, world: Outside, aigerim: Applicant, now: datetime
    ) -> None:
        application_id = self.held(world, aigerim, now)
        officer = given.officer()
        assert [each.id for each in queries.work_queue(officer)] == [application_id]
        assert queries.counts(officer)[Status.HELD] == 1
        with pytest.raises(MoveNotAllowed):
            actions.decide_review(
                officer,
                now,
                application_id=application_id,
                approve=True,
                reason=OfficerReason.RISK_ACCEPTABLE,
                explanation="he promised",
            )
        actions.decide_review(
            officer,
            now,
            application_id=application_id,
            approve=False,
            reason=OfficerReason.CHECKS_IMPOSSIBLE,
            explanation="the bureau is down",
        )
        assert queries.timeline(aigerim.actor, application_id)[-1].reasons == (Reason("checks_impossible"),)

    @pytest.mark.parametrize(
        ("approve", "reason", "status"),
        [
            (True, OfficerReason.RISK_ACCEPTABLE, Status.OFFERED),
            (False, OfficerReason.RISK_TOO_HIGH, Status.DECLINED),
        ],
    )
    def test_an_officer_decides_on_a_person_without_credit_history(
        self,
        world: Outside,
        aigerim: Applicant,
        now: datetime,
        approve: bool,
        reason: OfficerReason,
        status: Status,
    ) -> None:
        world.bureau.reports[aigerim.person.iin] = lambda report: replace(report, has_history=False)
        application_id = given.submitted(now, aigerim)
        world.work(now)
        assert queries.application(worker(), application_id).status is Status.REVIEW
        with pytest.raises(NotPermitted):
            actions.decide_review(
                aigerim.actor, now, application_id=application_id, approve=True, reason=reason, explanation="please"
            )
        officer = given.officer()
        actions.decide_review(
            officer, now, application_id=application_id, approve=approve, reason=reason, explanation="spoke by phone"
        )
        decided = queries.timeline(officer, application_id)[-1]
        assert (decided.reasons, decided.actor_id) == ((Reason(reason.value),), officer.id)
        world.work(now)
        assert queries.application(worker(), application_id).status is status

    def test_an_officer_has_the_outside_asked_again(self, world: Outside, aigerim: Applicant, now: datetime) -> None:
        application_id = self.held(world, aigerim, now)
        world.bureau.failure = None
        at = now + timedelta(minutes=1)
        actions.repeat_checks(given.officer(), at, application_id=application_id)
        world.work(at)
        assert queries.application(worker(), application_id).status is Status.OFFERED


class TestTimeIsOver:
    def test_an_offer_expires_to_the_second(self, world: Outside, aigerim: Applicant, now: datetime) -> None:
        application_id = given.offered(now, world, aigerim)
        offer = queries.offers(aigerim.actor, application_id)[0]
        with pytest.raises(OfferExpired):
            actions.choose_offer(aigerim.actor, offer.expires_at, application_id=application_id, offer_id=offer.id)
        before = offer.expires_at - timedelta(seconds=1)
        assert queries.to_expire(before) == []
        assert queries.to_expire(offer.expires_at) == [application_id]
        actions.expire_application(worker(), offer.expires_at, application_id=application_id)
        assert queries.timeline(aigerim.actor, application_id)[-1].reasons == (Reason("offer_expired"),)

    def test_what_is_held_too_long_expires(self, world: Outside, aigerim: Applicant, now: datetime) -> None:
        world.bureau.failure = Unanswerable("refused_by_bureau")
        application_id = given.submitted(now, aigerim)
        world.work(now)
        with pytest.raises(MoveNotAllowed):
            actions.expire_application(worker(), now, application_id=application_id)
        world.work(now + timedelta(days=10))
        world.work(now + timedelta(days=10))
        assert queries.application(worker(), application_id).status is Status.EXPIRED


class TestBeforePayout:
    def test_the_register_is_asked_again_and_no_fresh_word_holds(
        self, world: Outside, aigerim: Applicant, now: datetime
    ) -> None:
        from nesie.journey.creditworthiness.actions import recheck_case, request_checks

        contract_id = uuid4()

        def check(at: datetime) -> Outcome:
            return recheck_case(
                worker(),
                at,
                client_id=aigerim.client_id,
                case_id=contract_id,
                stage=Stage.PAYOUT,
                amount=Money.tenge(300_000),
            ).outcome

        assert check(now) is Outcome.HOLD
        request_checks(worker(), now, client_id=aigerim.client_id, case_id=contract_id, stage=Stage.PAYOUT)
        world.carry(now)
        assert creditworthiness.waiting(contract_id, Stage.PAYOUT) == ()
        assert check(now) is Outcome.APPROVE
        assert check(now + timedelta(hours=1, seconds=1)) is Outcome.HOLD
        world.bureau.refused[aigerim.person.iin] = now.date()
        later = now + timedelta(hours=2)
        request_checks(worker(), later, client_id=aigerim.client_id, case_id=contract_id, stage=Stage.PAYOUT)
        world.carry(later)
        assert check(later) is Outcome.DECLINE
