"""Open a staff account with its two factors."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access import queries
from nesie.foundation.access.actions._passwords import fit_password
from nesie.foundation.access.actions._secrets import totp_step_of
from nesie.foundation.access.actions.begin_enrolment import invited
from nesie.foundation.access.rules import StaffStatus, WrongTotp
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor
from nesie.kernel.ids import StaffId


@use_case
def complete_enrolment(actor: Actor, now: datetime, *, invitation: str, password: str, totp: str) -> StaffId:
    """Set the password and prove the authenticator app; the invitation is spent (clauses 28, 29).

    Raises `InvitationUnfit`, `WrongTotp`, `PasswordTooWeak`, `PasswordUsedBefore`.
    """
    row, machine = invited(invitation, now), queries.machine_time(now)
    step = totp_step_of(row.totp_secret, totp, machine, after=row.totp_step) if row.totp_secret else None
    if step is None:
        raise WrongTotp(field="totp")
    row.password = fit_password(row.id, password, queries.policy().staff_password, now)
    row.password_set_at, row.totp_step = machine, step
    row.status, row.invitation_hash, row.invitation_expires_at = StaffStatus.ACTIVE, None, None
    row.save()
    return StaffId(row.id)
