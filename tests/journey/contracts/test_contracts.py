"""A contract from the chosen offer to the last gate before the money, on the real database."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pypdf
import pytest

from nesie.entrypoints.jobs.journey import STEPS, move
from nesie.foundation.audit.rules import NotPermitted
from nesie.foundation.documents import queries as documents
from nesie.foundation.documents.rules import Event
from nesie.foundation.exchange import rules as rules_of_exchange
from nesie.foundation.identification.rules import ProofSpent, ProofUnfit
from nesie.foundation.notices import queries as notices
from nesie.journey.contracts import actions, queries
from nesie.journey.contracts.rules import (
    ConsentKind,
    ConsentMissing,
    ConsentNotGiven,
    ConsentTooEarly,
    ContractStatus,
    CoolingOffNotOver,
    DraftOutOfDate,
    ExemptionKind,
    ExemptionUnfit,
    Ground,
    MoveRefused,
    NothingChosen,
    NotTheDraftShown,
    NotYetConsentable,
    SignOutcome,
)
from nesie.journey.creditworthiness.actions import request_checks
from nesie.journey.creditworthiness.rules import Commitment, Creditor, Stage
from nesie.kernel.actor import Actor, Channel, Role, client, worker
from nesie.kernel.ids import new_id
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound
from tests import given_applications
from tests import given_contracts as given
from tests.given_access import code_sent_to
from tests.given_applications import Applicant
from tests.given_contracts import DAY, Stand

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
SMALL = Money.tenge(200_000)


@pytest.fixture(scope="module")
def here(module_db: None, now: datetime) -> Iterator[Stand]:
    with given.stand(now) as stand:
        yield stand


@pytest.fixture(scope="module")
def aigerim(here: Stand, now: datetime) -> Applicant:
    return given.applicant(now)


def text_of(document_id) -> list[str]:
    """The pages of a stored PDF, in one line each."""
    pages = pypdf.PdfReader(io.BytesIO(documents.content(document_id))).pages
    return [" ".join(page.extract_text().replace("\u00a0", " ").split()) for page in pages]


class TestDrawingUp:
    @pytest.mark.clause("8.1-1")
    @pytest.mark.parametrize(
        ("language", "words"),
        [
            (
                "ru",
                [
                    "Полная стоимость микрокредита", "400 000,00", "Сумма всех платежей", "Сумма переплаты", "ГЭСВ",
                    "Ставка вознаграждения", "Дата договора", "23.11.2026", "12 месяцев", "Способ погашения",
                    "Метод погашения", "аннуитетный", "Очерёдность погашения", "неустойки", "Обеспечение",
                    "Меры при неисполнении", "help@nesie.example", "https://nesie.example", "Абая",
                ],
            ),
            (
                "kk",
                [
                    "Микрокредиттің толық құны", "400 000,00", "Барлық төлемдердің сомасы", "Артық төлем сомасы",
                    "ЖТСМ",
                    "сыйақы мөлшерлемесі", "Шарттың күні", "23.11.2026", "12 ай", "Өтеу тәсілі", "Өтеу әдісі",
                    "аннуитеттік", "Берешекті өтеу кезектілігі", "Тұрақсыздық айыбын", "Қамтамасыз ету",
                    "орындалмаған кездегі шаралар", "help@nesie.example", "https://nesie.example", "Абай",
                ],
            ),
        ],
    )  # fmt: skip
    def test_the_first_page_shows_the_full_cost_in_both_languages(self, here, aigerim, now, language, words):
        made = given.drafted(now, here, aigerim)
        document_id = made.document_kk_id if language == "kk" else made.document_ru_id
        first = text_of(document_id)[0]
        assert [word for word in words if word not in first] == []

    @pytest.mark.clause("8.1-1")
    def test_the_schedule_is_in_the_official_columns_and_both_languages(self, here, aigerim, now):
        made = given.drafted(now, here, aigerim)
        view = given.view(made.contract_id, now)
        for document_id in (made.document_kk_id, made.document_ru_id):
            annex = " ".join(text_of(document_id)[-1:])
            for word in ("Төлем күні", "Дата платежа", "Төлем сомасы", "Сумма платежа", "Вознаграждение", "Сыйақы"):
                assert word.lower() in annex.lower()
            assert "Жиыны / Итого" in annex
            for row in view.plan.rows:
                assert f"{row.due_on:%d.%m.%Y}" in annex

    @pytest.mark.clause("8.1-1")
    def test_the_signed_text_names_the_hash_of_the_other_language(self, here, aigerim, now):
        made = given.drafted(now, here, aigerim)  # the application is in Russian
        other = documents.described(made.document_kk_id).sha256
        pages = "".join(text_of(made.document_ru_id)).replace(" ", "")
        assert made.sign_document_id == made.document_ru_id
        assert other in pages

    def test_numbers_follow_without_a_gap_and_a_refusal_takes_none(self, here, aigerim, now):
        daniyar = given.applicant(now, "daniyar")
        first = given.view(given.drafted(now, here, aigerim).contract_id, now)
        waiting = given_applications.offered(now, here.outside, daniyar)
        with pytest.raises(NothingChosen):
            actions.draft_contract(daniyar.actor, now, application_id=waiting)
        assert first.number.startswith("2026-000001-")
        assert queries.contract_of_application(daniyar.actor, waiting, now) is None

    def test_the_same_day_gives_the_same_text_and_a_later_day_a_new_one_under_the_same_number(self, here, aigerim, now):
        made = given.drafted(now, here, aigerim)
        application_id = given.view(made.contract_id, now).application_id
        again = actions.draft_contract(aigerim.actor, now + timedelta(hours=1), application_id=application_id)
        assert again == made
        tomorrow = actions.draft_contract(aigerim.actor, now + DAY, application_id=application_id)
        assert tomorrow.contract_id == made.contract_id
        assert tomorrow.sign_sha256 != made.sign_sha256
        assert given.view(made.contract_id, now + DAY).dated_on == (now + DAY).date()

    @pytest.mark.clause("7.3")
    def test_a_contract_is_its_clients_only(self, here, aigerim, now):
        made = given.drafted(now, here, aigerim)
        stranger = client(new_id())
        with pytest.raises(NotFound):
            queries.contract(stranger, made.contract_id, now)
        with pytest.raises(NotFound):
            queries.contracts_of(stranger, aigerim.client_id, now)
        with pytest.raises(NotFound):
            queries.document_of(stranger, made.contract_id, made.sign_document_id)
        assert queries.document_of(aigerim.actor, made.contract_id, made.sign_document_id) == made.sign_document_id
        with pytest.raises(NotFound):
            actions.cancel_contract(stranger, now, contract_id=made.contract_id)


class TestSigning:
    @pytest.mark.clause("9-conclude", "7.3")
    def test_both_proofs_over_this_text_conclude_the_contract(self, here, aigerim, now):
        made = given.drafted(now, here, aigerim)
        outcome = given.sign(now, here, aigerim, made)
        view = given.view(made.contract_id, now, aigerim.actor)
        assert (outcome.outcome, outcome.signed_at) == (SignOutcome.SIGNED, now)
        assert outcome.money_not_before == now + DAY
        assert view.status is ContractStatus.SIGNED
        assert view.signature.sha256 == made.sign_sha256
        known = [event.event for event in documents.events_of(made.sign_document_id)]
        assert known == [Event.SENT, Event.SIGNED]

    @pytest.mark.clause("9-conclude")
    def test_either_proof_alone_is_refused(self, here, aigerim, now):
        made = given.drafted(now, here, aigerim)
        given.consent(now, aigerim, made.contract_id, ConsentKind.CONCLUDE)
        eds, biometric = given.both_proofs(now, here, aigerim, made)
        for pair in ((eds, eds), (biometric, biometric), (biometric, eds), (eds, new_id()), (new_id(), biometric)):
            with pytest.raises((ProofUnfit, ProofSpent)):
                self._sign(aigerim, now, made, *pair)
        # Nothing was spent by the refusals.
        assert self._sign(aigerim, now, made, eds, biometric).outcome is SignOutcome.SIGNED

    @pytest.mark.clause("9-conclude", "11-replay")
    def test_proofs_over_another_text_or_used_before_are_refused(self, here, aigerim, now):
        made = given.drafted(now, here, aigerim)
        given.consent(now, aigerim, made.contract_id, ConsentKind.CONCLUDE)
        proofs = given.both_proofs(now, here, aigerim, made)
        with pytest.raises(NotTheDraftShown):
            self._sign(aigerim, now, made, *proofs, sha256="0" * 64)
        application_id = given.view(made.contract_id, now).application_id
        tomorrow = now + timedelta(hours=20)  # another day in Almaty, the proofs still fresh
        redrawn = actions.draft_contract(aigerim.actor, tomorrow, application_id=application_id)
        here.carry(tomorrow)
        here.outside.fresh_list(tomorrow)
        given.consent(tomorrow, aigerim, made.contract_id, ConsentKind.CONCLUDE)
        with pytest.raises(ProofUnfit):
            self._sign(aigerim, tomorrow, redrawn, *proofs)
        fresh = given.both_proofs(tomorrow, here, aigerim, redrawn)
        assert self._sign(aigerim, tomorrow, redrawn, *fresh).outcome is SignOutcome.SIGNED
        with pytest.raises((MoveRefused, ProofSpent)):
            self._sign(aigerim, tomorrow, redrawn, *fresh)

    def test_a_consent_to_yesterdays_text_is_none_to_todays(self, here, aigerim, now):
        made = given.drafted(now, here, aigerim)
        given.consent(now, aigerim, made.contract_id, ConsentKind.CONCLUDE)
        tomorrow = now + DAY
        here.identities.at(tomorrow)
        application_id = given.view(made.contract_id, now).application_id
        again = actions.draft_contract(aigerim.actor, tomorrow, application_id=application_id)
        eds, face = given.both_proofs(tomorrow, here, aigerim, again)
        with pytest.raises(ConsentNotGiven):
            actions.sign_contract(
                aigerim.actor, tomorrow, contract_id=made.contract_id, eds_proof_id=eds, biometric_proof_id=face,
                document_sha256=again.sign_sha256,
            )  # fmt: skip

    def test_the_consent_to_conclude_comes_before(self, here, aigerim, now):
        made = given.drafted(now, here, aigerim)
        proofs = given.both_proofs(now, here, aigerim, made)
        with pytest.raises(ConsentNotGiven):
            self._sign(aigerim, now, made, *proofs)
        actions.request_consent_code(aigerim.actor, now, contract_id=made.contract_id, kind=ConsentKind.CONCLUDE)
        wrong = actions.consent_to_conclude(aigerim.actor, now, contract_id=made.contract_id, code="x")
        assert (wrong.given, wrong.code_outcome) == (False, "wrong")

    def test_a_text_of_yesterday_is_not_signed_today(self, here, aigerim, now):
        made = given.drafted(now, here, aigerim)
        given.consent(now, aigerim, made.contract_id, ConsentKind.CONCLUDE)
        proofs = given.both_proofs(now, here, aigerim, made)
        with pytest.raises(DraftOutOfDate):
            self._sign(aigerim, now + timedelta(hours=20), made, *proofs)

    @pytest.mark.clause("10-law")
    def test_checks_made_again_hold_the_signing(self, here, aigerim, now):
        application_id = given_applications.chosen(now, here.outside, aigerim, amount=Money.tenge(400_000))
        made = actions.draft_contract(aigerim.actor, now, application_id=application_id)
        given.consent(now, aigerim, made.contract_id, ConsentKind.CONCLUDE)
        proofs = given.both_proofs(now, here, aigerim, made)
        assert self._sign(aigerim, now, made, *proofs).outcome is SignOutcome.CHECKS_UNDER_WAY
        here.outside.bureau.refused[aigerim.person.iin] = now.date()
        here.carry(now)
        assert self._sign(aigerim, now, made, *proofs).outcome is SignOutcome.NOT_ALLOWED_NOW
        assert given.view(made.contract_id, now).status is ContractStatus.DRAFTED

    @pytest.mark.clause("10-law")
    @pytest.mark.parametrize(
        "debt",
        [
            Commitment(Creditor.MICROFINANCE, Money.tenge(50_000), Money.tenge(5_000), 5, Money.tenge(5_000)),
            Commitment(Creditor.BANK, Money.tenge(2_000_000), Money.tenge(190_000)),
        ],
        ids=["overdue elsewhere", "debt burden"],
    )
    def test_a_debt_that_came_after_the_decision_stops_the_signing(self, here, aigerim, now, debt):
        application_id = given_applications.chosen(now, here.outside, aigerim, amount=Money.tenge(400_000))
        # Decided on a clean report; the bureau knows more when it is asked again for the contract.
        here.outside.bureau.reports[aigerim.person.iin] = lambda clean: replace(clean, commitments=(debt,))
        made = actions.draft_contract(aigerim.actor, now, application_id=application_id)
        here.carry(now)
        given.consent(now, aigerim, made.contract_id, ConsentKind.CONCLUDE)
        proofs = given.both_proofs(now, here, aigerim, made)
        assert self._sign(aigerim, now, made, *proofs).outcome is SignOutcome.NOT_ALLOWED_NOW
        assert given.view(made.contract_id, now).status is ContractStatus.DRAFTED
        # The debt is gone and the bureau is asked anew: the proofs were not spent for nothing.
        del here.outside.bureau.reports[aigerim.person.iin]
        request_checks(worker(), now, client_id=aigerim.client_id, case_id=made.contract_id, stage=Stage.SIGNING)
        here.carry(now)
        assert self._sign(aigerim, now, made, *proofs).outcome is SignOutcome.SIGNED

    @pytest.mark.clause("10-law")
    def test_a_silent_bureau_is_asked_again_and_never_passed_over(self, here, aigerim, now):
        application_id = given_applications.chosen(now, here.outside, aigerim, amount=Money.tenge(400_000))
        here.outside.bureau.failure = rules_of_exchange.NotCarried("no connection")
        made = actions.draft_contract(aigerim.actor, now, application_id=application_id)
        here.carry(now)
        given.consent(now, aigerim, made.contract_id, ConsentKind.CONCLUDE)
        proofs = given.both_proofs(now, here, aigerim, made)
        assert self._sign(aigerim, now, made, *proofs).outcome is SignOutcome.CHECKS_UNDER_WAY
        here.outside.bureau.failure = None
        later = now + timedelta(hours=2)
        here.carry(later)
        here.outside.fresh_list(later)
        assert self._sign(aigerim, later, made, *proofs).outcome is SignOutcome.SIGNED

    def _sign(self, who, now, made, eds, biometric, sha256=None):
        return actions.sign_contract(
            who.actor, now, contract_id=made.contract_id, eds_proof_id=eds, biometric_proof_id=biometric,
            document_sha256=sha256 or made.sign_sha256,
        )  # fmt: skip


class TestTheDayBetween:
    @pytest.mark.clause("9-1.1", "9-1.2")
    def test_consent_and_money_wait_for_the_last_second(self, here, aigerim, now):
        contract_id = given.signed(now, here, aigerim)
        early, full = now + DAY - SECOND, now + DAY
        with pytest.raises(ConsentTooEarly):
            actions.draft_consent_to_receive(aigerim.actor, early, contract_id=contract_id)
        with pytest.raises(NotYetConsentable):
            actions.consent_to_receive(aigerim.actor, full, contract_id=contract_id, code="1")
        drafted = actions.draft_consent_to_receive(aigerim.actor, full, contract_id=contract_id)
        assert actions.draft_consent_to_receive(aigerim.actor, full, contract_id=contract_id) == drafted
        with pytest.raises(ConsentTooEarly):
            actions.consent_to_receive(aigerim.actor, early, contract_id=contract_id, code="1")
        assert queries.ready_to_disburse(full) == ()
        given.consent(full, aigerim, contract_id, ConsentKind.RECEIVE)
        assert [one.contract_id for one in queries.ready_to_disburse(full)] == [contract_id]
        assert queries.ready_to_disburse(early) == ()
        for page in text_of(drafted.document_id):
            assert "Согласие на получение микрокредита" in page
            assert "400 000,00" in page

    @pytest.mark.clause("9-1.1", "9-1.2")
    def test_the_last_gate_refuses_by_itself(self, here, aigerim, now):
        contract_id = given.signed(now, here, aigerim)
        with pytest.raises(CoolingOffNotOver):
            actions.start_disbursement(worker(), now + DAY - SECOND, contract_id=contract_id)
        with pytest.raises(ConsentMissing):
            actions.start_disbursement(worker(), now + DAY, contract_id=contract_id)

    @pytest.mark.clause("9-1.2")
    def test_a_code_for_one_consent_does_not_serve_the_other(self, here, aigerim, now):
        contract_id = given.signed(now, here, aigerim)
        full = now + DAY
        actions.draft_consent_to_receive(aigerim.actor, full, contract_id=contract_id)
        outcome = actions.consent_to_receive(
            aigerim.actor, full, contract_id=contract_id, code=code_sent_to(aigerim.person.phone)
        )
        assert not outcome.given

    @pytest.mark.clause("9-1-sum")
    def test_the_second_loan_of_a_day_that_crosses_the_size_waits(self, here, aigerim, now):
        first = given.signed(now, here, aigerim, amount=SMALL)
        assert given.view(first, now).cooling.ground is Ground.NONE
        assert [one.contract_id for one in queries.ready_to_disburse(now)] == [first]
        later = now + timedelta(hours=2)
        second = given.signed(later, here, aigerim, amount=SMALL)
        assert given.view(second, later).cooling.ground is Ground.SAME_DAY_SUM
        assert given.view(second, later).cooling.over_at == later + DAY
        assert second not in [one.contract_id for one in queries.ready_to_disburse(later)]

    @pytest.mark.clause("9-1.2")
    def test_the_client_is_told_once_when_the_hours_are_over(self, here, aigerim, now):
        contract_id = given.signed(now, here, aigerim)
        early, full = now + DAY - SECOND, now + DAY
        row = (next(step for step in STEPS if "consent is awaited" in step.name),)
        assert queries.to_announce_cooling_off_over(early) == ()
        assert actions.announce_cooling_off_over(worker(), early, contract_id=contract_id) is False
        assert move(full, row) == 1
        (told,) = [notice for notice in notices.inbox(aigerim.client_id) if notice.template == "cooling_off_over"]
        assert told.made_at == full
        assert queries.to_announce_cooling_off_over(full) == ()
        assert actions.announce_cooling_off_over(worker(), full + SECOND, contract_id=contract_id) is False
        assert len([one for one in notices.inbox(aigerim.client_id) if one.template == "cooling_off_over"]) == 1

    def test_nobody_is_told_who_consented_gave_up_or_need_not_wait(self, here, aigerim, now):
        consented, later = given.ready(now, here, aigerim)
        assert queries.to_announce_cooling_off_over(later) == ()
        assert actions.announce_cooling_off_over(worker(), later, contract_id=consented) is False
        actions.cancel_contract(aigerim.actor, later, contract_id=consented)
        here.outside.fresh_list(later + DAY)
        small = given.signed(later + DAY, here, aigerim, amount=SMALL)
        assert queries.to_announce_cooling_off_over(later + 3 * DAY) == ()
        assert actions.announce_cooling_off_over(worker(), later + 3 * DAY, contract_id=small) is False
        with pytest.raises(NotPermitted):
            actions.announce_cooling_off_over(aigerim.actor, later, contract_id=consented)

    def test_the_client_may_give_it_up_before_the_money(self, here, aigerim, now):
        contract_id, later = given.ready(now, here, aigerim)
        actions.cancel_contract(aigerim.actor, later, contract_id=contract_id)
        assert given.view(contract_id, later).status is ContractStatus.CANCELLED
        assert queries.ready_to_disburse(later) == ()
        with pytest.raises(MoveRefused):
            actions.start_disbursement(worker(), later, contract_id=contract_id)

    def test_an_exemption_needs_the_money_to_go_elsewhere(self, here, aigerim, now):
        contract_id = given.signed(now, here, aigerim)
        officer = Actor(new_id(), frozenset({Role.CREDIT_OFFICER}), Channel.WEB)
        evidence = given.view(contract_id, now).document_ru_id
        act = actions.record_exemption.__wrapped__  # four eyes are the gate's business, proven there
        with pytest.raises(ExemptionUnfit):
            act(officer, now, contract_id=contract_id, kind=ExemptionKind.SELLER, evidence_document_id=evidence)
