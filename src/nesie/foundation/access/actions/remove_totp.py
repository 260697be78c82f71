"""Take the authenticator app off."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access import queries
from nesie.foundation.access.actions._admission import tell
from nesie.foundation.access.actions._anew import anew
from nesie.foundation.access.models import ClientLogin
from nesie.foundation.access.rules import Attempt
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor
from nesie.kernel.refused import NotFound


@use_case
def remove_totp(actor: Actor, now: datetime, *, current: str) -> Attempt:
    """Proven by the present password; the client is told. Raises `NotFound`, `PasswordFirst`."""
    row = ClientLogin.objects.select_for_update().filter(client_id=queries.own_id(actor)).first()
    if row is None or not row.totp_secret:
        raise NotFound
    outcome = anew(row, now, current=current)
    if outcome is Attempt.DONE:
        row.totp_secret, row.totp_waiting = None, None
        row.save(update_fields=["totp_secret", "totp_waiting"])
        tell(row.pk, now, "factor_removed", at=now)
    return outcome
