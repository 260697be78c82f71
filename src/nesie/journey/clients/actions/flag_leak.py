"""Flag that a client's data have leaked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from nesie.foundation.access.actions import end_sessions_of
from nesie.foundation.audit.use_case import use_case
from nesie.journey.clients import queries
from nesie.journey.clients.actions._details import own, tell
from nesie.journey.clients.actions._leaks import ask_whose_phone
from nesie.journey.clients.actions.block_client import lock_client
from nesie.journey.clients.models import Leak
from nesie.journey.clients.rules import LeakGround, LeakKnown
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId


@use_case
def flag_leak(actor: Actor, now: datetime, *, client_id: ClientId, ground: LeakGround) -> UUID:
    """No operation of the client goes on before they identify again and the phone is shown to be theirs (clause 36).

    Every session ends, the client is told, and the base of phones is asked. Raises `NotFound`, `LeakKnown`.
    """
    client = lock_client(client_id)
    if queries.open_leak(client_id) is not None:
        raise LeakKnown
    row = Leak(id=uuid4(), client=client, ground=ground, flagged_at=now, flagged_by_id=own(actor))
    row.phone_message_id = ask_whose_phone(client, now)
    row.save(force_insert=True)
    end_sessions_of(client.id, now)
    tell(client, "data_leaked", now, at=now)
    return row.id
