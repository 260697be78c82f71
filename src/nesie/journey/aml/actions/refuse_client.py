"""Refuse on AML grounds, and keep the ground for the compliance officer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.journey.aml import rules
from nesie.journey.aml.models import Refusal, Screening
from nesie.journey.aml.rules import Ground
from nesie.kernel.actor import Actor
from nesie.kernel.decision import Decision
from nesie.kernel.refused import NotFound


@dataclass(frozen=True, slots=True)
class ClientRefused:
    """A refusal kept with its ground."""

    refusal_id: UUID
    ground: Ground


@use_case
def refuse_client(actor: Actor, now: datetime, *, subject_id: UUID, screening_id: UUID) -> ClientRefused:
    """Record the refusal of `subject_id` (an application, a payout) that a declined screening means (clause 10).

    NotFound when there is no such screening, or it does not decline.
    """
    screening = Screening.objects.filter(id=screening_id).first()
    decision = Decision.from_data(screening.results) if screening else Decision(())
    ground = rules.ground_of(decision)
    if screening is None or ground is None:
        raise NotFound
    refusal, _ = Refusal.objects.get_or_create(
        subject_id=subject_id,
        defaults={
            "client_id": screening.client_id,
            "ground": ground,
            "screening": screening,
            "reasons": [reason.as_data() for reason in decision.reasons],
            "refused_at": now,
        },
    )
    return ClientRefused(refusal.id, Ground(refusal.ground))
