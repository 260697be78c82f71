"""The face was recognised: the recovery waits for its delay."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access.actions._recovering import let_wait
from nesie.foundation.access.actions.open_session import end_session
from nesie.foundation.access.queries import recovering
from nesie.foundation.access.rules import OPERATION, RecoveryOutcome, RecoveryStep
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.identification.actions import consume_proof
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ProofId


@use_case
def recover_with_coid(actor: Actor, now: datetime, *, proof_id: ProofId) -> RecoveryStep:
    """Proven by code and face; it takes effect after the delay, and the client is told with a link to stop it.

    The proof serves once. Raises `NotFound`, and identification's `ProofUnfit`, `ProofSpent`.
    """
    row = recovering(actor)
    consume_proof(proof_id, subject_id=row.id, operation=OPERATION, document_sha256="", now=now)
    effective_at = let_wait(row, now)
    end_session(actor.session, now)
    return RecoveryStep(RecoveryOutcome.BEGUN, effective_at)
