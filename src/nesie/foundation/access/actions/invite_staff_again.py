"""Let a staff member enrol anew, after a lost phone or a forgotten password."""

from __future__ import annotations

import secrets
from datetime import datetime

from nesie.foundation.access import queries
from nesie.foundation.access.actions.open_session import end_sessions_of
from nesie.foundation.access.models import StaffAccount
from nesie.foundation.access.rules import StaffCreated, StaffStatus
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor
from nesie.kernel.ids import StaffId
from nesie.kernel.refused import NotFound


@use_case
def invite_staff_again(actor: Actor, now: datetime, *, staff_id: StaffId) -> StaffCreated:
    """Close the account until its owner has enrolled again; ends its sessions; four eyes (clauses 28, 29).

    Raises `NotFound`.
    """
    row = StaffAccount.objects.select_for_update().filter(id=staff_id).first()
    if row is None:
        raise NotFound
    invitation, machine = secrets.token_urlsafe(32), queries.machine_time(now)
    expires_at = machine + queries.policy().invitation_life
    row.status, row.totp_secret = StaffStatus.INVITED, None
    row.invitation_hash = queries.key_hash(invitation)
    row.invitation_expires_at = expires_at
    row.save()
    end_sessions_of(row.id, now)
    return StaffCreated(staff_id, invitation, expires_at)
