"""Hand a contract to the payment stage: from here on nobody may cancel it."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.actions._move import move
from nesie.journey.contracts.rules import ConsentKind, ContractStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ContractId


@use_case
def start_disbursement(actor: Actor, now: datetime, *, contract_id: ContractId) -> rules.ContractTerms:
    """The last gate of paragraph 9-1, under the contract's lock: the hours to the second, the consent after them.

    Called by the payment stage inside its own act. Raises CoolingOffNotOver, ConsentMissing, MoveRefused, NotFound.
    """
    row = queries.lock(actor, contract_id)
    move(actor, row, ContractStatus.PAYING, now)
    consent_at = queries.consent_given_at(row, ConsentKind.RECEIVE)
    rules.check_money_may_go(queries.cooling_of(row, now), consent_at, now)
    return queries.terms_of(row)
