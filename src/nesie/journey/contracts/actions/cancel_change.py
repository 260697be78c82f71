"""The lender takes a proposal back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.journey.contracts import queries
from nesie.journey.contracts.actions._changing import move_change, tell
from nesie.journey.contracts.rules import ChangeStatus
from nesie.kernel.actor import Actor


@use_case
def cancel_change(actor: Actor, now: datetime, *, change_id: UUID) -> None:
    """Withdraw a change nobody has signed yet; what is signed binds both. Raises ChangeMoveRefused, NotFound."""
    row, change = queries.lock_change(actor, change_id)
    move_change(actor, change, ChangeStatus.CANCELLED, now)
    tell(actor, row, "change_withdrawn", now)
