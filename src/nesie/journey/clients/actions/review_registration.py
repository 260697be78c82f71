"""Decide about a registration that the state record does not bear out."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.clients.actions._moves import move_registration, void_what_follows
from nesie.journey.clients.models import Registration
from nesie.journey.clients.rules import (
    Capacity,
    NothingToReview,
    RegistrationStatus,
    ReviewDecision,
    ReviewGround,
)
from nesie.kernel.actor import Actor
from nesie.kernel.ids import RegistrationId
from nesie.kernel.refused import NotFound


@use_case
def review_registration(
    actor: Actor, now: datetime, *, registration_id: RegistrationId, decision: ReviewDecision, ground: ReviewGround
) -> None:
    """Let the applicant mend the data, or refuse; the staff cannot overrule the state record (clause 6).

    ACCEPT is for the paper of a legal entity's signatory, when the state bears everything else out. Raises
    `NotFound`, `NothingToReview`.
    """
    row = Registration.objects.select_for_update().filter(id=registration_id).first()
    if row is None:
        raise NotFound
    if row.status != RegistrationStatus.REVIEW:
        raise NothingToReview
    if decision is ReviewDecision.REFUSE:
        move_registration(row, RegistrationStatus.REFUSED, actor, now, reason=ground.value)
        return
    if decision is ReviewDecision.ACCEPT:
        if row.capacity != Capacity.LEGAL_ENTITY or row.state_checked_at is None:
            raise NothingToReview
        row.authority_reviewed_at = now
        row.save(update_fields=["authority_reviewed_at"])
        move_registration(row, RegistrationStatus.OPEN, actor, now, reason=ground.value)
        return
    void_what_follows(row)
    row.state_tries = 0
    row.save()
    move_registration(row, RegistrationStatus.OPEN, actor, now, reason=ground.value)
