"""Ask the browser for a passkey, whoever sits before it."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access.actions._challenges import ask
from nesie.foundation.access.rules import Attempt, ChallengeGiven, ChallengePurpose, passkeys
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor


@use_case
def begin_passkey_sign_in(actor: Actor, now: datetime, *, site: passkeys.Site) -> ChallengeGiven:
    """A challenge bound to this authentication session. It names nobody: who it is, the passkey tells."""
    if not actor.session:
        raise ValueError("a challenge belongs to an authentication session")
    asked = ask(ChallengePurpose.PASSKEY_SIGN_IN, now, session=actor.session)
    return ChallengeGiven(Attempt.DONE, asked.id, passkeys.request_options(site, bytes(asked.value)))
