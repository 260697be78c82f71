"""Record that part one of paragraph 9-1 does not hold for a contract, with the document that shows it."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents import queries as documents
from nesie.foundation.documents.actions import witness
from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.models import CoolingOffExemption
from nesie.journey.contracts.rules import ContractStatus, ExemptionKind
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ContractId, DocumentId
from nesie.kernel.refused import NotFound


@use_case
def record_exemption(
    actor: Actor, now: datetime, *, contract_id: ContractId, kind: ExemptionKind, evidence_document_id: DocumentId
) -> None:
    """Exempt a contract from the 24 hours of part one (Rules, 9-1); a second officer approves it.

    The evidence is a document of the same client. Raises ExemptionUnfit when the money does not go that way,
    MoveRefused once it is on its way, NotFound.
    """
    row = queries.lock(actor, contract_id)
    status = queries.status_of(row)
    if status not in (ContractStatus.DRAFTED, ContractStatus.SIGNED):
        raise rules.MoveRefused(current=status.value, to="exempt")
    rules.check_exemption(kind, row.disbursement_method)
    if documents.described(evidence_document_id).owner_id != row.client_id or actor.id is None:
        raise NotFound
    exemption = CoolingOffExemption.objects.create(
        contract=row, kind=kind, evidence_id=evidence_document_id, recorded_by=actor.id, recorded_at=now
    )
    witness(exemption)
