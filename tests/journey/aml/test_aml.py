"""Lists kept by hash and time, clients compared with them, the compliance officer's word: on the real database."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from nesie.foundation.audit.rules import NotPermitted
from nesie.foundation.documents import queries as documents
from nesie.foundation.exchange.rules import NoAnswer
from nesie.journey.aml import actions, queries
from nesie.journey.aml.actions import ListAnswer
from nesie.journey.aml.adapters.fake import list_xml
from nesie.journey.aml.gateways import ListRefused
from nesie.journey.aml.models import ListEntry, ListReceipt, ListVersion, Match
from nesie.journey.aml.rules import AlreadyDecided, ListedPerson, ListUnreadable, MatchKind, RelationPurpose
from nesie.kernel.actor import Role, client, worker
from nesie.kernel.decision import Outcome
from nesie.kernel.ids import ClientId
from nesie.kernel.refused import NotFound
from nesie.simulators.people import by_key
from tests import given_applications as given
from tests.given_applications import Outside

pytestmark = pytest.mark.django_db
AIGERIM = by_key("aigerim")
NAMESAKE = ListedPerson("5", "САРСЕНОВА", "АЙГЕРИМ", "", AIGERIM.birth_on)
OFFICER = given.officer(Role.COMPLIANCE_OFFICER)


@pytest.fixture
def world() -> Iterator[Outside]:
    with given.outside() as world:
        yield world


@pytest.fixture
def aigerim(now: datetime) -> ClientId:
    return given.registered_person(now, AIGERIM)


def declare(client_id: ClientId, now: datetime, **changes: object) -> None:
    wish = {"politically_exposed": False, "beneficial_owner_self": True, "purpose": RelationPurpose.HOUSEHOLD}
    actions.record_due_diligence(client(client_id), now, client_id=client_id, **(wish | changes))


def screened(client_id: ClientId, now: datetime) -> tuple[Outcome, set[str]]:
    found = actions.screen_client(worker(), now, client_id=client_id)
    return found.outcome, {reason.code for reason in queries.decision_of(found.screening_id).reasons}


class TestLists:
    def test_the_same_content_is_one_version_received_many_times(self, world: Outside, now: datetime) -> None:
        first = actions.import_list(OFFICER, now, content=list_xml([NAMESAKE]))
        second = actions.import_list(OFFICER, now + timedelta(hours=1), content=list_xml([NAMESAKE]))
        other = actions.import_list(OFFICER, now + timedelta(hours=2), content=list_xml([]))
        assert (first.fresh, second.fresh, other.fresh) == (True, False, True)
        assert first.version_id == second.version_id
        assert ListVersion.objects.count() == 2
        assert ListReceipt.objects.count() == 3
        assert [view.persons for view in queries.lists(OFFICER)] == [1, 2, 2]

    def test_the_original_bytes_are_kept(self, now: datetime) -> None:
        content = list_xml([NAMESAKE])
        actions.import_list(OFFICER, now, content=content)
        (view,) = queries.lists(OFFICER)
        assert documents.content(view.document_id) == content

    def test_what_is_not_a_list_changes_nothing(self, now: datetime) -> None:
        actions.import_list(OFFICER, now, content=list_xml([NAMESAKE]))
        with pytest.raises(ListUnreadable):
            actions.import_list(OFFICER, now + timedelta(hours=1), content=b"<html>maintenance</html>")
        assert queries.freshness(now).received_at == now

    def test_only_the_compliance_officer_uploads(self, now: datetime) -> None:
        with pytest.raises(NotPermitted):
            actions.import_list(given.officer(), now, content=list_xml([]))

    def test_nothing_of_a_listed_person_lies_open_in_the_database(self, now: datetime) -> None:
        actions.import_list(OFFICER, now, content=list_xml([NAMESAKE]))
        with connection.cursor() as cursor:
            cursor.execute("SELECT content, name_key, fingerprint FROM aml_listentry")
            rows = [b"".join(bytes(cell) for cell in row) for row in cursor.fetchall()]
        assert len(rows) == 2
        assert all("САРСЕНОВА".encode() not in row and b"sarsenova" not in row for row in rows)
        assert {row.number for row in ListEntry.objects.all()} == {"1", "5"}


class TestFetching:
    def test_asked_for_when_old_and_not_twice_at_once(self, world: Outside, now: datetime) -> None:
        assert queries.list_is_due(now)
        actions.request_list(worker(), now)
        assert not queries.list_is_due(now)
        world.carry(now)
        assert queries.freshness(now).received_at == now
        assert not queries.list_is_due(now + timedelta(hours=5))
        assert queries.list_is_due(now + timedelta(hours=6))

    def test_a_silent_agency_leaves_the_old_list_to_grow_stale(self, world: Outside, now: datetime) -> None:
        world.fresh_list(now)
        world.lists.failure = NoAnswer("silent")
        world.fresh_list(now + timedelta(hours=7))
        assert queries.freshness(now).received_at == now

    @pytest.mark.parametrize(
        ("failure", "answer"), [(ListRefused("http_403"), ListAnswer.REFUSED), (None, ListAnswer.UNREADABLE)]
    )
    def test_no_list_is_recorded_as_such_and_asked_for_again(
        self, world: Outside, now: datetime, failure: Exception | None, answer: ListAnswer
    ) -> None:
        from nesie.entrypoints.jobs.exchange import deliver
        from nesie.foundation.exchange.adapters.fake import FakeCarrier
        from nesie.foundation.exchange.rules import Answer, AnswerStatus

        message_id = actions.request_list(worker(), now)
        if failure is None:
            body = {"original": base64.b64encode(b"<html/>").decode()}

            class Garbage(FakeCarrier):
                def carry(self, kind, key, sequence, payload, now):
                    return Answer(AnswerStatus.ANSWERED, body)

            deliver(message_id, Garbage(), lambda: now, lambda: now)
        else:
            world.lists.failure = failure
            deliver(message_id, world.switchboard(), lambda: now, lambda: now)
        assert actions.record_list(worker(), now, message_id=message_id).answer is answer
        assert actions.record_list(worker(), now, message_id=message_id).answer is ListAnswer.REPEATED
        assert queries.newest_receipt() is None
        assert queries.list_is_due(now + timedelta(minutes=15))


class TestScreening:
    def test_clean(self, world: Outside, now: datetime, aigerim: ClientId) -> None:
        world.fresh_list(now)
        declare(aigerim, now)
        assert screened(aigerim, now) == (Outcome.APPROVE, set())

    def test_without_any_list(self, now: datetime, aigerim: ClientId) -> None:
        declare(aigerim, now)
        assert screened(aigerim, now) == (Outcome.HOLD, {"no_sanctions_list"})

    @pytest.mark.clause("8.1")
    def test_without_a_due_diligence_record_nothing_is_granted(
        self, world: Outside, now: datetime, aigerim: ClientId
    ) -> None:
        world.fresh_list(now)
        assert screened(aigerim, now) == (Outcome.HOLD, {"due_diligence_missing"})

    @pytest.mark.clause("8.1")
    def test_the_record_holds_identification_owner_exposure_purpose_and_risk(
        self, now: datetime, aigerim: ClientId
    ) -> None:
        declare(aigerim, now, politically_exposed=True)
        record = queries.due_diligence(given.officer(), aigerim)
        assert record.identified
        assert record.beneficial_owner_self
        assert record.politically_exposed
        assert record.purpose is RelationPurpose.HOUSEHOLD
        assert record.risk.value == "high"
        assert {reason.code for reason in record.risk_reasons} == {"served_remotely", "politically_exposed"}

    def test_an_expired_document_is_no_identification(self, world: Outside, now: datetime) -> None:
        world.fresh_list(now)
        stale = given.registered_person(now, by_key("viktor"), valid_until=date(2026, 11, 22))
        declare(stale, now)
        assert screened(stale, now) == (Outcome.HOLD, {"identification_incomplete"})

    def test_nobody_declares_for_another(self, now: datetime, aigerim: ClientId) -> None:
        other = given.registered_person(now, by_key("daniyar"))
        with pytest.raises(NotFound):
            actions.record_due_diligence(
                client(other),
                now,
                client_id=aigerim,
                politically_exposed=False,
                beneficial_owner_self=True,
                purpose=RelationPurpose.HOUSEHOLD,
            )

    def test_by_iin_whatever_the_name(self, world: Outside, now: datetime, aigerim: ClientId) -> None:
        world.lists.persons = (ListedPerson("9", "ДРУГОЕ", "ИМЯ", "", None, AIGERIM.iin),)
        world.fresh_list(now)
        declare(aigerim, now)
        assert screened(aigerim, now) == (Outcome.DECLINE, {"listed_person"})
        assert queries.matches_to_judge(OFFICER) == []

    @pytest.mark.parametrize(
        ("same", "outcome", "codes"),
        [(False, Outcome.APPROVE, set()), (True, Outcome.DECLINE, {"listed_person"})],
    )
    def test_a_namesake_in_other_letters_waits_for_the_officer_whose_word_stays_over_versions(
        self, world: Outside, now: datetime, aigerim: ClientId, same: bool, outcome: Outcome, codes: set[str]
    ) -> None:
        world.lists.persons = (NAMESAKE,)
        world.fresh_list(now)
        declare(aigerim, now)
        assert screened(aigerim, now) == (Outcome.HOLD, {"list_match_not_judged"})
        (match,) = queries.matches_to_judge(OFFICER)
        assert (match.kind, match.listed) == (MatchKind.NAME_AND_BIRTH, NAMESAKE)
        actions.decide_match(OFFICER, now, match_id=match.id, same_person=same, explanation="compared the photos")
        assert screened(aigerim, now) == (outcome, codes)
        with pytest.raises(AlreadyDecided):
            actions.decide_match(OFFICER, now, match_id=match.id, same_person=not same, explanation="second thoughts")
        later = now + timedelta(hours=7)
        world.lists.persons = (NAMESAKE, ListedPerson("6", "НОВЫЙ", "ЧЕЛОВЕК"))
        world.fresh_list(later)
        assert screened(aigerim, later) == (outcome, codes)
        assert Match.objects.count() == 1

    def test_each_screening_is_kept_with_its_list_version(
        self, world: Outside, now: datetime, aigerim: ClientId
    ) -> None:
        world.fresh_list(now)
        declare(aigerim, now)
        screened(aigerim, now)
        screened(aigerim, now + timedelta(minutes=1))
        kept = queries.screenings(OFFICER, aigerim)
        assert len(kept) == 2
        assert {view.version_id for view in kept} == {queries.lists(OFFICER)[0].version_id}
        with pytest.raises(NotFound):
            queries.screenings(given.officer(Role.OPERATOR), aigerim)

    def test_a_refusal_needs_a_declined_screening(self, world: Outside, now: datetime, aigerim: ClientId) -> None:
        world.fresh_list(now)
        declare(aigerim, now)
        clean = actions.screen_client(worker(), now, client_id=aigerim)
        with pytest.raises(NotFound):
            actions.refuse_client(worker(), now, subject_id=aigerim, screening_id=clean.screening_id)
