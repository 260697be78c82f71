"""Give a new client the means to sign in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.access import queries
from nesie.foundation.access.models import ClientLogin


def open_client_login(client_id: UUID, now: datetime) -> None:
    """Plain, joined to the completion of the registration: from now on the client's phone signs in by code."""
    ClientLogin.objects.get_or_create(client_id=client_id, defaults={"created_at": queries.machine_time(now)})


def block_client_login(client_id: UUID, now: datetime, *, blocked: bool) -> None:
    """Close or open the client's sign-in; plain, joined."""
    at = queries.machine_time(now) if blocked else None
    ClientLogin.objects.filter(client_id=client_id).update(blocked_at=at)
