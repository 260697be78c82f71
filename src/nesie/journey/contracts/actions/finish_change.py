"""A change is in force."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.actions._changing import move_change, require_change, tell
from nesie.journey.contracts.rules import ChangeStatus
from nesie.kernel.actor import Actor


@use_case
def finish_change(actor: Actor, now: datetime, *, change_id: UUID) -> None:
    """Mark the change as in force, by the stage that serves the loan, inside its own act.

    Raises AnswerRuns before its day or while the client may refuse it, ChangeMoveRefused unless it was agreed or
    announced, NotFound.
    """
    row, change = queries.lock_change(actor, change_id)
    require_change(change, ChangeStatus.APPLIED)
    status, today = queries.change_status(change), business_day(now)
    if change.payout_tiyn is None and not rules.in_force_from(
        status, change.effective_on, change.answer_until, today=today, now=now
    ):
        raise rules.AnswerRuns
    move_change(actor, change, ChangeStatus.APPLIED, now)
    tell(actor, row, "change_in_force", now, effective_on=change.effective_on)
