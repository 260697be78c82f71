"""Stop a change of details by the link that the old number got."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access.actions import end_sessions_of
from nesie.foundation.audit.use_case import use_case
from nesie.journey.clients import queries
from nesie.journey.clients.actions._details import move, tell
from nesie.journey.clients.models import Client, DetailsChange
from nesie.journey.clients.rules import DetailsStatus
from nesie.kernel.actor import Actor
from nesie.kernel.refused import NotFound


@use_case
def cancel_by_link(actor: Actor, now: datetime, *, secret: str) -> None:
    """Whoever has the link may only stop, never change anything; every session of the client ends (clause 6).

    Raises `NotFound` for a link that is unknown, used, or too late.
    """
    found = queries.stoppable(secret)
    if found is None:
        raise NotFound
    client = Client.objects.select_for_update().get(id=found.client_id)
    row = DetailsChange.objects.select_for_update().filter(id=found.id, status=DetailsStatus.AGREED).first()
    if row is None:
        raise NotFound
    row.client = client
    move(row, DetailsStatus.CANCELLED, actor, now)
    end_sessions_of(client.id, now)  # who asked for the change may sit in one of them
    tell(client, "details_change_stopped", now, at=now)
