"""Sign a phone off: stolen, lost, sold."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.access import queries
from nesie.foundation.access.actions._admission import tell
from nesie.foundation.access.models import Device, ServerSession
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor, Role
from nesie.kernel.refused import NotFound


@use_case
def revoke_device(actor: Actor, now: datetime, *, device_id: UUID) -> None:
    """Its key proves nothing from now on, and every session bound to it ends; the client is told (clause 26.2).

    A client signs off their own, staff who answer the telephone anybody's. Raises `NotFound`.
    """
    row = Device.objects.select_for_update().filter(id=device_id, revoked_at=None).first()
    if row is None or (actor.has(Role.CLIENT) and row.holder_id != actor.id):
        raise NotFound
    machine = queries.machine_time(now)
    row.revoked_at, row.revoked_by = machine, actor.id
    row.save(update_fields=["revoked_at", "revoked_by"])
    ServerSession.objects.filter(bound_key=row.thumbprint, ended_at=None).update(ended_at=machine)
    tell(row.holder_id, now, "device_revoked", at=now, program=row.program or "?")
