"""The client agrees to a change of the contract."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents import actions as documents
from nesie.foundation.documents.rules import Event
from nesie.foundation.identification import actions as identification
from nesie.foundation.identification.rules import ProofKind
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.actions._changing import move_change, require_change, tell
from nesie.journey.contracts.models import ChangeSignature
from nesie.journey.contracts.rules import ChangeStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, ProofId

OPERATION = "sign_change"


@use_case
def sign_change(
    actor: Actor,
    now: datetime,
    *,
    change_id: UUID,
    biometric_proof_id: ProofId,
    eds_proof_id: ProofId | None,
    document_sha256: str,
) -> datetime:
    """Agree by EDS AND biometrics, both over this very document (Rules, 9); returns the moment of the signature.

    An individual entrepreneur's business microcredit needs no EDS. Raises SecondProofMissing, NotTheChangeShown,
    AnswerTooLate, ProofUnfit, ProofSpent, ChangeMoveRefused, NotFound, DocumentAltered.
    """
    row, change = queries.lock_change(actor, change_id)
    clients.active_client(actor, ClientId(row.client_id))
    require_change(change, ChangeStatus.SIGNED)
    rules.check_answer_in_time(change.answer_until, now)
    rules.check_change_shown(document_sha256, change.sha256)
    document_id = queries.change_document_id(row, change)
    queries.verified(document_id, change.sha256)
    proofs = {ProofKind.BIOMETRIC: biometric_proof_id}
    if eds_proof_id is not None:
        proofs[ProofKind.EDS] = eds_proof_id
    needed = rules.needed_proofs(consumer=row.consumer, entrepreneur=row.entrepreneur)
    rules.check_proofs(needed, frozenset(proofs))
    for kind, proof_id in proofs.items():
        identification.consume_proof(
            proof_id,
            subject_id=row.client_id,
            operation=OPERATION,
            document_sha256=change.sha256,
            kind=kind,
            now=now,
        )
    signature = ChangeSignature.objects.create(
        change=change,
        signed_at=now,
        sha256=change.sha256,
        eds_proof_id=eds_proof_id,
        biometric_proof_id=biometric_proof_id,
        channel=actor.channel,
    )
    documents.witness(signature)
    documents.record_event(
        document_id, Event.SIGNED, now=now, channel=actor.channel, reference=str(eds_proof_id or biometric_proof_id)
    )
    move_change(actor, change, ChangeStatus.SIGNED, now)
    tell(actor, row, "change_signed", now, effective_on=change.effective_on)
    return now
