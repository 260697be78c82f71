"""Ask the outside about an application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.applications import queries
from nesie.journey.applications.actions._moving import move
from nesie.journey.applications.rules import Purpose, Status
from nesie.journey.creditworthiness.actions import request_checks
from nesie.journey.creditworthiness.rules import Stage
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ApplicationId, ClientId, MessageId


@dataclass(frozen=True, slots=True)
class ScreeningBegun:
    """The messages to deliver; a page that waits for the decision delivers them itself."""

    message_ids: tuple[MessageId, ...]


@use_case
def begin_screening(actor: Actor, now: datetime, *, application_id: ApplicationId) -> ScreeningBegun:
    """Intend every outside question of a new application, or anew of a held one. NotFound, MoveNotAllowed."""
    row = queries.lock_application(actor, application_id)
    move(row, Status.SCREENING, actor, now)
    asked = request_checks(
        actor,
        now,
        client_id=ClientId(row.client_id),
        case_id=row.id,
        stage=Stage.APPLICATION,
        consumer=not Purpose(row.purpose).business,
    )
    row.screening_round, row.asked_at = asked.round, now
    row.save()
    return ScreeningBegun(asked.message_ids)
