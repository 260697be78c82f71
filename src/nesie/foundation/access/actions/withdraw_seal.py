"""Take a seal back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.access import queries
from nesie.foundation.access.models import EmergencySeal
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor
from nesie.kernel.refused import NotFound


@use_case
def withdraw_seal(actor: Actor, now: datetime, *, seal_id: UUID) -> None:
    """It can no longer be broken. One person is enough: it takes access away. Raises `NotFound`."""
    rows = EmergencySeal.objects.filter(id=seal_id, withdrawn_at=None, emergency=None)
    if not rows.update(withdrawn_at=queries.machine_time(now)):
        raise NotFound
