"""Open a staff account from the machine's own command line."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access.actions.create_staff import new_account
from nesie.foundation.access.rules import StaffCreated
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor, Role


@use_case
def bootstrap_staff(actor: Actor, now: datetime, *, login: str, name: str, roles: tuple[Role, ...]) -> StaffCreated:
    """The first accounts of an installation, before there are two people for four eyes (clause 28).

    Only for whoever has the machine itself; it stands in the audit trail like everything else.
    Raises `LoginTaken`, `NotStaffRoles`.
    """
    return new_account(now, login=login, name=name, roles=roles)
