"""Take the result of a visit to the identification provider: one result, once."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.identification import queries
from nesie.foundation.identification.actions._ending import make_proof, write_result
from nesie.foundation.identification.actions.keep_evidence import Piece, keep_evidence
from nesie.foundation.identification.models import BiometricResult, BiometricSession
from nesie.foundation.identification.rules import (
    BiometricAnswer,
    BiometricFailure,
    BiometricOutcome,
    EvidencePart,
    judge_biometric,
)
from nesie.kernel.actor import Actor


@use_case
def record_biometric(
    actor: Actor, now: datetime, *, session_id: UUID, state: str, answer: BiometricAnswer | None
) -> BiometricOutcome:
    """Judge the provider's answer against its session and, when it recognised the person, make a proof.

    `state` is what the browser brought back; `answer` None: the person cancelled. Except for a wrong `state`, which
    touches nothing, the session is used up whatever the outcome, and a failure is a returned value, so that its trace
    stays. NotFound when the session is another's. Clauses 6 and 9 (biometrics), 11 (no re-use), 34.
    """
    view = queries.biometric_session(actor, session_id)
    row = BiometricSession.objects.get(pk=session_id)
    if not hmac.compare_digest(_digest(state), bytes(row.state_digest)):
        return BiometricOutcome(view.id, passed=False, failure=BiometricFailure.OTHER_SESSION)
    if view.answered:
        return BiometricOutcome(view.id, passed=False, failure=BiometricFailure.SPENT)
    if now >= view.expires_at:
        return BiometricOutcome(view.id, passed=False, failure=BiometricFailure.EXPIRED)
    failure = _judge(row, answer, now)
    result = _result(row, answer, failure, now)
    if result is None:
        return BiometricOutcome(view.id, passed=False, failure=BiometricFailure.SPENT)
    keep_evidence(row.subject_id, now, _pieces(answer), biometric=result)
    if failure is not None:
        return BiometricOutcome(view.id, passed=False, failure=failure)
    return BiometricOutcome(view.id, True, make_proof(row, result, now))


def _judge(row: BiometricSession, answer: BiometricAnswer | None, now: datetime) -> BiometricFailure | None:
    if answer is None:
        return BiometricFailure.CANCELLED
    same = hmac.compare_digest(_digest(answer.nonce), bytes(row.nonce_digest))
    failure = judge_biometric(answer, iin=row.iin, nonce_matches=same, opened_at=row.opened_at, now=now)
    if failure is None and BiometricResult.objects.filter(transaction_digest=_transaction(row, answer)).exists():
        return BiometricFailure.REPLAYED
    return failure


def _result(
    row: BiometricSession, answer: BiometricAnswer | None, failure: BiometricFailure | None, now: datetime
) -> BiometricResult | None:
    """The row that uses the session up; None when another result, or the same transaction, was quicker."""
    passed = failure is None and answer is not None
    return write_result(
        row,
        now,
        failed_check=str(failure or ""),
        transaction_digest=_transaction(row, answer) if passed and answer else None,
        liveness_ppm=answer.liveness_ppm if answer else None,
        similarity_ppm=answer.similarity_ppm if answer else None,
    )


def _pieces(answer: BiometricAnswer | None) -> list[Piece]:
    if answer is None:
        return []
    pieces = [Piece(EvidencePart.COID_RESULT, answer.original, answer.media_type, "result.json")]
    if answer.photo:
        pieces.append(Piece(EvidencePart.COID_PHOTO, answer.photo, "image/jpeg", "photo.jpg"))
    return pieces


def _transaction(row: BiometricSession, answer: BiometricAnswer) -> bytes:
    return _digest(f"{row.provider} {answer.transaction_id}")


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
