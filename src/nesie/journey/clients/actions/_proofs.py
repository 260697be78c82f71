"""The two proofs a registration needs, both bound to its statement."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.documents import queries as documents
from nesie.foundation.identification import queries as identification
from nesie.foundation.identification.actions import consume_proof
from nesie.foundation.identification.rules import ProofKind, check_fit
from nesie.journey.clients.models import Registration
from nesie.journey.clients.rules import OPERATION, Step, saved
from nesie.kernel.ids import ProofId


def check_proof(row: Registration, proof_id: ProofId, kind: ProofKind, now: datetime) -> None:
    """The proof is of this kind and made for this registration's statement; it is not spent by looking."""
    check_fit(
        identification.proof(proof_id),
        subject_id=row.id,
        operation=OPERATION,
        document_sha256=statement_sha256(row),
        kind=kind,
        now=now,
    )


def spend_proof(row: Registration, proof_id: UUID | None, kind: ProofKind, now: datetime) -> None:
    """Consume the proof, in the caller's transaction."""
    consume_proof(
        saved(proof_id, Step(kind.value)),
        subject_id=row.id,
        operation=OPERATION,
        document_sha256=statement_sha256(row),
        kind=kind,
        now=now,
    )


def statement_sha256(row: Registration) -> str:
    """Of the document that is signed, its content verified."""
    return documents.described(saved(row.statement_document_id, Step.STATEMENT)).sha256
