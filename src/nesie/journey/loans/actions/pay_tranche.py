"""More money of a running contract reached the client."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms import queries as norms
from nesie.journey.contracts import actions as contracts_actions
from nesie.journey.contracts import queries as contracts
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.serviced import Serviced, serve
from nesie.journey.payments import actions as payments
from nesie.journey.payments import queries as paid
from nesie.kernel.actor import Actor
from nesie.kernel.ids import DisbursementId
from nesie.kernel.refused import NotFound


@use_case
def pay_tranche(actor: Actor, now: datetime, *, disbursement_id: DisbursementId) -> Serviced:
    """Take over the money of an increase or of a draw under a credit line that was paid, from the day of payment.

    The loan has a new schedule by the change that was signed, and the client a paper with it. NotFound when no such
    disbursement waits (or another worker took it first).
    """
    disbursed = paid.disbursed_one(disbursement_id)
    if disbursed is None or disbursed.change_id is None:
        raise NotFound
    loan_id = queries.loan_of_contract(disbursed.contract_id)
    if loan_id is None or not payments.take_disbursement(disbursement_id, now):
        raise NotFound
    change = contracts.change(actor, disbursed.change_id)
    event = rules.paid_out(
        change.proposal,
        contracts.contract_terms(disbursed.contract_id).terms,
        norms.calendar(),
        ref=f"tranche:{disbursement_id}",
        on=disbursed.paid_on,
        amount=disbursed.amount,
    )
    done = serve(actor, loan_id, event, now)
    contracts_actions.finish_change(actor, now, change_id=disbursed.change_id)
    return done
