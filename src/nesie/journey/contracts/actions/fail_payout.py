"""The bank refused the payment order: the change is signed and unpaid again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.journey.contracts import queries
from nesie.journey.contracts.actions._changing import move_change
from nesie.journey.contracts.rules import ChangeStatus
from nesie.kernel.actor import Actor


@use_case
def fail_payout(actor: Actor, now: datetime, *, change_id: UUID) -> None:
    """Give the change back by the payment stage, inside its own act. Raises ChangeMoveRefused, NotFound."""
    _, change = queries.lock_change(actor, change_id)
    move_change(actor, change, ChangeStatus.SIGNED, now)
