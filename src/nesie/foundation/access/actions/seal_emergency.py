"""Lay a role ready for a named person, for the day nobody who bears it can be reached."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from nesie.foundation.access import queries, rules
from nesie.foundation.access.models import EmergencySeal, StaffAccount
from nesie.foundation.access.rules import StaffStatus
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor, Role
from nesie.kernel.ids import StaffId
from nesie.kernel.refused import NotFound


@use_case
def seal_emergency(actor: Actor, now: datetime, *, staff_id: StaffId, role: Role) -> UUID:
    """A seal that this person alone may break, once; four eyes, and neither pair the holder's (clause 27).

    Raises `NotFound`, `NotSealable`, `OwnSeal`.
    """
    rules.check_seal_of_others("seal_emergency", staff_id, actor.id)
    account = StaffAccount.objects.filter(id=staff_id, status=StaffStatus.ACTIVE).first()
    if account is None:
        raise NotFound
    rules.check_sealable(role, queries.standing_roles(account))
    machine = queries.machine_time(now)
    row = EmergencySeal.objects.create(
        id=uuid4(),
        staff=account,
        role=role,
        sealed_by_id=queries.own_id(actor),
        sealed_at=machine,
        expires_at=machine + queries.policy().emergency.seal_life,
    )
    return row.id
