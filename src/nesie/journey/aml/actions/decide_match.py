"""The compliance officer says whether the listed person is the client."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.journey.aml.actions._once import insert_once
from nesie.journey.aml.models import Match, MatchReview
from nesie.journey.aml.rules import MatchKind, person
from nesie.kernel.actor import Actor
from nesie.kernel.ids import new_id
from nesie.kernel.refused import NotFound


@use_case
def decide_match(actor: Actor, now: datetime, *, match_id: UUID, same_person: bool, explanation: str) -> UUID:
    """Judge a likeness by name; it stays judged over later versions of the list. NotFound, AlreadyDecided.

    A likeness by IIN is no matter of judgement: it is not found here.
    """
    match = Match.objects.filter(id=match_id).exclude(kind=MatchKind.IIN).first()
    if match is None:
        raise NotFound
    review = MatchReview(
        id=new_id(),
        match=match,
        client_id=match.client_id,
        same_person=same_person,
        explanation=explanation,
        decided_by=person(actor),
        decided_at=now,
    )
    insert_once(review)
    return review.id
