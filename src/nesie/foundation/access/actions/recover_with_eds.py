"""Begin the way back in by electronic signature."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.access import queries
from nesie.foundation.access.actions._lock_out import count_source_failure, source_is_locked
from nesie.foundation.access.actions._recovering import begun, let_wait
from nesie.foundation.access.actions._signer import signer
from nesie.foundation.access.rules import ChallengePurpose, RecoveryOutcome, RecoveryStep, RecoveryWay
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.identification.rules import eds
from nesie.kernel.actor import Actor


@use_case
def recover_with_eds(
    actor: Actor, now: datetime, *, challenge_id: UUID, cms: bytes, evidence: eds.Evidence
) -> RecoveryStep:
    """Proven by the key for sign-in; it takes effect after the delay, and the client is told with a link to stop it."""
    machine = queries.machine_time(now)
    if source_is_locked(actor.origin, machine):
        return RecoveryStep(RecoveryOutcome.WRONG)
    found = signer(actor, now, ChallengePurpose.EDS_RECOVERY, challenge_id, cms, evidence)
    if found.client_id is None:
        count_source_failure(actor.origin, machine)
        return RecoveryStep(RecoveryOutcome.WRONG, failed_check=found.failed_check, message=found.message)
    return RecoveryStep(RecoveryOutcome.BEGUN, let_wait(begun(found.client_id, RecoveryWay.EDS, now), now))
