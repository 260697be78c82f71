"""The client identifies again after a leak."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.identification.actions import consume_proof
from nesie.foundation.identification.rules import ProofKind
from nesie.journey.clients import queries
from nesie.journey.clients.actions._details import own
from nesie.journey.clients.actions._leaks import close_when_proven
from nesie.journey.clients.models import Leak
from nesie.journey.clients.rules import RENEWAL
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ProofId
from nesie.kernel.refused import NotFound


@use_case
def renew_identification(actor: Actor, now: datetime, *, leak_id: UUID, biometric_proof_id: ProofId) -> None:
    """The face, shown for this very case (clause 36.1). Raises `NotFound`, `ProofUnfit`, `ProofSpent`."""
    row = Leak.objects.select_for_update().filter(id=leak_id, client_id=own(actor), closed_at=None).first()
    if row is None or row.identified_at is not None:
        raise NotFound
    consume_proof(
        biometric_proof_id,
        subject_id=row.client_id,
        operation=RENEWAL,
        document_sha256=queries.leak_view(row).sha256,
        kind=ProofKind.BIOMETRIC,
        now=now,
    )
    row.biometric_proof_id, row.identified_at = biometric_proof_id, now
    close_when_proven(row, now)
