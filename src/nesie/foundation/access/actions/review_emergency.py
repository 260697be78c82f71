"""Say, as another person, whether the glass was rightly broken."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.access import queries, rules
from nesie.foundation.access.models import Emergency
from nesie.foundation.access.rules import PERMITTED, Finding, NotOver, OwnEmergency
from nesie.foundation.audit.rules import NotPermitted
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor
from nesie.kernel.refused import NotFound


@use_case
def review_emergency(actor: Actor, now: datetime, *, emergency_id: UUID, finding: Finding, words: str) -> None:
    """Once, after it is over, in words; until then its holder breaks no other glass (clause 27).

    Raises `NotFound`, `OwnEmergency`, `NotOver`, `WordsTooFew`, and `NotPermitted` for a role borne in an emergency.
    """
    row = Emergency.objects.select_for_update().filter(id=emergency_id, reviewed_at=None).first()
    if row is None:
        raise NotFound
    if row.holder_id == actor.id:
        raise OwnEmergency
    if not queries.bears_standing(actor, PERMITTED["review_emergency"]):
        raise NotPermitted
    machine = queries.machine_time(now)
    if rules.emergency_live(valid_until=row.valid_until, ended_at=row.ended_at, now=machine):
        raise NotOver
    row.review, row.finding = rules.check_words(words, "words"), finding
    row.reviewer_id, row.reviewed_at = queries.own_id(actor), machine
    row.save(update_fields=["review", "finding", "reviewer", "reviewed_at"])
