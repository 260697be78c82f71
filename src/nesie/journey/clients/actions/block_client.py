"""Stop serving a client for now."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access.actions import block_client_login, end_sessions_of
from nesie.foundation.audit.use_case import use_case
from nesie.journey.clients.actions._moves import move_client
from nesie.journey.clients.models import Client
from nesie.journey.clients.rules import BlockGround, ClientStatus, SameStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId
from nesie.kernel.refused import NotFound


@use_case
def block_client(actor: Actor, now: datetime, *, client_id: ClientId, ground: BlockGround) -> None:
    """No sign-in and no new operation; every session ends at once. Raises `NotFound`, `SameStatus`."""
    row = lock_client(client_id)
    if row.status != ClientStatus.ACTIVE:
        raise SameStatus
    move_client(row, ClientStatus.BLOCKED, actor, now, reason=ground.value)
    block_client_login(row.id, now, blocked=True)
    end_sessions_of(row.id, now)


def lock_client(client_id: ClientId) -> Client:
    """The row, locked; raises `NotFound`."""
    row = Client.objects.select_for_update().filter(id=client_id).first()
    if row is None:
        raise NotFound
    return row
