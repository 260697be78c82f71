"""The client does not want a change of the contract."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.actions._changing import move_change, require_change, tell
from nesie.journey.contracts.rules import ChangeStatus
from nesie.kernel.actor import Actor


@use_case
def decline_change(actor: Actor, now: datetime, *, change_id: UUID) -> None:
    """Refuse a change proposed, or an improvement by the lender within its days (Law, art. 3 p. 6).

    One that gives money out may be given up after it was signed too, while no payment order is on its way: the 24
    hours are for this (Rules, 9-1). The contract stays as it was. Raises AnswerTooLate, ChangeMoveRefused (signed,
    withdrawn, in force), NotFound.
    """
    row, change = queries.lock_change(actor, change_id)
    require_change(change, ChangeStatus.REFUSED)
    if queries.change_status(change) is not ChangeStatus.SIGNED:
        rules.check_answer_in_time(change.answer_until, now)
    move_change(actor, change, ChangeStatus.REFUSED, now)
    tell(actor, row, "change_refused", now)
