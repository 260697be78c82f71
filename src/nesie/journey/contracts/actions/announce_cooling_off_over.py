"""Tell the client that the 24 hours are over and the consent to receive the money can be given."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.notices import actions as notices
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.models import CoolingOffAnnounced
from nesie.journey.contracts.rules import ConsentKind, ContractStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, ContractId


@use_case
def announce_cooling_off_over(actor: Actor, now: datetime, *, contract_id: ContractId) -> bool:
    """Once for a contract (Rules, 9-1): without word from us the client would not know when to come back.

    False, and nothing is sent, when the client was told, has consented, or has given the contract up. Raises NotFound.
    """
    row = queries.lock(actor, contract_id)
    if CoolingOffAnnounced.objects.filter(contract=row).exists() or queries.status_of(row) is not ContractStatus.SIGNED:
        return False
    consent_at = queries.consent_given_at(row, ConsentKind.RECEIVE)
    if not rules.consent_is_awaited(queries.cooling_of(row, now), consent_at, now):
        return False
    CoolingOffAnnounced.objects.create(contract=row, announced_at=now)
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
