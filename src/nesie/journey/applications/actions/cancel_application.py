"""The client takes an application back."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.applications import queries
from nesie.journey.applications.actions._moving import move
from nesie.journey.applications.rules import Status
from nesie.kernel.actor import Actor
from nesie.kernel.decision import Reason
from nesie.kernel.ids import ApplicationId


@use_case
def cancel_application(actor: Actor, now: datetime, *, application_id: ApplicationId) -> None:
    """Withdraw an application that is not yet decided against or chosen. NotFound, MoveNotAllowed."""
    row = queries.lock_application(actor, application_id)
    move(row, Status.CANCELLED, actor, now, [Reason("withdrawn")])
