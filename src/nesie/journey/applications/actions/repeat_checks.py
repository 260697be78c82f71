"""An officer has the outside asked anew."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.applications.actions.begin_screening import ScreeningBegun, begin_screening
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ApplicationId


@use_case
def repeat_checks(actor: Actor, now: datetime, *, application_id: ApplicationId) -> ScreeningBegun:
    """Put every question of a held or reviewed application again. NotFound, MoveNotAllowed."""
    return begin_screening(actor, now, application_id=application_id)
