"""Change what a staff member may do."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access.actions._take_back import take_back_emergency
from nesie.foundation.access.actions.create_staff import check_roles
from nesie.foundation.access.models import StaffAccount
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor, Role
from nesie.kernel.ids import StaffId
from nesie.kernel.refused import NotFound


@use_case
def change_staff_roles(actor: Actor, now: datetime, *, staff_id: StaffId, roles: tuple[Role, ...]) -> None:
    """Give exactly these roles, from the next request on, and none kept for an emergency; four eyes (clause 27).

    Raises `NotFound`, `NotStaffRoles`.
    """
    check_roles(roles)
    if not StaffAccount.objects.filter(id=staff_id).update(roles=sorted({role.value for role in roles})):
        raise NotFound
    take_back_emergency(actor, now, staff_id)
