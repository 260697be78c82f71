"""End every session of somebody else."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.access.actions.open_session import end_sessions_of
from nesie.foundation.access.models import ClientLogin, StaffAccount
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor, Role
from nesie.kernel.refused import NotFound


@use_case
def sign_out_person(actor: Actor, now: datetime, *, person_id: UUID) -> None:
    """They may sign in again at once. Administrators do it to the staff, staff who serve clients to those (clause 27).

    Raises `NotFound`.
    """
    of_staff = actor.has(Role.ADMINISTRATOR) and StaffAccount.objects.filter(id=person_id).exists()
    of_client = actor.reads_clients and ClientLogin.objects.filter(client_id=person_id).exists()
    if not of_staff and not of_client:
        raise NotFound
    end_sessions_of(person_id, now)
