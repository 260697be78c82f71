"""A paid-out contract becomes a loan."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.ledger.actions import keep_accounts
from nesie.foundation.terms import queries as products
from nesie.foundation.terms import rules as terms
from nesie.journey.applications import queries as applications
from nesie.journey.contracts import queries as contracts
from nesie.journey.loans import rules
from nesie.journey.loans.actions.opening import delay_norms, write_loan
from nesie.journey.loans.actions.refining import give_refined_schedule
from nesie.journey.payments import actions as payments
from nesie.journey.payments import queries as paid
from nesie.kernel.actor import Actor, worker
from nesie.kernel.ids import ApplicationId, DisbursementId, LoanId, new_id
from nesie.kernel.refused import NotFound


@use_case
def open_loan(actor: Actor, now: datetime, *, disbursement_id: DisbursementId) -> LoanId:
    """Take over a disbursement that was paid and open its loan from the actual day of payment.

    The schedule is built from the contract's terms; when it is not the one the contract shows, it is given to the
    client at once. The norms of delay are those of the contract's date. NotFound when no such disbursement waits (or
    another worker took it first).
    """
    disbursed = paid.disbursed_one(disbursement_id)
    if disbursed is None or not payments.take_disbursement(disbursement_id, now):
        raise NotFound
    agreed = contracts.contract_terms(disbursed.contract_id)
    facts = rules.LoanFacts(
        loan_id=LoanId(new_id()),
        contract_id=disbursed.contract_id,
        client_id=disbursed.client_id,
        number=agreed.number,
        amount=disbursed.amount,
        annual_rate=agreed.terms.annual_rate,
        day_count=agreed.terms.day_count,
        opened_on=disbursed.paid_on,
        contract_on=agreed.dated_on,
        consumer=agreed.consumer,
        delay=delay_norms(consumer=agreed.consumer, secured=agreed.secured, contract_on=agreed.dated_on),
    )
    keep_accounts(facts.loan_id, _product_code(agreed.application_id), agreed.dated_on)
    plan = terms.schedule(agreed.terms, disbursed.paid_on)
    papers = give_refined_schedule(actor, disbursed.contract_id, plan, now)
    write_loan(facts, agreed.terms, now, papers=papers)
    return facts.loan_id


def _product_code(application_id: ApplicationId) -> str:
    """The product whose accounts the loan keeps; of no product when the application has no offer chosen."""
    chosen = applications.chosen_offer(worker(), application_id)
    return products.product_version(chosen.product_version_id).code if chosen else ""
