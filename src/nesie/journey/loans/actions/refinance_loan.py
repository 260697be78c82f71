"""A new loan of this lender pays an old one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.contracts import actions as contract_actions
from nesie.journey.contracts import queries as contracts
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.accrual import brought_to
from nesie.journey.loans.actions.opening import facts_of, open_under
from nesie.journey.loans.actions.serviced import serve
from nesie.journey.payments import actions as payments
from nesie.journey.payments.rules import RequestOutcome, TakesMoney
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ContractId, LoanId
from nesie.kernel.refused import NotFound


@dataclass(frozen=True, slots=True)
class LoanRefinanced:
    """What became of it; `loan_id`: the new loan, when the old one was paid."""

    outcome: RequestOutcome
    loan_id: LoanId | None = None


@use_case
def refinance_loan(actor: Actor, now: datetime, *, contract_id: ContractId) -> LoanRefinanced:
    """Pay the old loan by the contract that refinances it, and open the new loan, in one transaction.

    No money leaves the lender: the new loan's goes through the account of refinancing to the old loan's receivables.
    The gate of paragraph 9-1 and the checks before a payout hold as for any contract. Overdue interest and penalty
    are never paid by it (Law 56-V, art. 4 p. 7): while there are any the money waits; when the old loan has ended or
    owes less than the contract gives, the contract is given up. Both are outcomes.
    Raises CoolingOffNotOver, ConsentMissing, MoveRefused, NotFound.
    """
    contracts.lock(actor, contract_id)
    agreed = contracts.contract_terms(contract_id)
    old_id = queries.loan_of_contract(agreed.refinances) if agreed.refinances else None
    if old_id is None or agreed.refinances is None:
        raise NotFound
    today = business_day(now)
    takes = rules.takes_refinancing(brought_to(old_id, today, now), agreed.principal)
    if takes is TakesMoney.NEVER:
        contract_actions.cancel_contract(actor, now, contract_id=contract_id)
        return LoanRefinanced(RequestOutcome.GIVEN_UP)
    held = takes is not TakesMoney.YES
    outcome = payments.start_refinancing(actor, now, contract_id=contract_id, held=held)
    if outcome is not RequestOutcome.REQUESTED:
        return LoanRefinanced(outcome)
    facts = facts_of(agreed, agreed.principal, today)
    contract_actions.finish_disbursement(actor, now, contract_id=contract_id)
    open_under(actor, agreed, facts, now, pays_of=agreed.refinances)
    event = rules.Refinanced(ref=f"refinanced:{contract_id}", on=today, amount=agreed.principal, by=agreed.number)
    serve(actor, old_id, event, now)
    return LoanRefinanced(outcome, facts.loan_id)
