"""Close a staff account at once."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access.actions.open_session import end_sessions_of
from nesie.foundation.access.models import StaffAccount
from nesie.foundation.access.rules import StaffStatus
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor
from nesie.kernel.ids import StaffId
from nesie.kernel.refused import NotFound


@use_case
def block_staff(actor: Actor, now: datetime, *, staff_id: StaffId) -> None:
    """No sign-in from now on, and every session ends; opened again only by a new invitation (clauses 27, 29).

    Raises `NotFound`.
    """
    if not StaffAccount.objects.filter(id=staff_id).update(status=StaffStatus.BLOCKED, invitation_hash=None):
        raise NotFound
    end_sessions_of(staff_id, now)
