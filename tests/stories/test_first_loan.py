"""The first loan.

Aigerim has never borrowed here. She proves that the phone is hers, tells who she is, shows her document and face; the
state's registry bears it out, the identification centre recognises her, and she signs with her own key. She reads the
lender's rules, names her bank account and asks for 400,000 tenge for a year. Nobody objects: three schedules lie before
her, she takes the annuity, reads the contract with its full cost on the first page, consents to conclude it and signs
it with her key and her face. Then she waits the 24 hours of the Law, consents once more, and the bank, having said that
the account is hers, carries the money there once. Interest grows by the day. She pays the first instalment in time, and
some weeks later everything that is left. The loan closes, and its closing statement lies in her documents.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from nesie.entrypoints.story.walk import Walk
from nesie.foundation.audit import queries as audit
from nesie.foundation.documents import queries as documents
from nesie.foundation.identification import queries as identities
from nesie.foundation.identification.rules import ProofKind
from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import AccountRef, Chart
from nesie.foundation.norms.rules import business_day
from nesie.foundation.terms.rules import Method
from nesie.journey.applications import queries as applied
from nesie.journey.applications.rules import RulesNotAcknowledged, Status
from nesie.journey.clients import queries as clients
from nesie.journey.clients.rules import Matter
from nesie.journey.contracts import queries as contracts
from nesie.journey.contracts.rules import ContractStatus, SignOutcome
from nesie.journey.loans import queries as loans
from nesie.journey.loans.rules import Status as LoanStatus
from nesie.journey.payments import queries as payments
from nesie.kernel.ids import ApplicationId, ContractId, LoanId
from nesie.kernel.money import ZERO, Money
from tests import archival
from tests.stories.world import AMOUNT, DAY, World


@pytest.mark.clause("6-verify-i")
@pytest.mark.clause("6-biometric")
@pytest.mark.clause("6-eds")
@pytest.mark.clause("8.2")
@pytest.mark.clause("8.5")
@pytest.mark.clause("7.3")
@pytest.mark.clause("7.4")
@pytest.mark.clause("7.5")
@pytest.mark.clause("8.4")
@pytest.mark.clause("9-conclude")
@pytest.mark.clause("9-pay-account")
def test_from_registration_to_the_closing_statement(world: World) -> None:
    aigerim = world.comes("aigerim")
    registers(world, aigerim)
    application_id = applies(world, aigerim)
    contract_id = signs(world, aigerim, application_id)
    loan_id = gets_the_money(world, aigerim, contract_id)
    pays_the_first_instalment(world, aigerim, loan_id)
    pays_everything_back(world, aigerim, loan_id)
    world.check_books()
    the_trail_tells_it_all(loan_id, contract_id, application_id)
    her_papers_can_be_archived(aigerim)


def registers(world: World, aigerim: Walk) -> None:
    """Both proofs are made for the very statement she saw, and each serves once."""
    client_id = aigerim.register()
    known = clients.client(aigerim.actor, client_id)
    assert (known.iin, known.phone) == (world.people["aigerim"]["iin"], world.people["aigerim"]["phone"])
    proofs = identities.proofs_of(client_id)
    statement = documents.described(known.statement_document_id)
    assert {proof.kind for proof in proofs} == {ProofKind.EDS, ProofKind.BIOMETRIC}
    assert all(proof.used_at == world.now for proof in proofs)
    assert {proof.document_sha256 for proof in proofs} == {statement.sha256}
    (eds,) = (proof for proof in proofs if proof.kind is ProofKind.EDS)
    assert identities.verify_again(eds.id).ok
    assert world.asked("pki", "/ocsp/") == 1, "the certificate's status was asked"


def applies(world: World, aigerim: Walk) -> ApplicationId:
    """Refused until the texts are read; then three schedules for her choice."""
    aigerim.name_account()
    with pytest.raises(RulesNotAcknowledged):
        aigerim.apply(AMOUNT, 12)
    aigerim.read_texts()
    read = clients.acknowledgements(aigerim.actor, aigerim.client_id)
    assert {one.matter for one in read} == set(Matter)
    assert all(one.acknowledged_at == world.now and len(one.sha256) == 64 for one in read)

    application_id = world.screened(aigerim)
    drafts = applied.offers(aigerim.actor, application_id)
    assert {one.method for one in drafts} == {Method.DIFFERENTIATED, Method.ANNUITY, Method.FIXED_PAYMENT}
    assert all(one.total == AMOUNT + one.overpayment and one.within_caps for one in drafts)
    taken = aigerim.choose(application_id)
    chosen = applied.chosen_offer(aigerim.actor, application_id)
    assert chosen is not None
    assert chosen.offer_id == taken.id
    states = [move.status for move in applied.timeline(aigerim.actor, application_id)]
    assert states == [Status.SUBMITTED, Status.SCREENING, Status.APPROVED, Status.OFFERED, Status.CHOSEN]
    return application_id


def signs(world: World, aigerim: Walk, application_id: ApplicationId) -> ContractId:
    """The text can be read before and after; what was signed is what was shown."""
    made = aigerim.draft(application_id)
    shown = documents.content(made.sign_document_id)
    assert shown.startswith(b"%PDF-")
    before = contracts.contract(aigerim.actor, made.contract_id, world.now)
    assert (before.status, before.signature) == (ContractStatus.DRAFTED, None)
    assert before.gesv_percent > 0

    signed = aigerim.sign(made)
    assert signed.outcome is SignOutcome.SIGNED
    assert signed.money_not_before == world.now + DAY
    after = contracts.contract(aigerim.actor, made.contract_id, world.now)
    assert after.signature is not None
    assert (after.signature.signed_at, after.signature.sha256) == (world.now, made.sign_sha256)
    assert documents.content(after.sign_document_id) == shown
    assert identities.verify_again(after.signature.eds_proof_id).ok
    kinds = {
        identities.proof(proof).kind for proof in (after.signature.eds_proof_id, after.signature.biometric_proof_id)
    }
    assert kinds == {ProofKind.EDS, ProofKind.BIOMETRIC}
    world.work()
    assert world.payments_made() == [], "the money waits"
    return made.contract_id


def gets_the_money(world: World, aigerim: Walk, contract_id: ContractId) -> LoanId:
    """After the 24 hours and her consent: one payment, to her account, and a loan of the same sum."""
    world.after(DAY)
    aigerim.sign_in()
    world.work()
    assert world.payments_made() == [], "24 hours alone are not enough"
    assert aigerim.consent_to_receive(contract_id).given
    world.work()
    (paid,) = world.payments_made()
    assert Money.tenge(paid["amount"]) == AMOUNT
    assert paid["counterparty"]["iban"] == world.people["aigerim"]["iban"]
    (order,) = payments.disbursements_of(aigerim.actor, contract_id)
    assert order.bank_reference == paid["bankReference"]
    loan_id = loans.loan_of_contract(contract_id)
    assert loan_id is not None
    assert loans.position(aigerim.actor, loan_id).principal == AMOUNT
    return loan_id


def pays_the_first_instalment(world: World, aigerim: Walk, loan_id: LoanId) -> None:
    """On the day it is due: interest first, then principal, as the schedule says; nothing is overdue."""
    due = loans.position(aigerim.actor, loan_id).next_payment
    assert due is not None
    world.after(timedelta(days=(due.due_on - business_day(world.now)).days))
    world.work()
    due = loans.position(aigerim.actor, loan_id).next_payment
    assert due is not None
    number = loans.position(aigerim.actor, loan_id).number
    aigerim.hands.repay(number, due.total)
    world.work()
    view = loans.position(aigerim.actor, loan_id)
    (payment,) = view.payments
    assert (payment.amount, payment.principal, payment.interest) == (due.total, due.principal, due.interest)
    assert (view.days_past_due, view.penalty, view.interest) == (0, ZERO, ZERO)
    assert view.principal == AMOUNT - due.principal
    equal_to_the_ledger(aigerim, loan_id)


def pays_everything_back(world: World, aigerim: Walk, loan_id: LoanId) -> None:
    """The payoff asked for today closes the loan to the tiyn."""
    world.after(timedelta(days=20))
    world.work()
    equal_to_the_ledger(aigerim, loan_id)
    quote = loans.quote_payoff(aigerim.actor, loan_id, business_day(world.now))
    assert quote.interest > ZERO
    aigerim.hands.repay(loans.position(aigerim.actor, loan_id).number, quote.total)
    world.work()
    closed = loans.position(aigerim.actor, loan_id)
    assert (closed.status, closed.debt, closed.credit) == (LoanStatus.CLOSED, ZERO, ZERO)
    assert closed.closed_on == business_day(world.now)
    equal_to_the_ledger(aigerim, loan_id)
    statements = documents.of_owner(aigerim.client_id, "closing_statement")
    assert {one.language for one in statements} == {"kk", "ru"}
    assert all(documents.content(one.id).startswith(b"%PDF-") for one in statements)
    texts = " ".join(aigerim.hands.texts())
    assert closed.number in texts


def equal_to_the_ledger(aigerim: Walk, loan_id: LoanId) -> None:
    """What the client sees is what the books say, to the tiyn (clause 7.5)."""
    view = loans.position(aigerim.actor, loan_id)
    seen = {
        Chart.PRINCIPAL_RECEIVABLE: view.principal,
        Chart.INTEREST_RECEIVABLE: view.interest,
        Chart.PENALTY_RECEIVABLE: view.penalty,
        Chart.CLIENT_CREDIT: view.credit,
    }
    assert {chart: ledger.balance(AccountRef(chart, loan_id)) for chart in seen} == seen


def the_trail_tells_it_all(loan_id: LoanId, contract_id: ContractId, application_id: ApplicationId) -> None:
    """Who did what is on the trail of each thing, and all of it is sealed."""
    told = {
        application_id: {"submit_application", "screen_application", "make_offers", "choose_offer", "draft_contract"},
        contract_id: {"sign_contract", "consent_to_conclude", "consent_to_receive", "request_disbursement"},
        loan_id: {"open_loan", "issue_statement"},
    }
    for thing, acts in told.items():
        records = audit.trail_of(thing)
        assert acts <= {record.act for record in records}
        assert all(record.sealed for record in records)


def her_papers_can_be_archived(aigerim: Walk) -> None:
    """Whatever was laid out for her on the way, in both languages, is PDF/A."""
    laid_out = [view for view in documents.of_owner(aigerim.client_id) if view.template]
    for view in laid_out:
        archival.opened(documents.content(view.id))
    assert {view.template for view in laid_out} >= {
        "clients/registration",
        "contracts/contract",
        "contracts/consent_to_conclude",
        "contracts/consent_to_receive",
        "loans/statement",
    }
