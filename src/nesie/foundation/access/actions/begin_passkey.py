"""Ask the browser to make a passkey."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access.actions._anew import anew, holder
from nesie.foundation.access.actions._challenges import ask
from nesie.foundation.access.models import Passkey, StaffAccount
from nesie.foundation.access.rules import (
    MAX_PASSKEYS,
    Attempt,
    ChallengeGiven,
    ChallengePurpose,
    TooManyPasskeys,
    passkeys,
)
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor


@use_case
def begin_passkey(actor: Actor, now: datetime, *, site: passkeys.Site, current: str, totp: str = "") -> ChallengeGiven:
    """What the browser needs to make a passkey, once the person has proven themselves anew (clause 28).

    A wrong password (or code, for the staff) is a value, since it is counted. Raises `NotFound`, `PasswordFirst`,
    `TooManyPasskeys`.
    """
    found = holder(actor)
    outcome = anew(found, now, current=current, totp=totp)
    if outcome is not Attempt.DONE:
        return ChallengeGiven(outcome)
    known = [bytes(row.credential_id) for row in Passkey.objects.filter(holder_id=found.pk, removed_at=None)]
    if len(known) >= MAX_PASSKEYS:
        raise TooManyPasskeys
    asked = ask(ChallengePurpose.ADD_PASSKEY, now, session=actor.session, subject_id=found.pk)
    # A client's key store shows our name: a phone number would stand there for everybody to read.
    name = found.login if isinstance(found, StaffAccount) else site.name
    options = passkeys.creation_options(site, bytes(asked.value), holder=found.pk, name=name, known=tuple(known))
    return ChallengeGiven(outcome, asked.id, options)
