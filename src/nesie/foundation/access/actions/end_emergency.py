"""Give the emergency role back before its time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.access import queries
from nesie.foundation.access.models import Emergency
from nesie.foundation.access.rules import WATCHERS
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor
from nesie.kernel.refused import NotFound


@use_case
def end_emergency(actor: Actor, now: datetime, *, emergency_id: UUID) -> None:
    """By its holder, or by whoever watches over it: the role is gone with the next request. Raises `NotFound`."""
    machine = queries.machine_time(now)
    rows = Emergency.objects.select_for_update().filter(id=emergency_id, ended_at=None, valid_until__gt=machine)
    row = rows.first()
    if row is None or (row.holder_id != actor.id and not queries.bears_standing(actor, WATCHERS)):
        raise NotFound
    row.ended_at, row.ended_by_id = machine, queries.own_id(actor)
    row.save(update_fields=["ended_at", "ended_by"])
