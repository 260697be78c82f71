"""The phone is proven: the face is next."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access import queries
from nesie.foundation.access.actions._lock_out import count_source_failure, source_is_locked
from nesie.foundation.access.actions._recovering import begun
from nesie.foundation.access.actions.check_code import check_code
from nesie.foundation.access.actions.open_session import end_session, open_session
from nesie.foundation.access.actions.send_sign_in_code import client_with, nobody
from nesie.foundation.access.rules import (
    CodeOutcome,
    CodePurpose,
    RecoveryOutcome,
    RecoveryStep,
    RecoveryWay,
    SessionKind,
)
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor


@use_case
def begin_recovery(actor: Actor, now: datetime, *, phone: str, code: str) -> RecoveryStep:
    """With the code sent in this session: a session of the recovery, which opens nothing but the visit to the centre.

    Wrong codes and unknown phones are WRONG alike, and are counted.
    """
    machine = queries.machine_time(now)
    if source_is_locked(actor.origin, machine):
        return RecoveryStep(RecoveryOutcome.WRONG)
    client_id = client_with(phone)
    outcome = check_code(actor, now, purpose=CodePurpose.RECOVERY, subject_id=client_id or nobody(phone), code=code)
    if client_id is None or outcome is not CodeOutcome.ACCEPTED:
        count_source_failure(actor.origin, machine)
        return RecoveryStep(RecoveryOutcome.WRONG)
    row = begun(client_id, RecoveryWay.COID_AND_CODE, now)
    row.save(force_insert=True)
    end_session(actor.session, now)
    key = open_session(SessionKind.RECOVERY, now, channel=actor.channel, subject_id=row.id, origin=actor.origin)
    return RecoveryStep(RecoveryOutcome.BEGUN, session_key=key)
