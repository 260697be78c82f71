"""Stop a change of details before it takes effect."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.journey.clients.actions._details import lock_change, move, tell
from nesie.journey.clients.rules import DetailsStatus
from nesie.kernel.actor import Actor


@use_case
def cancel_details_change(actor: Actor, now: datetime, *, change_id: UUID) -> None:
    """By the client or by staff; everything stays as it was. Raises `NotFound`, `DetailsMoveRefused`."""
    row = lock_change(actor, change_id)
    was = DetailsStatus(row.status)
    move(row, DetailsStatus.CANCELLED, actor, now)
    if was is DetailsStatus.AGREED:
        tell(row.client, "details_change_stopped", now, at=now)
