"""Serve a blocked client again."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access.actions import block_client_login
from nesie.foundation.audit.use_case import use_case
from nesie.journey.clients.actions._moves import move_client
from nesie.journey.clients.actions.block_client import lock_client
from nesie.journey.clients.rules import BlockGround, ClientStatus, SameStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId


@use_case
def unblock_client(actor: Actor, now: datetime, *, client_id: ClientId, ground: BlockGround) -> None:
    """The client may sign in again; four eyes. Raises `NotFound`, `SameStatus`."""
    row = lock_client(client_id)
    if row.status != ClientStatus.BLOCKED:
        raise SameStatus
    move_client(row, ClientStatus.ACTIVE, actor, now, reason=ground.value)
    block_client_login(row.id, now, blocked=False)
