"""Ask a phone for a key that its maker vouches for."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access.actions._challenges import ask
from nesie.foundation.access.rules import Attempt, ChallengeGiven, ChallengePurpose, proofs
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor


@use_case
def begin_device_enrolment(actor: Actor, now: datetime) -> ChallengeGiven:
    """The challenge that goes into the making of the key; the key is there before any session, so none binds it.

    `options` is the challenge itself, base64url (clause 26.2).
    """
    asked = ask(ChallengePurpose.ENROL_DEVICE, now, session="")
    return ChallengeGiven(Attempt.DONE, asked.id, proofs.b64(bytes(asked.value)))
