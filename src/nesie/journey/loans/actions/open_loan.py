"""A paid-out contract becomes a loan."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.contracts import queries as contracts
from nesie.journey.loans.actions.opening import facts_of, open_under
from nesie.journey.payments import actions as payments
from nesie.journey.payments import queries as paid
from nesie.kernel.actor import Actor
from nesie.kernel.ids import DisbursementId, LoanId
from nesie.kernel.refused import NotFound


@use_case
def open_loan(actor: Actor, now: datetime, *, disbursement_id: DisbursementId) -> LoanId:
    """Take over a disbursement that was paid and open its loan from the actual day of payment.

    The schedule is built from the contract's terms; when it is not the one the contract shows, it is given to the
    client at once. The norms of delay are those of the contract's date. NotFound when no such disbursement waits (or
    another worker took it first).
    """
    disbursed = paid.disbursed_one(disbursement_id)
    if disbursed is None or disbursed.change_id is not None or not payments.take_disbursement(disbursement_id, now):
        raise NotFound
    agreed = contracts.contract_terms(disbursed.contract_id)
    facts = facts_of(agreed, disbursed.amount, disbursed.paid_on)
    open_under(actor, agreed, facts, now)
    return facts.loan_id
