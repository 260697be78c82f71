"""The authenticator app proves that it has the secret."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access import queries
from nesie.foundation.access.actions._admission import tell
from nesie.foundation.access.actions._lock_out import count_failure, forgive, is_locked, locked_counter
from nesie.foundation.access.actions._secrets import totp_step_of
from nesie.foundation.access.models import ClientLogin
from nesie.foundation.access.rules import Attempt, NoTotpBegun
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.vault import queries as vault
from nesie.kernel.actor import Actor


@use_case
def confirm_totp(actor: Actor, now: datetime, *, totp: str) -> Attempt:
    """From now on a password or an SMS code opens nothing without the app's code; the client is told.

    A wrong code is a value, since it is counted. Raises `NoTotpBegun`.
    """
    row = ClientLogin.objects.select_for_update().filter(client_id=queries.own_id(actor)).first()
    if row is None or not row.totp_waiting:
        raise NoTotpBegun
    machine = queries.machine_time(now)
    counter = locked_counter(vault.keyed_hash("access.totp-tries", str(row.pk)))
    if is_locked(counter, machine):
        return Attempt.LOCKED
    step = totp_step_of(row.totp_waiting, totp, machine, after=0)
    if step is None:
        count_failure(counter, machine)
        return Attempt.WRONG
    forgive(counter)
    row.totp_secret, row.totp_waiting, row.totp_step = row.totp_waiting, None, step
    row.save(update_fields=["totp_secret", "totp_waiting", "totp_step"])
    tell(row.pk, now, "factor_added", at=now)
    return Attempt.DONE
