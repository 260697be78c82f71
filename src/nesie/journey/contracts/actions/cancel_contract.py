"""The client gives a contract up before any money."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.notices import actions as notices
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import queries
from nesie.journey.contracts.actions._move import move
from nesie.journey.contracts.rules import ContractStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, ContractId


@use_case
def cancel_contract(actor: Actor, now: datetime, *, contract_id: ContractId) -> None:
    """Give the contract up, signed or not, while no payment order is on its way (the 24 hours are for this).

    Raises MoveRefused from the moment the payment order is given to the bank, NotFound.
    """
    row = queries.lock(actor, contract_id)
    move(actor, row, ContractStatus.CANCELLED, now)
    client = clients.client(actor, ClientId(row.client_id))
    notices.notify(
        client.id,
        template="contract_cancelled",
        params={"number": row.number},
        language=client.language,
        now=now,
        phone=client.phone,
        email=client.email,
    )
