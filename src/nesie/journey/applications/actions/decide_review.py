"""A credit officer decides what the rules have left to a person."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.applications import queries
from nesie.journey.applications.actions._moving import move
from nesie.journey.applications.models import OfficerDecision
from nesie.journey.applications.rules import OfficerReason, Status, check_officer_may, person
from nesie.kernel.actor import Actor
from nesie.kernel.decision import Reason
from nesie.kernel.ids import ApplicationId


@use_case
def decide_review(
    actor: Actor,
    now: datetime,
    *,
    application_id: ApplicationId,
    approve: bool,
    reason: OfficerReason,
    explanation: str,
) -> Status:
    """Approve or decline an application in review; a held one may be declined, never approved.

    The explanation is sealed; the client reads only the reason's plain words. NotFound, MoveNotAllowed.
    """
    row = queries.lock_application(actor, application_id)
    check_officer_may(Status(row.status), approve=approve)
    OfficerDecision.objects.create(
        application=row,
        client_id=row.client_id,
        approved=approve,
        reason_code=reason,
        explanation=explanation,
        decided_by=person(actor),
        decided_at=now,
    )
    after = Status.APPROVED if approve else Status.DECLINED
    move(row, after, actor, now, [Reason(reason.value)])
    return after
