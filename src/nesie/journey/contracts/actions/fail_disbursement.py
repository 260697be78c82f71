"""The bank refused the payment order: the contract is signed and unpaid again."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.contracts import queries
from nesie.journey.contracts.actions._move import move
from nesie.journey.contracts.rules import ContractStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ContractId


@use_case
def fail_disbursement(actor: Actor, now: datetime, *, contract_id: ContractId) -> None:
    """Give the contract back by the payment stage, inside its own act. Raises MoveRefused, NotFound."""
    move(actor, queries.lock(actor, contract_id), ContractStatus.SIGNED, now)
