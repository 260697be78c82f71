"""Spend a proof in the transaction of the operation it was made for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from nesie.foundation.documents.actions import witness
from nesie.foundation.identification import queries
from nesie.foundation.identification.models import ProofUse
from nesie.foundation.identification.rules import ProofKind, ProofSpent, ProofView, check_fit
from nesie.foundation.identification.rules.eds import Holder
from nesie.kernel.ids import new_id


def consume_proof(
    proof_id: UUID,
    *,
    subject_id: UUID,
    operation: str,
    document_sha256: str,
    now: datetime,
    kind: ProofKind | None = None,
    holder: Holder = Holder.INDIVIDUAL,
    bin: str = "",
) -> ProofView:
    """Use a proof up; joins the caller's transaction, so that it stays unspent when the operation fails.

    `holder` and `bin`: in what capacity and for which organisation a signature had to be made. ProofUnfit when it is
    not this subject's, operation's, document's, of this kind and capacity, or is too old; ProofSpent when it was used
    before, also at the same moment elsewhere. Clause 11.
    """
    found = queries.proof(proof_id)
    check_fit(
        found,
        subject_id=subject_id,
        operation=operation,
        document_sha256=document_sha256,
        kind=kind,
        now=now,
        holder=holder,
        bin=bin,
    )
    try:
        with transaction.atomic():
            use = ProofUse.objects.create(id=new_id(), proof_id=proof_id, used_at=now)
    except IntegrityError as error:
        raise ProofSpent from error
    witness(use)
    return replace(found, used_at=now)
