"""Tell the client that the 24 hours are over and the consent to receive the money can be given."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.notices import actions as notices
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.models import ChangeCoolingOffAnnounced, Contract, CoolingOffAnnounced
from nesie.journey.contracts.rules import ChangeStatus, ConsentKind, ContractStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, ContractId


@use_case
def announce_cooling_off_over(
    actor: Actor, now: datetime, *, contract_id: ContractId, change_id: UUID | None = None
) -> bool:
    """Once for a contract, or a change that gives money (Rules, 9-1): without word the client would not come back.

    False, and nothing is sent, when the client was told, has consented, or has given the contract up. Raises NotFound.
    """
    row = queries.lock(actor, contract_id)
    if not (_tell_of_contract(row, now) if change_id is None else _tell_of_change(row, change_id, now)):
        return False
    client = clients.client(actor, ClientId(row.client_id))
    notices.notify(
        client.id,
        template="cooling_off_over",
        params={"number": row.number},
        language=client.language,
        now=now,
        phone=client.phone,
        email=client.email,
    )
    return True


def _tell_of_contract(row: Contract, now: datetime) -> bool:
    if CoolingOffAnnounced.objects.filter(contract=row).exists() or queries.status_of(row) is not ContractStatus.SIGNED:
        return False
    consent_at = queries.consent_given_at(row, ConsentKind.RECEIVE)
    if not rules.consent_is_awaited(queries.cooling_of(row, now), consent_at, now):
        return False
    CoolingOffAnnounced.objects.create(contract=row, announced_at=now)
    return True


def _tell_of_change(row: Contract, change_id: UUID, now: datetime) -> bool:
    change = queries.change_of(row, change_id)
    told = ChangeCoolingOffAnnounced.objects.filter(change=change).exists()
    if told or queries.change_status(change) is not ChangeStatus.SIGNED:
        return False
    if not rules.consent_is_awaited(queries.change_cooling(change, now), queries.change_consent_at(change), now):
        return False
    ChangeCoolingOffAnnounced.objects.create(change=change, announced_at=now)
    return True
