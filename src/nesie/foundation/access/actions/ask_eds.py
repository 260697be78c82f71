"""Ask for a signature by the key for sign-in."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access import queries
from nesie.foundation.access.actions._challenges import ask
from nesie.foundation.access.rules import ChallengePurpose, EdsAsked
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor


@use_case
def ask_eds(actor: Actor, now: datetime, *, purpose: ChallengePurpose) -> EdsAsked:
    """A text to be signed once, in this authentication session, to sign in or to recover (clause 6-access)."""
    if not actor.session or purpose not in (ChallengePurpose.EDS_SIGN_IN, ChallengePurpose.EDS_RECOVERY):
        raise ValueError("a challenge of this kind belongs to an authentication session")
    asked = ask(purpose, now, session=actor.session)
    return EdsAsked(asked.id, queries.eds_text(purpose, bytes(asked.value), asked.issued_at))
