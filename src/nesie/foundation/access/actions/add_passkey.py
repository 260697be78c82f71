"""Keep a passkey that the browser has made."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from nesie.foundation.access import queries
from nesie.foundation.access.actions._admission import tell
from nesie.foundation.access.actions._anew import holder
from nesie.foundation.access.actions._challenges import take
from nesie.foundation.access.models import ClientLogin, Passkey
from nesie.foundation.access.rules import Attempt, ChallengePurpose, HolderKind, passkeys, program
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor


@use_case
def add_passkey(actor: Actor, now: datetime, *, challenge_id: UUID, credential: str, site: passkeys.Site) -> Attempt:
    """The passkey signs in from now on, and a client is told. The challenge is used up whatever the outcome.

    An answer that does not hold is a value. Raises `NotFound`.
    """
    found = holder(actor)
    asked = take(ChallengePurpose.ADD_PASSKEY, now, challenge_id=challenge_id, session=actor.session)
    if asked is None or asked.subject_id != found.pk:
        return Attempt.WRONG
    try:
        made = passkeys.made(credential, site, bytes(asked.value))
    except passkeys.PasskeyWrong:
        return Attempt.WRONG
    if Passkey.objects.filter(credential_id=made.id).exists():
        return Attempt.WRONG
    of_client = isinstance(found, ClientLogin)
    Passkey.objects.create(
        id=uuid4(),
        holder_id=found.pk,
        holder_kind=HolderKind.CLIENT if of_client else HolderKind.STAFF,
        credential_id=made.id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=program(actor.origin.program) or "?",
        added_at=queries.machine_time(now),
    )
    if of_client:
        tell(found.pk, now, "factor_added", at=now)
    return Attempt.DONE
