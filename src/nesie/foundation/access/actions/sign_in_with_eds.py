"""Sign in by electronic signature."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.access import queries
from nesie.foundation.access.actions._admission import admit_client
from nesie.foundation.access.actions._lock_out import count_source_failure, source_is_locked
from nesie.foundation.access.actions._recovering import Due, take_effect
from nesie.foundation.access.actions._signer import signer
from nesie.foundation.access.rules import ChallengePurpose, Factor, SignIn, SignInStatus
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.identification.rules import eds
from nesie.kernel.actor import Actor


@use_case
def sign_in_with_eds(actor: Actor, now: datetime, *, challenge_id: UUID, cms: bytes, evidence: eds.Evidence) -> SignIn:
    """A new session for the client whose key for sign-in has signed the challenge of this session (clause 6-access).

    `evidence` comes from identification's `gather_evidence`, asked before. A key for signing documents is refused, as
    a key for sign-in is for documents. The challenge is used up; whoever is no client is WRONG like all else.
    """
    machine = queries.machine_time(now)
    if source_is_locked(actor.origin, machine):
        return SignIn(SignInStatus.LOCKED)
    found = signer(actor, now, ChallengePurpose.EDS_SIGN_IN, challenge_id, cms, evidence)
    if found.client_id is None:
        count_source_failure(actor.origin, machine)
        return SignIn(SignInStatus.WRONG, failed_check=found.failed_check, message=found.message)
    due = take_effect(found.client_id, now, by=Factor.EDS)
    key = admit_client(actor, now, client_id=found.client_id, by=Factor.EDS)
    return SignIn(SignInStatus.SIGNED_IN, found.client_id, key, recovered=due is Due.DONE)
