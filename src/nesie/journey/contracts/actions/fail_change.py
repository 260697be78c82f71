"""A change cannot take effect: the debt is no longer what its document says."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.journey.contracts import queries
from nesie.journey.contracts.actions._changing import move_change, tell
from nesie.journey.contracts.rules import ChangeStatus
from nesie.kernel.actor import Actor


@use_case
def fail_change(actor: Actor, now: datetime, *, change_id: UUID) -> None:
    """Let an agreed or announced change go, by the stage that serves the loan, inside its own act.

    Money that came meanwhile, or a day passed, makes the figures signed wrong: nothing is changed, the client is told
    and a new proposal follows. Raises ChangeMoveRefused, NotFound.
    """
    row, change = queries.lock_change(actor, change_id)
    move_change(actor, change, ChangeStatus.FAILED, now)
    tell(actor, row, "change_failed", now)
