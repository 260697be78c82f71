"""Put a document before a person to sign."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents import queries as documents
from nesie.foundation.documents.actions import witness
from nesie.foundation.identification.models import SignatureChallenge
from nesie.foundation.identification.rules import CHALLENGE_LIFETIME, ChallengeId, check_subject
from nesie.foundation.identification.rules.eds import Holder
from nesie.kernel.actor import Actor
from nesie.kernel.ids import new_id
from nesie.kernel.refused import NotFound


@use_case
def request_signature(
    actor: Actor,
    now: datetime,
    *,
    subject_id: UUID,
    operation: str,
    document_id: UUID,
    iin: str,
    holder: Holder = Holder.INDIVIDUAL,
    bin: str = "",
) -> ChallengeId:
    """Open a challenge: this document, for this operation, to be signed by the holder of this IIN, answered once.

    `holder` and `bin`: in what capacity and for which organisation he signs, where he does not sign for himself.
    NotFound when the subject is not the actor or the document is not the subject's. Clauses 6, 9, 11.
    """
    check_subject(actor, subject_id)
    document = documents.described(document_id)
    if document.owner_id != subject_id:
        raise NotFound
    row = SignatureChallenge(
        id=new_id(),
        subject_id=subject_id,
        operation=operation,
        document_id=document_id,
        document_sha256=document.sha256,
        iin=iin,
        holder=holder,
        bin=bin,
        opened_at=now,
        expires_at=now + CHALLENGE_LIFETIME,
    )
    row.save(force_insert=True)
    witness(row)
    return ChallengeId(row.pk)
