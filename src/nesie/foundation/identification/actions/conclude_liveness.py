"""End a session on an own device: one result, and a proof when it proves the person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.identification import queries
from nesie.foundation.identification.actions._course import State, end, locked
from nesie.foundation.identification.models import BiometricSession
from nesie.foundation.identification.rules import (
    BiometricFailure,
    BiometricOutcome,
    BiometricSessionId,
    liveness,
)
from nesie.kernel.actor import Actor


@use_case
def conclude_liveness(actor: Actor, now: datetime, *, session_id: UUID) -> BiometricOutcome:
    """Judge the whole session; before its end this is giving up, and proves nothing.

    The frames stay, sealed, in their original bytes, and the record of the session with the hash of each. At
    registration the face is enrolled. A failure is a returned value, so that its trace stays. NotFound when the session
    is another's. Clauses 6, 9, 11 (no re-use), 34, 35.
    """
    live = queries.own_liveness(actor, session_id)
    row = locked(live)
    if row.over:
        return BiometricOutcome(BiometricSessionId(session_id), passed=False, failure=BiometricFailure.SPENT)
    state = State.loaded(row.state)
    if now >= BiometricSession.objects.get(pk=session_id).expires_at:
        state.course = liveness.failed(state.course, liveness.Fault.TIME_OVER)
    return end(row, state, now)
