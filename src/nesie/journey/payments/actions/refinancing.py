"""Let go the money of a contract that repays another loan of the client here. A plain joined function."""

from __future__ import annotations

from datetime import datetime

from nesie.journey.contracts import actions as contract_actions
from nesie.journey.contracts import queries as contracts
from nesie.journey.payments import rules
from nesie.journey.payments.actions._screening import screen_payout
from nesie.journey.payments.rules import RequestOutcome
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ContractId


def start_refinancing(actor: Actor, now: datetime, *, contract_id: ContractId, held: bool) -> RequestOutcome:
    """The checks before a payout, then the gate of paragraph 9-1; no bank is asked, since no money leaves the lender.

    `held`: the loan to be repaid does not take the money now. Raises WayNotOpen, CoolingOffNotOver, ConsentMissing,
    MoveRefused, NotFound.
    """
    terms = contracts.contract_terms(contract_id)
    if terms.disbursement_method != rules.METHOD_REFINANCING:
        raise rules.WayNotOpen
    outcome = screen_payout(
        actor, now, terms=terms, case_id=contract_id, change_id=None, amount=terms.principal, held=held
    )
    if outcome is RequestOutcome.REQUESTED:
        contract_actions.start_disbursement(actor, now, contract_id=contract_id)
    return outcome
