"""Stop a recovery that waits."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access import queries
from nesie.foundation.access.actions._admission import tell
from nesie.foundation.access.models import Recovery
from nesie.foundation.access.rules import RecoveryStatus
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor, Role
from nesie.kernel.refused import NotFound


@use_case
def cancel_recovery(actor: Actor, now: datetime, *, secret: str = "") -> None:
    """By the link that the client got, or by the signed-in client. Whoever has the link may only stop. `NotFound`."""
    waiting = Recovery.objects.select_for_update().filter(status=RecoveryStatus.WAITING)
    if secret:
        row = waiting.filter(stop_hash=queries.key_hash(secret)).first()
    else:
        row = waiting.filter(client_id=queries.own_id(actor)).first() if actor.has(Role.CLIENT) else None
    if row is None:
        raise NotFound
    row.status, row.ended_at, row.stop_hash = RecoveryStatus.CANCELLED, queries.machine_time(now), None
    row.save()
    tell(row.client_id, now, "recovery_stopped", at=now)
