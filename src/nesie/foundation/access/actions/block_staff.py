"""Close a staff account at once."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access.actions._take_back import take_back_emergency
from nesie.foundation.access.actions.open_session import end_sessions_of
from nesie.foundation.access.models import StaffAccount
from nesie.foundation.access.rules import StaffStatus
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor
from nesie.kernel.ids import StaffId
from nesie.kernel.refused import NotFound


@use_case
def block_staff(actor: Actor, now: datetime, *, staff_id: StaffId) -> None:
    """No sign-in from now on, and every session ends, as does what was ready for an emergency (clauses 27, 29).

    Opened again only by a new invitation.

    Raises `NotFound`.
    """
    if not StaffAccount.objects.filter(id=staff_id).update(status=StaffStatus.BLOCKED, invitation_hash=None):
        raise NotFound
    take_back_emergency(actor, now, staff_id)
    end_sessions_of(staff_id, now)
