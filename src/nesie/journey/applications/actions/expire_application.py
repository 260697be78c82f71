"""An application whose time is over."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.applications import queries
from nesie.journey.applications.actions._moving import move
from nesie.journey.applications.rules import MoveNotAllowed, Status
from nesie.kernel.actor import Actor
from nesie.kernel.decision import Reason
from nesie.kernel.ids import ApplicationId


@use_case
def expire_application(actor: Actor, now: datetime, *, application_id: ApplicationId) -> None:
    """Close an offer nobody chose from, or an application held or reviewed too long. NotFound, MoveNotAllowed."""
    row = queries.lock_application(actor, application_id)
    if application_id not in queries.to_expire(now, limit=10_000):
        raise MoveNotAllowed(before=row.status, after=Status.EXPIRED.value)
    reason = "offer_expired" if row.status == Status.OFFERED else "held_too_long"
    move(row, Status.EXPIRED, actor, now, [Reason(reason)])
