"""The money is at the client's."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.contracts import queries
from nesie.journey.contracts.actions._move import move
from nesie.journey.contracts.rules import ContractStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ContractId


@use_case
def finish_disbursement(actor: Actor, now: datetime, *, contract_id: ContractId) -> None:
    """Mark the contract as paid out by the payment stage, inside its own act. Raises MoveRefused, NotFound."""
    move(actor, queries.lock(actor, contract_id), ContractStatus.DISBURSED, now)
