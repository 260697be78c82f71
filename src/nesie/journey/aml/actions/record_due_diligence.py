"""The client declares what the AML Law asks before relations begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.aml import rules
from nesie.journey.aml.models import DueDiligence
from nesie.journey.aml.rules import RelationPurpose, RiskLevel
from nesie.journey.clients import queries as clients
from nesie.journey.clients.rules import ClientStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId
from nesie.kernel.refused import NotFound


@dataclass(frozen=True, slots=True)
class DiligenceRecorded:
    """The new record and the risk it was given."""

    id: UUID
    risk: RiskLevel


@use_case
def record_due_diligence(
    actor: Actor,
    now: datetime,
    *,
    client_id: ClientId,
    politically_exposed: bool,
    beneficial_owner_self: bool,
    purpose: RelationPurpose,
) -> DiligenceRecorded:
    """Record the client's declaration with the risk it gives (clause 8.1); the newest record holds.

    A client exists only after identification by documents, state source, biometrics and EDS; the record says whether
    that still stands: served, and the identity document in term. NotFound when it is not the actor.
    """
    if actor.id != client_id:
        raise NotFound
    client = clients.client(actor, client_id)
    identified = client.status is ClientStatus.ACTIVE and client.document_valid_until >= business_day(now)
    risk, reasons = rules.risk_of(politically_exposed=politically_exposed, purpose=purpose)
    row = DueDiligence.objects.create(
        client_id=client_id,
        recorded_at=now,
        identified=identified,
        politically_exposed=politically_exposed,
        beneficial_owner_self=beneficial_owner_self,
        purpose=purpose,
        risk=risk,
        risk_reasons=[reason.as_data() for reason in reasons],
    )
    return DiligenceRecorded(row.id, risk)
