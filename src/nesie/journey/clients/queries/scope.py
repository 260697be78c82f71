"""Whose things an actor may see in this room."""

from __future__ import annotations

from uuid import UUID

from nesie.journey.clients import rules
from nesie.kernel.actor import Actor, Role


def may_see_client(actor: Actor, client_id: UUID) -> bool:
    """Clients see themselves; staff whose duties need it and the system's own jobs see every client (clause 27)."""
    own = actor.has(Role.CLIENT) and actor.id == client_id
    return own or actor.has(*rules.READERS, Role.WORKER)


def may_see_registration(actor: Actor, registration_id: UUID) -> bool:
    """Applicants see their own, whose phone they have proven; so do staff whose duties need it, and jobs."""
    own = actor.has(Role.GUEST) and actor.id == registration_id
    return own or actor.has(*rules.READERS, Role.WORKER)
