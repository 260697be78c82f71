"""Take a device off the list of the lender's own."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.identification.models import LenderDevice
from nesie.kernel.actor import Actor
from nesie.kernel.refused import NotFound


@use_case
def withdraw_lender_device(actor: Actor, now: datetime, *, device_id: UUID) -> None:
    """Lost, sold, broken: from now on it is nobody's. NotFound."""
    row = LenderDevice.objects.select_for_update().filter(pk=device_id, withdrawn_at__isnull=True).first()
    if row is None:
        raise NotFound
    row.withdrawn_at, row.withdrawn_by = now, actor.id
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])
