"""Keep the pieces behind an answer in the format received (clause 34)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from nesie.foundation.documents import actions as documents
from nesie.foundation.identification.models import BiometricResult, ProofEvidence, Signature
from nesie.foundation.identification.rules import EvidencePart
from nesie.kernel.ids import DocumentId, new_id


@dataclass(frozen=True, slots=True)
class Piece:
    """One document to be kept."""

    part: EvidencePart
    content: bytes = field(repr=False)
    media_type: str
    file_name: str


def keep_evidence(
    subject_id: UUID,
    now: datetime,
    pieces: Iterable[Piece],
    *,
    signature: Signature | None = None,
    biometric: BiometricResult | None = None,
) -> list[DocumentId]:
    """Store the pieces and tie them to the answer they stand behind. Joins the caller's transaction."""
    kept = []
    for piece in pieces:
        document_id = documents.store(
            subject_id,
            kind=f"identification_{piece.part}",
            content=piece.content,
            media_type=piece.media_type,
            file_name=piece.file_name,
            now=now,
            retention="identity",
        )
        row = ProofEvidence.objects.create(
            id=new_id(), signature=signature, biometric=biometric, part=piece.part, document_id=document_id
        )
        documents.witness(row)
        kept.append(document_id)
    return kept
