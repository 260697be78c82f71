"""A change of details that was not agreed to in time is over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.journey.clients.actions._details import lock_change, move
from nesie.journey.clients.rules import DetailsMoveRefused, DetailsStatus
from nesie.kernel.actor import Actor


@use_case
def expire_details_change(actor: Actor, now: datetime, *, change_id: UUID) -> None:
    """Raises `NotFound`, `DetailsMoveRefused` while there is time, or when it was agreed to."""
    row = lock_change(actor, change_id)
    if now < row.answer_until:
        raise DetailsMoveRefused
    move(row, DetailsStatus.EXPIRED, actor, now)
