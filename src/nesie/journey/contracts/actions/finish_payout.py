"""The money of a change is at the client's."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.journey.contracts import queries
from nesie.journey.contracts.actions._changing import move_change
from nesie.journey.contracts.rules import ChangeStatus
from nesie.kernel.actor import Actor


@use_case
def finish_payout(actor: Actor, now: datetime, *, change_id: UUID) -> None:
    """Mark the change as paid out by the payment stage, inside its own act; the loan takes it over then.

    Raises ChangeMoveRefused, NotFound.
    """
    _, change = queries.lock_change(actor, change_id)
    move_change(actor, change, ChangeStatus.PAID, now)
