"""The time to sign a change has run out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.journey.contracts import queries
from nesie.journey.contracts.actions._changing import move_change, tell
from nesie.journey.contracts.rules import ChangeStatus
from nesie.kernel.actor import Actor


@use_case
def expire_change(actor: Actor, now: datetime, *, change_id: UUID) -> bool:
    """Close a change that was not signed in time; False, and nothing is done, when it was answered or has time left.

    Raises NotFound.
    """
    row, change = queries.lock_change(actor, change_id)
    if queries.change_status(change) is not ChangeStatus.DRAFTED or now < change.answer_until:
        return False
    move_change(actor, change, ChangeStatus.EXPIRED, now)
    tell(actor, row, "change_expired", now)
    return True
