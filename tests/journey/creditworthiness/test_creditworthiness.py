"""Questions, answers and runs of the rules on the real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from nesie.foundation.documents import queries as documents
from nesie.foundation.exchange.adapters.fake import FakeCarrier
from nesie.foundation.exchange.rules import Answer, AnswerStatus
from nesie.journey.creditworthiness import actions, queries
from nesie.journey.creditworthiness.gateways import Unanswerable
from nesie.journey.creditworthiness.rules import QUESTIONS, Stage
from nesie.journey.creditworthiness.rules import AnswerStatus as Kept
from nesie.kernel.actor import worker
from nesie.kernel.decision import Outcome
from nesie.kernel.ids import ClientId
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound
from nesie.simulators.people import by_key
from tests import given_applications as given
from tests.given_applications import Outside
from tests.given_norms import FourEyes

pytestmark = pytest.mark.django_db
AIGERIM = by_key("aigerim")


@pytest.fixture
def world() -> Iterator[Outside]:
    with given.outside() as world:
        yield world


@pytest.fixture
def aigerim(now: datetime) -> ClientId:
    return given.registered_person(now, AIGERIM)


class TestQuestions:
    def test_asked_answered_and_kept_in_the_original_bytes(
        self, world: Outside, now: datetime, aigerim: ClientId
    ) -> None:
        case_id = uuid4()
        asked = actions.request_checks(worker(), now, client_id=aigerim, case_id=case_id, stage=Stage.APPLICATION)
        assert asked.round == 1
        assert set(queries.waiting(case_id, Stage.APPLICATION)) == set(QUESTIONS[Stage.APPLICATION])
        assert queries.report(case_id, Stage.APPLICATION) is None
        world.carry(now)
        assert queries.waiting(case_id, Stage.APPLICATION) == ()
        report = queries.report(case_id, Stage.APPLICATION)
        assert report is not None
        assert report.received_at == now
        views = queries.inquiries(given.officer(), case_id)
        assert {view.status for view in views} == {Kept.ANSWERED}
        originals = [documents.content(view.document_id) for view in views if view.document_id]
        assert len(originals) == 2
        assert all(original for original in originals)

    def test_a_second_round_and_a_repeated_answer(self, world: Outside, now: datetime, aigerim: ClientId) -> None:
        case_id = uuid4()
        wish = {"client_id": aigerim, "case_id": case_id, "stage": Stage.APPLICATION}
        first = actions.request_checks(worker(), now, **wish)
        world.carry(now)
        again = actions.record_inquiry_answer(worker(), now, message_id=first.message_ids[0])
        assert not again.fresh
        later = now + timedelta(hours=3)
        second = actions.request_checks(worker(), later, **wish)
        assert (second.round, set(second.message_ids) & set(first.message_ids)) == (2, set())
        world.carry(later)
        report = queries.report(case_id, Stage.APPLICATION)
        assert report is not None
        assert report.received_at == later

    def test_a_failed_answer_leaves_no_facts(self, world: Outside, now: datetime, aigerim: ClientId) -> None:
        case_id = uuid4()
        world.bureau.failure = Unanswerable("refused_by_bureau")
        actions.request_checks(worker(), now, client_id=aigerim, case_id=case_id, stage=Stage.APPLICATION)
        world.carry(now)
        assert queries.waiting(case_id, Stage.APPLICATION) == ()
        assert set(queries.failed(case_id, Stage.APPLICATION)) == set(QUESTIONS[Stage.APPLICATION])
        assert queries.refusal(case_id, Stage.APPLICATION) is None
        assert {view.failure for view in queries.inquiries(given.officer(), case_id)} == {"refused_by_bureau"}

    def test_an_unreadable_body_is_a_failed_answer(self, world: Outside, now: datetime, aigerim: ClientId) -> None:
        from nesie.entrypoints.jobs.exchange import deliver

        class Garbage(FakeCarrier):
            def carry(self, kind, key, sequence, payload, now):
                return Answer(AnswerStatus.ANSWERED, {"facts": {"refused": "perhaps"}, "original": "?"})

        case_id = uuid4()
        asked = actions.request_checks(worker(), now, client_id=aigerim, case_id=case_id, stage=Stage.PAYOUT)
        assert len(asked.message_ids) == 1
        deliver(asked.message_ids[0], Garbage(), lambda: now, lambda: now)
        recorded = actions.record_inquiry_answer(worker(), now, message_id=asked.message_ids[0])
        assert recorded.status is Kept.FAILED

    def test_an_unanswered_question_cannot_be_recorded(self, now: datetime, aigerim: ClientId) -> None:
        asked = actions.request_checks(worker(), now, client_id=aigerim, case_id=uuid4(), stage=Stage.PAYOUT)
        with pytest.raises(NotFound):
            actions.record_inquiry_answer(worker(), now, message_id=asked.message_ids[0])


class TestAssessment:
    def test_keeps_each_result_the_norms_and_sealed_inputs(
        self, world: Outside, now: datetime, aigerim: ClientId
    ) -> None:
        given.usable_norms(now)
        case_id = uuid4()
        actions.request_checks(worker(), now, client_id=aigerim, case_id=case_id, stage=Stage.APPLICATION)
        world.carry(now)
        done = actions.assess_case(
            worker(),
            now,
            client_id=aigerim,
            case_id=case_id,
            stage=Stage.APPLICATION,
            amount=Money.tenge(100_000),
            new_monthly_payment=Money.tenge(20_000),
        )
        assert done.outcome is Outcome.APPROVE
        (view,) = queries.assessments(given.officer(), case_id)
        by_rule = {result.rule: result for result in view.decision.results}
        (norm,) = [norm for norm in by_rule["age"].norms if norm.code == "min_age"]
        assert (norm.value, norm.certainty) == ("18", "set")
        with connection.cursor() as cursor:
            cursor.execute("SELECT inputs FROM creditworthiness_assessment")
            (sealed,) = cursor.fetchone()
        assert b"birth_on" not in bytes(sealed)

    def test_the_seed_alone_never_approves(self, now: datetime) -> None:
        """As shipped, some norms are recalled or unknown: until counsel confirms them, applications hold."""
        assert set(queries.unusable_norms(now.date())) >= {"min_age", "max_consumer_amount", "debt_to_income_limit"}

    def test_counsel_and_a_second_person_make_them_usable(self, now: datetime) -> None:
        given.norms_confirmed(FourEyes(now))
        assert queries.unusable_norms(now.date()) == ()
