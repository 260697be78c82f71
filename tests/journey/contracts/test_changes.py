"""A change of a contract, from the proposal to the day it is in force, on the real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from nesie.entrypoints.jobs.journey import STEPS, move
from nesie.foundation.audit.rules import NotPermitted
from nesie.foundation.documents import queries as documents
from nesie.foundation.identification.rules import ProofSpent, ProofUnfit
from nesie.foundation.norms.rules import business_day
from nesie.foundation.notices import queries as notices
from nesie.journey.contracts import actions, queries
from nesie.journey.contracts.models import Contract
from nesie.journey.contracts.rules import (
    AnswerRuns,
    AnswerTooLate,
    ChangeInThePast,
    ChangeKind,
    ChangeMoveRefused,
    ChangeStatus,
    ChangeUnfit,
    ContractNotRunning,
    NotTheChangeShown,
    OtherChangeOpen,
    SecondProofMissing,
)
from nesie.kernel.actor import client, worker
from nesie.kernel.ids import ContractId, new_id
from nesie.kernel.refused import NotFound
from tests import archival
from tests import given_changes as changes
from tests import given_contracts as given
from tests.given_applications import Applicant
from tests.given_changes import OFFICER
from tests.given_contracts import DAY, Stand

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def here(module_db: None, now: datetime) -> Iterator[Stand]:
    with given.stand(now) as stand:
        yield stand


@pytest.fixture(scope="module")
def aigerim(here: Stand, now: datetime) -> Applicant:
    return given.applicant(now)


@pytest.fixture(scope="module")
def running(here: Stand, aigerim: Applicant, now: datetime) -> tuple[ContractId, datetime]:
    return given.disbursed(now, here, aigerim)


def status(made, actor=None) -> ChangeStatus:
    return queries.change(actor or worker(), made.change_id).status


def pdf(document_id) -> str:
    pages = archival.opened(documents.content(document_id)).pages
    return " ".join("".join(page.extract_text() for page in pages).replace("\u00a0", " ").split())


def told(who: Applicant) -> list[str]:
    return [notice.template for notice in notices.inbox(who.client_id)]


class TestTheDocument:
    @pytest.mark.clause("8.1-1")
    def test_it_shows_before_and_after_the_new_schedule_and_its_cost_in_both_languages(self, running):
        contract_id, later = running
        made = changes.drafted(later, contract_id)
        view = queries.change(worker(), made.change_id)
        ru, kk = pdf(made.document_ru_id), pdf(made.document_kk_id)
        for word in ("Дополнительное соглашение", "продление срока", "Прежде", "Теперь", "Всего к оплате", "ГЭСВ"):
            assert word in ru
        for word in ("қосымша келісім", "мерзімді ұзарту", "Бұрын", "Енді", "Төленуі тиіс барлығы", "ЖТСМ"):
            assert word in kk
        for text in (ru, kk):
            assert str(view.gesv_after).replace(".", ",") in text
            assert f"{view.effective_on:%d.%m.%Y}" in text
            assert all(f"{row.due_on:%d.%m.%Y}" in text for row in view.proposal.after.plan.rows)

    def test_the_signed_text_names_the_hash_of_the_other_language(self, running):
        contract_id, later = running
        made = changes.drafted(later, contract_id)
        other = documents.described(made.document_kk_id).sha256
        assert made.sign_document_id == made.document_ru_id
        assert other in pdf(made.document_ru_id).replace(" ", "")

    def test_a_notice_tells_the_client_and_the_papers_are_the_contracts(self, running, aigerim):
        contract_id, later = running
        made = changes.drafted(later, contract_id)
        assert "change_proposed" in told(aigerim)
        assert queries.document_of(aigerim.actor, contract_id, made.document_kk_id) == made.document_kk_id


class TestSigning:
    @pytest.mark.clause("9-conclude")
    def test_signed_by_both_proofs_it_takes_effect_on_its_day_once(self, here, running, aigerim):
        contract_id, later = running
        made = changes.drafted(later, contract_id)
        changes.signed(later, here, aigerim, made)
        assert status(made) is ChangeStatus.SIGNED
        assert queries.changes_to_apply(later) == ()
        with pytest.raises(AnswerRuns):
            actions.finish_change(worker(), later, change_id=made.change_id)
        day = later + 10 * DAY
        (ready,) = queries.changes_to_apply(day)
        assert (ready.change_id, ready.proposal.event) == (made.change_id, changes.EVENT)
        actions.finish_change(worker(), day, change_id=made.change_id)
        assert status(made) is ChangeStatus.APPLIED
        assert queries.changes_to_apply(day) == ()
        assert {"change_signed", "change_in_force"} <= set(told(aigerim))
        with pytest.raises(ChangeMoveRefused):
            actions.finish_change(worker(), day, change_id=made.change_id)

    @pytest.mark.clause("9-conclude")
    def test_one_proof_alone_is_refused(self, here, running, aigerim):
        contract_id, later = running
        made = changes.drafted(later, contract_id)
        eds, biometric = changes.proofs(later, here, aigerim, made)
        for face, key in ((biometric, None), (eds, eds), (biometric, biometric)):
            with pytest.raises((SecondProofMissing, ProofUnfit, ProofSpent)):
                actions.sign_change(
                    aigerim.actor, later, change_id=made.change_id, biometric_proof_id=face, eds_proof_id=key,
                    document_sha256=made.sign_sha256,
                )  # fmt: skip
        assert status(made) is ChangeStatus.DRAFTED
        # A refusal spends nothing: together the two still serve.
        actions.sign_change(
            aigerim.actor, later, change_id=made.change_id, biometric_proof_id=biometric, eds_proof_id=eds,
            document_sha256=made.sign_sha256,
        )  # fmt: skip

    @pytest.mark.clause("9-conclude")
    @pytest.mark.parametrize("other", ["eds", "biometric", "shown"])
    def test_proofs_over_other_bytes_are_refused(self, here, running, aigerim, other):
        contract_id, later = running
        made = changes.drafted(later, contract_id)
        contract = given.view(contract_id, later)
        over = {
            "eds": {"document_id": contract.sign_document_id},
            "biometric": {"sha256": contract.sign_sha256},
            "shown": {},
        }[other]
        eds, biometric = changes.proofs(later, here, aigerim, made, **over)
        with pytest.raises((ProofUnfit, NotTheChangeShown)):
            actions.sign_change(
                aigerim.actor, later, change_id=made.change_id, biometric_proof_id=biometric, eds_proof_id=eds,
                document_sha256=contract.sign_sha256 if other == "shown" else made.sign_sha256,
            )  # fmt: skip
        assert status(made) is ChangeStatus.DRAFTED

    @pytest.mark.clause("9-conclude")
    def test_the_proofs_of_one_change_do_not_serve_another(self, here, running, aigerim):
        contract_id, later = running
        made = changes.drafted(later, contract_id)
        eds, biometric = changes.proofs(later, here, aigerim, made)
        actions.cancel_change(OFFICER, later, change_id=made.change_id)
        second = changes.drafted(later, contract_id, instalments=18)
        with pytest.raises(ProofUnfit):
            actions.sign_change(
                aigerim.actor, later, change_id=second.change_id, biometric_proof_id=biometric, eds_proof_id=eds,
                document_sha256=second.sign_sha256,
            )  # fmt: skip

    @pytest.mark.clause("9-ie")
    def test_an_entrepreneurs_business_loan_needs_no_eds_and_only_it(self, here, running, aigerim):
        contract_id, later = running
        for consumer, entrepreneur, signed in ((True, True, False), (False, False, False), (False, True, True)):
            Contract.objects.filter(pk=contract_id).update(consumer=consumer, entrepreneur=entrepreneur)
            made = changes.drafted(later, contract_id)
            _, biometric = changes.proofs(later, here, aigerim, made)
            arguments = {
                "change_id": made.change_id, "biometric_proof_id": biometric, "eds_proof_id": None,
                "document_sha256": made.sign_sha256,
            }  # fmt: skip
            if signed:
                here.carry(later)  # the state says that she is one
                actions.sign_change(aigerim.actor, later, **arguments)
                assert status(made) is ChangeStatus.SIGNED
            else:
                with pytest.raises(SecondProofMissing):
                    actions.sign_change(aigerim.actor, later, **arguments)
                actions.cancel_change(OFFICER, later, change_id=made.change_id)

    def test_a_signature_serves_once(self, here, running, aigerim):
        contract_id, later = running
        made = changes.drafted(later, contract_id)
        eds, biometric = changes.proofs(later, here, aigerim, made)
        arguments = {
            "change_id": made.change_id, "biometric_proof_id": biometric, "eds_proof_id": eds,
            "document_sha256": made.sign_sha256,
        }  # fmt: skip
        actions.sign_change(aigerim.actor, later, **arguments)
        with pytest.raises((ChangeMoveRefused, ProofSpent)):
            actions.sign_change(aigerim.actor, later, **arguments)


class TestOtherAnswers:
    def test_declined_nothing_changes_and_another_may_be_proposed(self, running, aigerim):
        contract_id, later = running
        made = changes.drafted(later, contract_id)
        actions.decline_change(aigerim.actor, later, change_id=made.change_id)
        assert status(made, aigerim.actor) is ChangeStatus.REFUSED
        assert queries.changes_to_apply(later + 30 * DAY) == ()
        assert "change_refused" in told(aigerim)
        changes.drafted(later, contract_id)

    def test_unsigned_it_expires_after_its_effective_day_by_the_worker(self, here, running, aigerim):
        contract_id, later = running
        made = changes.drafted(later, contract_id)
        eds, biometric = changes.proofs(made.answer_until - SECOND, here, aigerim, made)
        assert queries.changes_to_expire(made.answer_until - SECOND) == ()
        assert not actions.expire_change(worker(), made.answer_until - SECOND, change_id=made.change_id)
        steps = [step for step in STEPS if step.name == "a change was not signed in time"]
        assert move(made.answer_until, steps) == 1
        assert status(made) is ChangeStatus.EXPIRED
        with pytest.raises(ChangeMoveRefused):
            actions.sign_change(
                aigerim.actor, made.answer_until, change_id=made.change_id, biometric_proof_id=biometric,
                eds_proof_id=eds, document_sha256=made.sign_sha256,
            )  # fmt: skip

    def test_at_the_last_second_it_can_be_signed_and_at_midnight_no_more(self, here, running, aigerim):
        contract_id, later = running
        made = changes.drafted(later, contract_id)
        eds, biometric = changes.proofs(made.answer_until - SECOND, here, aigerim, made)
        arguments = {
            "change_id": made.change_id, "biometric_proof_id": biometric, "eds_proof_id": eds,
            "document_sha256": made.sign_sha256,
        }  # fmt: skip
        with pytest.raises(AnswerTooLate):
            actions.sign_change(aigerim.actor, made.answer_until, **arguments)
        actions.sign_change(aigerim.actor, made.answer_until - SECOND, **arguments)

    def test_the_lender_takes_back_what_nobody_signed_and_nothing_else(self, here, running, aigerim):
        contract_id, later = running
        made = changes.drafted(later, contract_id)
        actions.cancel_change(OFFICER, later, change_id=made.change_id)
        assert status(made) is ChangeStatus.CANCELLED
        second = changes.drafted(later, contract_id)
        changes.signed(later, here, aigerim, second)
        with pytest.raises(ChangeMoveRefused):
            actions.cancel_change(OFFICER, later, change_id=second.change_id)
        with pytest.raises(ChangeMoveRefused):
            actions.decline_change(aigerim.actor, later, change_id=second.change_id)

    def test_a_change_that_no_longer_fits_is_let_go(self, here, running, aigerim):
        contract_id, later = running
        made = changes.drafted(later, contract_id)
        changes.signed(later, here, aigerim, made)
        actions.fail_change(worker(), later + 10 * DAY, change_id=made.change_id)
        assert status(made) is ChangeStatus.FAILED
        assert "change_failed" in told(aigerim)


class TestAnImprovementByTheLender:
    def test_it_takes_effect_without_a_signature_after_fourteen_days(self, running, aigerim):
        contract_id, later = running
        made = changes.improvement(later, contract_id)
        assert status(made) is ChangeStatus.ANNOUNCED
        assert "improvement_announced" in told(aigerim)
        assert business_day(made.answer_until - SECOND) >= business_day(later) + timedelta(days=14)
        with pytest.raises(AnswerRuns):
            actions.finish_change(worker(), made.answer_until - SECOND, change_id=made.change_id)
        day = later + 20 * DAY
        assert [one.change_id for one in queries.changes_to_apply(day)] == [made.change_id]
        actions.finish_change(worker(), day, change_id=made.change_id)
        assert status(made) is ChangeStatus.APPLIED

    def test_the_client_refuses_it_within_the_fourteen_days(self, running, aigerim):
        contract_id, later = running
        made = changes.improvement(later, contract_id)
        actions.decline_change(aigerim.actor, made.answer_until - SECOND, change_id=made.change_id)
        assert status(made) is ChangeStatus.REFUSED
        assert queries.changes_to_apply(later + 60 * DAY) == ()

    def test_afterwards_it_cannot_be_refused(self, running, aigerim):
        contract_id, later = running
        made = changes.improvement(later, contract_id)
        with pytest.raises(AnswerTooLate):
            actions.decline_change(aigerim.actor, made.answer_until, change_id=made.change_id)

    def test_it_may_not_take_effect_within_them(self, running):
        contract_id, later = running
        with pytest.raises(ChangeInThePast):
            changes.improvement(later, contract_id, effective_on=business_day(later) + timedelta(days=14))


class TestWhoAndWhat:
    def test_strangers_find_nothing_and_a_client_proposes_nothing(self, running, aigerim):
        contract_id, later = running
        made = changes.drafted(later, contract_id)
        stranger = client(new_id())
        for act in (
            lambda: queries.change(stranger, made.change_id),
            lambda: queries.changes_of(stranger, contract_id),
            lambda: actions.decline_change(stranger, later, change_id=made.change_id),
            lambda: queries.change(aigerim.actor, new_id()),
        ):
            with pytest.raises(NotFound):
                act()
        with pytest.raises(NotPermitted):
            actions.cancel_change(aigerim.actor, later, change_id=made.change_id)
        with pytest.raises(NotPermitted):
            actions.decline_change(OFFICER, later, change_id=made.change_id)

    def test_one_change_at_a_time(self, running):
        contract_id, later = running
        changes.drafted(later, contract_id)
        with pytest.raises(OtherChangeOpen):
            changes.drafted(later, contract_id)

    def test_a_contract_without_money_is_not_changed(self, here, now):
        contract_id = given.signed(now, here, given.applicant(now, "daniyar"))
        with pytest.raises(ContractNotRunning):
            changes.drafted(now, contract_id)

    def test_nothing_is_changed_from_yesterday_on(self, running):
        contract_id, later = running
        with pytest.raises(ChangeInThePast):
            changes.drafted(later, contract_id, effective_on=business_day(later) - timedelta(days=1))

    @pytest.mark.parametrize("kind", [ChangeKind.INCREASE, ChangeKind.TRANCHE])
    def test_a_change_that_gives_money_out_says_how_much(self, running, kind):
        contract_id, later = running
        with pytest.raises(ChangeUnfit):
            changes.drafted(later, contract_id, kind=kind)

    def test_rows_changed_behind_our_back_are_found(self, running):
        contract_id, later = running
        changes.drafted(later, contract_id)
        assert queries.altered_rows() == []

    def test_staff_see_what_waits(self, running, aigerim):
        contract_id, later = running
        made = changes.drafted(later, contract_id)
        assert [one.change_id for one in queries.open_changes(OFFICER)] == [made.change_id]
        with pytest.raises(NotFound):
            queries.open_changes(aigerim.actor)
