"""Businesses borrow: a legal entity by its signatory, a sole proprietor without EDS (Rules, 9), on the real database.

The demo company registers by its head, applies for a business loan, is looked at by an officer, signs with the key
issued to its head for it and with the head's face, gets the money on its own account and repays it. The sole
proprietor goes the same way by his face alone, but only for his business.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pypdf
import pytest

from nesie.foundation.documents import queries as documents
from nesie.foundation.identification.rules import ProofUnfit, eds
from nesie.foundation.terms.rules import NotForThisBorrower
from nesie.journey.aml.rules import RelationPurpose as Purpose
from nesie.journey.applications import actions as application_actions
from nesie.journey.applications import queries as applications
from nesie.journey.applications.rules import OfficerReason, PurposeUnfit, Status, words_of
from nesie.journey.clients.rules import AuthorityEnded
from nesie.journey.contracts import actions, queries
from nesie.journey.contracts.rules import ConsentKind, ContractStatus, Drafted, SecondProofMissing, SignOutcome
from nesie.journey.creditworthiness.actions import request_checks
from nesie.journey.creditworthiness.gateways import Unanswerable
from nesie.journey.creditworthiness.rules import Stage
from nesie.journey.loans import queries as loans
from nesie.journey.payments import queries as payments
from nesie.journey.payments.actions import request_ownership_check
from nesie.journey.payments.rules import Ownership
from nesie.kernel.actor import Role, worker
from nesie.kernel.ids import ApplicationId, ContractId, ProofId
from nesie.kernel.money import Money
from tests import given_businesses, given_changes, given_loans
from tests import given_contracts as given
from tests.given_applications import Applicant, officer, on_sale, submitted
from tests.given_businesses import COMPANY, FIRM, IE
from tests.given_contracts import Stand
from tests.given_identification import Acting

pytestmark = pytest.mark.django_db
UNTIL = date(2026, 11, 24)  # the last day of the company's paper: the day after the story begins


@pytest.fixture(scope="module")
def here(module_db: None, now: datetime) -> Iterator[Stand]:
    with given.stand(now) as stand:
        yield stand


@pytest.fixture(scope="module")
def firm(here: Stand, now: datetime) -> Applicant:
    return given_businesses.company(now, here.identities, authority_valid_until=UNTIL)


@pytest.fixture(scope="module")
def proprietor(here: Stand, now: datetime) -> Applicant:
    return given_businesses.proprietor(now, here.identities)


def asked(now: datetime, who: Applicant, **changes: Any) -> ApplicationId:
    wish = {"product_version_id": product(now, "business"), "amount": Money.tenge(1_000_000)}
    return submitted(now, who, **(wish | {"purpose": Purpose.EQUIPMENT} | changes))


def product(now: datetime, code: str) -> UUID:
    return next(one.id for one in on_sale(now) if one.code == code)


def looked_at(now: datetime, here: Stand, who: Applicant, **changes: Any) -> ApplicationId:
    """An application that an officer has approved, with its schedules, one of them chosen."""
    application_id = asked(now, who, **changes)
    here.outside.work(now)
    assert status(application_id) is Status.REVIEW, applications.timeline(worker(), application_id)
    application_actions.decide_review(
        officer(), now, application_id=application_id, approve=True, reason=OfficerReason.RISK_ACCEPTABLE,
        explanation="turnover seen",
    )  # fmt: skip
    here.outside.work(now)
    offer = applications.offers(who.actor, application_id)[-1]
    application_actions.choose_offer(who.actor, now, application_id=application_id, offer_id=offer.id)
    return application_id


def status(application_id: ApplicationId) -> Status:
    return applications.application(worker(), application_id).status


def drafted(now: datetime, here: Stand, who: Applicant, application_id: ApplicationId) -> Drafted:
    """The contract with its consent given, ready to be signed."""
    made = actions.draft_contract(who.actor, now, application_id=application_id)
    here.carry(now)
    given.consent(now, who, made.contract_id, ConsentKind.CONCLUDE)
    return made


def text_of(document_id: UUID) -> str:
    pages = pypdf.PdfReader(io.BytesIO(documents.content(document_id))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u00a0", " ").split())


def face(now: datetime, here: Stand, who: Applicant, made: Drafted) -> ProofId:
    return here.identities.biometric_proof(
        who.actor, now, subject_id=who.client_id, operation="sign_contract", document_sha256=made.sign_sha256,
        person=who.person,
    )  # fmt: skip


def key(now: datetime, here: Stand, who: Applicant, made: Drafted, acting: Acting | None) -> ProofId:
    return here.identities.eds_proof(
        who.actor, now, subject_id=who.client_id, operation="sign_contract", document_id=made.sign_document_id,
        person=who.person, acting=acting,
    )  # fmt: skip


def sign(now: datetime, who: Applicant, made: Drafted, biometric: ProofId, eds_proof: ProofId | None) -> SignOutcome:
    return actions.sign_contract(
        who.actor, now, contract_id=made.contract_id, eds_proof_id=eds_proof, biometric_proof_id=biometric,
        document_sha256=made.sign_sha256,
    ).outcome  # fmt: skip


@pytest.mark.clause("9-conclude")
@pytest.mark.clause("9-ownership")
@pytest.mark.clause("6-l-authority")
def test_a_legal_entity_borrows_from_its_application_to_its_own_account(here, firm, now) -> None:
    with pytest.raises(NotForThisBorrower):
        asked(now, firm, product_version_id=product(now, "instalment"), purpose=Purpose.HOUSEHOLD)
    with pytest.raises(PurposeUnfit):
        asked(now, firm, purpose=Purpose.HOUSEHOLD)
    application_id = looked_at(now, here, firm)
    asked_about = {question for question, name in here.outside.bureau.asked if str(application_id) in name}
    assert asked_about == {"report", "standing"}, "the register of voluntary refusals knows persons only"
    made = drafted(now, here, firm, application_id)
    for document_id, words, absent in (
        (made.document_ru_id, ("БИН 230340999023", "в лице: Сәрсенова", "№ 1-к от 15.01.2026", "до 24.11.2026",
            "приобретение оборудования", "представителю юридического лица"), ("последовательных", "24 час")),
        (made.document_kk_id, ("БСН 230340999023", "атынан Сәрсенова", "№ 1-к, 15.01.2026", "24.11.2026 дейін",
            "жабдық пен", "өкілі ретінде"), ("Қатарынан", "24 сағат")),
    ):  # fmt: skip
        text = text_of(document_id)
        assert [word for word in (COMPANY.name, *words) if word not in text] == []
        assert [word for word in absent if word in text] == [], "what protects consumers is not for a business"
    biometric = face(now, here, firm, made)
    with pytest.raises(SecondProofMissing):
        sign(now, firm, made, biometric, None)
    with pytest.raises(ProofUnfit):
        sign(now, firm, made, biometric, key(now, here, firm, made, None))  # the head's own key, asked for as his own
    soon = now + timedelta(seconds=1)
    assert sign(soon, firm, made, biometric, key(soon, here, firm, made, FIRM)) is SignOutcome.SIGNED
    view = queries.contract(worker(), made.contract_id, now)
    assert view.cooling is not None
    assert not view.cooling.required, "the 24 hours are for consumers"
    _paid_out_and_repaid(here, firm, made.contract_id, view.number, soon)


def _paid_out_and_repaid(here: Stand, firm: Applicant, contract_id: ContractId, number: str, now: datetime) -> None:
    """To the account that the bank knows as this BIN's, and to no other; a receipt finds its loan by the BIN."""
    own = here.bank.accounts[COMPANY.iban]
    here.bank.accounts[COMPANY.iban] = replace(own, iin=firm.person.iin)
    here.pay_out(now)
    assert payments.ownership_of(worker(), contract_id) is Ownership.NOT_SHOWN
    here.bank.accounts[COMPANY.iban] = own
    later = now + timedelta(minutes=1)
    # The staff ask the bank again, now that the company has put its account in order.
    request_ownership_check(officer(Role.OPERATOR), later, contract_id=contract_id)
    here.carry(later)
    here.pay_out(later)
    assert queries.contract(worker(), contract_id, later).status is ContractStatus.DISBURSED
    loan_id = given_loans.opened(later, contract_id)
    found = loans.position(worker(), loan_id)
    assert (found.number, found.principal) == (number, Money.tenge(1_000_000))
    match = payments.find_match("", COMPANY.number)
    assert match is not None
    assert match.contract_id == contract_id


@pytest.mark.clause("9-conclude")
@pytest.mark.clause("6-l-authority")
def test_only_the_entitys_own_key_under_a_paper_in_force_signs(here, firm, now) -> None:
    made = drafted(now, here, firm, looked_at(now, here, firm))
    wanted: dict[str, Any] = {
        "subject_id": firm.client_id, "operation": "sign_contract", "document_id": made.sign_document_id,
        "person": firm.person, "acting": FIRM,
    }  # fmt: skip
    for with_key_of, failed in (
        (None, eds.Failure.HOLDER),  # the head's certificate as an individual
        (replace(FIRM, bin=IE.number), eds.Failure.BIN_DIFFERS),
        (replace(FIRM, holder=eds.Holder.SIGNATORY), eds.Failure.HOLDER),
    ):
        outcome = here.identities.signature(firm.actor, now, with_key_of=with_key_of, **wanted)
        assert (outcome.accepted, outcome.failed_check) == (False, failed)
    tomorrow = now + timedelta(days=2)
    with pytest.raises(AuthorityEnded):
        sign(tomorrow, firm, made, face(now, here, firm, made), key(now, here, firm, made, FIRM))
    with pytest.raises(AuthorityEnded):
        asked(tomorrow, firm)
    with pytest.raises(AuthorityEnded):
        actions.draft_contract(firm.actor, tomorrow, application_id=queries.contract(
            worker(), made.contract_id, now).application_id)  # fmt: skip


@pytest.mark.clause("10-law")
def test_what_no_source_tells_of_an_entity_holds_its_application(here, firm, now) -> None:
    here.outside.bureau.failure = Unanswerable("entities_not_asked")
    try:
        application_id = asked(now, firm)
        here.outside.work(now)
    finally:
        here.outside.bureau.failure = None
    assert status(application_id) is Status.HELD
    application_actions.cancel_application(firm.actor, now, application_id=application_id)
    here.outside.bureau.closed.add(COMPANY.number)
    application_id = asked(now, firm)
    here.outside.work(now)
    here.outside.bureau.closed.clear()
    assert status(application_id) is Status.DECLINED


@pytest.mark.clause("9-conclude")
@pytest.mark.clause("6-l-authority")
def test_who_is_dismissed_as_head_signs_no_more(here, firm, now) -> None:
    made = drafted(now, here, firm, looked_at(now, here, firm))
    here.outside.bureau.heads[COMPANY.number] = IE.number
    try:
        asked_again(now, here, firm, made)
        proofs = face(now, here, firm, made), key(now, here, firm, made, FIRM)
        assert sign(now, firm, made, *proofs) is SignOutcome.NOT_ALLOWED_NOW
        actions.cancel_contract(firm.actor, now, contract_id=made.contract_id)
        application_id = asked(now, firm)
        here.outside.work(now)
    finally:
        here.outside.bureau.heads.clear()
    assert status(application_id) is Status.DECLINED
    told = applications.timeline(firm.actor, application_id)[-1].reasons
    assert [words_of(one) for one in told] == [
        "The state registry no longer names the signatory as the head of the legal entity."
    ]


@pytest.mark.clause("10-aml")
def test_an_entity_named_like_a_listed_organisation_waits_for_the_compliance_officer(here, firm, now) -> None:
    here.outside.lists.organisations = ("«АЛАТАУ САУДА» ЖШС",)
    later = now + timedelta(minutes=1)
    here.outside.fresh_list(later)
    application_id = asked(later, firm)
    here.outside.work(later)
    held = status(application_id)
    here.outside.lists.organisations = ()
    here.outside.fresh_list(later + timedelta(minutes=1))
    application_actions.cancel_application(firm.actor, later, application_id=application_id)
    assert held is Status.HELD


@pytest.mark.clause("9-ie")
def test_a_sole_proprietor_signs_a_business_loan_by_the_face_alone(here, proprietor, now) -> None:
    made = drafted(now, here, proprietor, looked_at(now, here, proprietor))
    for document_id, words in (
        (made.document_ru_id, ("индивидуальный предприниматель", "цифровой подписи заёмщика не требует")),
        (made.document_kk_id, ("дара кәсіпкер", "цифрлық қолтаңбасы талап етілмейді")),
    ):
        text = text_of(document_id)
        assert [word for word in words if word not in text] == []
    biometric = face(now, here, proprietor, made)
    here.outside.bureau.closed.add(IE.number)
    asked_again(now, here, proprietor, made)
    assert sign(now, proprietor, made, biometric, None) is SignOutcome.NOT_ALLOWED_NOW, "he is no proprietor any more"
    here.outside.bureau.closed.clear()
    asked_again(now, here, proprietor, made)
    assert sign(now, proprietor, made, biometric, None) is SignOutcome.SIGNED
    signature = queries.contract(worker(), made.contract_id, now).signature
    assert signature is not None
    assert (signature.eds_proof_id, signature.biometric_proof_id) == (None, biometric)
    here.pay_out(now)
    assert queries.contract(worker(), made.contract_id, now).status is ContractStatus.DISBURSED
    _agrees_to_a_change(now, here, proprietor, made.contract_id)


def _agrees_to_a_change(now: datetime, here: Stand, who: Applicant, contract_id: ContractId) -> None:
    """By the face alone only as long as the state knows him as a sole proprietor; then as everybody."""
    change = given_changes.drafted(now, contract_id)
    eds_proof, biometric = given_changes.proofs(now, here, who, change)

    def agree(at: datetime, given_eds: ProofId | None) -> SignOutcome:
        return actions.sign_change(
            who.actor, at, change_id=change.change_id, biometric_proof_id=biometric, eds_proof_id=given_eds,
            document_sha256=change.sign_sha256,
        ).outcome  # fmt: skip

    assert agree(now, None) is SignOutcome.CHECKS_UNDER_WAY, "nobody has answered yet"
    here.carry(now)
    old = now + timedelta(hours=25)
    assert agree(old, None) is SignOutcome.CHECKS_UNDER_WAY, "an old answer is none: it is asked for anew"
    here.outside.bureau.closed.add(IE.number)
    here.carry(old)
    here.outside.bureau.closed.clear()
    assert queries.change(who.actor, change.change_id).eds_needed
    with pytest.raises(SecondProofMissing):
        agree(old, None)
    assert agree(now, eds_proof) is SignOutcome.SIGNED


def asked_again(now: datetime, here: Stand, who: Applicant, made: Drafted) -> None:
    """What is asked before signing, asked once more."""
    request_checks(
        worker(), now, client_id=who.client_id, case_id=made.contract_id, stage=Stage.SIGNING, consumer=False
    )
    here.carry(now)


@pytest.mark.clause("9-ie")
@pytest.mark.clause("9-conclude")
def test_a_sole_proprietor_who_borrows_for_himself_signs_as_everybody(here, proprietor, now) -> None:
    made = given.drafted(now, here, proprietor)
    assert "индивидуальный предприниматель" not in text_of(made.document_ru_id)
    given.consent(now, proprietor, made.contract_id, ConsentKind.CONCLUDE)
    biometric = face(now, here, proprietor, made)
    with pytest.raises(SecondProofMissing):
        sign(now, proprietor, made, biometric, None)
    assert sign(now, proprietor, made, biometric, key(now, here, proprietor, made, None)) is SignOutcome.SIGNED


@pytest.mark.clause("9-ie")
def test_who_is_no_business_gets_no_business_loan(here, now) -> None:
    with pytest.raises(NotForThisBorrower):
        asked(now, given.applicant(now, "olga"))
