"""End one session of one's own, seen in the list."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.access import queries
from nesie.foundation.access.models import ServerSession
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor
from nesie.kernel.refused import NotFound


@use_case
def sign_out_session(actor: Actor, now: datetime, *, session_id: UUID) -> None:
    """Its key is worth nothing from now on, wherever it is (clause 24.2). NotFound when it is not the actor's own."""
    rows = ServerSession.objects.filter(id=session_id, subject_id=queries.own_id(actor), ended_at=None)
    if not rows.update(ended_at=queries.machine_time(now)):
        raise NotFound
