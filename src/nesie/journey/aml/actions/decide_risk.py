"""The compliance officer accepts or refuses relations of high risk."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.journey.aml.actions._once import insert_once
from nesie.journey.aml.models import DueDiligence, RiskAcceptance
from nesie.journey.aml.rules import RiskLevel, person
from nesie.kernel.actor import Actor
from nesie.kernel.ids import new_id
from nesie.kernel.refused import NotFound


@use_case
def decide_risk(actor: Actor, now: datetime, *, due_diligence_id: UUID, accepted: bool, explanation: str) -> UUID:
    """Decide on one high-risk due diligence record; a later record is decided anew. NotFound, AlreadyDecided."""
    record = DueDiligence.objects.filter(id=due_diligence_id, risk=RiskLevel.HIGH).first()
    if record is None:
        raise NotFound
    acceptance = RiskAcceptance(
        id=new_id(),
        due_diligence=record,
        client_id=record.client_id,
        accepted=accepted,
        explanation=explanation,
        decided_by=person(actor),
        decided_at=now,
    )
    insert_once(acceptance)
    return acceptance.id
