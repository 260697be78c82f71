"""The one result of a biometric session, and the proof made of it: the same for the centre and for own devices."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from nesie.foundation.documents.actions import witness
from nesie.foundation.identification.models import BiometricResult, BiometricSession, Proof
from nesie.foundation.identification.rules import PROOF_LIFETIME, ProofKind
from nesie.kernel.ids import ProofId, new_id


def write_result(
    row: BiometricSession,
    now: datetime,
    *,
    failed_check: str,
    transaction_digest: bytes | None,
    liveness_ppm: int | None,
    similarity_ppm: int | None,
) -> BiometricResult | None:
    """The row that uses the session up; None when another result, or the same transaction, was quicker."""
    result = BiometricResult(
        id=new_id(),
        session=row,
        passed=not failed_check,
        failed_check=failed_check,
        transaction_digest=None if failed_check else transaction_digest,
        liveness_ppm=liveness_ppm,
        similarity_ppm=similarity_ppm,
        recorded_at=now,
    )
    try:
        with transaction.atomic():
            result.save(force_insert=True)
    except IntegrityError:
        return None
    witness(result)
    return result


def make_proof(row: BiometricSession, result: BiometricResult, now: datetime) -> ProofId:
    """Good for the session's operation and document, once."""
    proof = Proof.objects.create(
        id=new_id(),
        kind=ProofKind.BIOMETRIC,
        subject_id=row.subject_id,
        operation=row.operation,
        document_sha256=row.document_sha256,
        biometric=result,
        made_at=now,
        expires_at=now + PROOF_LIFETIME,
    )
    witness(proof)
    return ProofId(proof.pk)
