"""Open a personal account for a staff member."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import uuid4

from nesie.foundation.access import queries
from nesie.foundation.access.actions.sign_in_staff import login_hash
from nesie.foundation.access.models import StaffAccount
from nesie.foundation.access.rules import LoginTaken, NotStaffRoles, StaffCreated, StaffStatus
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import STAFF_ROLES, Actor, Role
from nesie.kernel.ids import StaffId


@use_case
def create_staff(actor: Actor, now: datetime, *, login: str, name: str, roles: tuple[Role, ...]) -> StaffCreated:
    """An account with an invitation to enrol the second factor; four eyes (clauses 27, 28).

    Raises `LoginTaken`, `NotStaffRoles`.
    """
    return new_account(now, login=login, name=name, roles=roles)


def new_account(now: datetime, *, login: str, name: str, roles: tuple[Role, ...]) -> StaffCreated:
    """The account and its invitation; plain, for the use cases that may make one."""
    check_roles(roles)
    if StaffAccount.objects.filter(login_hash=login_hash(login)).exists():
        raise LoginTaken(field="login")
    invitation, machine = secrets.token_urlsafe(32), queries.machine_time(now)
    expires_at = machine + queries.policy().invitation_life
    row = StaffAccount(
        id=uuid4(),
        login_hash=login_hash(login),
        login=" ".join(login.split()),
        name=" ".join(name.split()),
        roles=sorted({role.value for role in roles}),
        status=StaffStatus.INVITED,
        invitation_hash=queries.key_hash(invitation),
        invitation_expires_at=expires_at,
        created_at=machine,
    )
    row.save(force_insert=True)
    return StaffCreated(StaffId(row.id), invitation, expires_at)


def check_roles(roles: tuple[Role, ...]) -> None:
    """At least one, and staff roles only."""
    if not roles or not STAFF_ROLES.issuperset(roles):
        raise NotStaffRoles(field="roles")
