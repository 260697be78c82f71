"""The compliance officer takes note of a refusal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.journey.aml.actions._once import insert_once
from nesie.journey.aml.models import Refusal, RefusalSeen
from nesie.journey.aml.rules import person
from nesie.kernel.actor import Actor
from nesie.kernel.ids import new_id
from nesie.kernel.refused import NotFound


@use_case
def acknowledge_refusal(actor: Actor, now: datetime, *, refusal_id: UUID) -> None:
    """Mark an AML refusal as seen by this officer. NotFound, AlreadyDecided."""
    refusal = Refusal.objects.filter(id=refusal_id).first()
    if refusal is None:
        raise NotFound
    insert_once(RefusalSeen(id=new_id(), refusal=refusal, seen_by=person(actor), seen_at=now))
