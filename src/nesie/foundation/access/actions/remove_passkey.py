"""Take a passkey off."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.access import queries
from nesie.foundation.access.actions._admission import tell
from nesie.foundation.access.actions._anew import anew, holder
from nesie.foundation.access.models import ClientLogin, Passkey
from nesie.foundation.access.rules import Attempt
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor
from nesie.kernel.refused import NotFound


@use_case
def remove_passkey(actor: Actor, now: datetime, *, passkey_id: UUID, current: str, totp: str = "") -> Attempt:
    """Proven anew; the passkey opens nothing from now on, and a client is told. Raises `NotFound`, `PasswordFirst`."""
    found = holder(actor)
    rows = Passkey.objects.filter(id=passkey_id, holder_id=found.pk, removed_at=None)
    if not rows.exists():
        raise NotFound
    outcome = anew(found, now, current=current, totp=totp)
    if outcome is Attempt.DONE:
        rows.update(removed_at=queries.machine_time(now))
        if isinstance(found, ClientLogin):
            tell(found.pk, now, "factor_removed", at=now)
    return outcome
