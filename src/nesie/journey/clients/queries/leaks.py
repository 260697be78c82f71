"""Reads of leaks of clients' data, and of what they still ask (clause 36)."""

from __future__ import annotations

from uuid import UUID

from nesie.foundation.exchange import queries as exchange
from nesie.foundation.identification.rules.standing import PHONE_OWNER_KIND, PhoneOwner
from nesie.journey.clients import rules
from nesie.journey.clients.models import Leak
from nesie.journey.clients.queries.scope import may_see_client
from nesie.journey.clients.rules import LeakGround, LeakView
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, MessageId
from nesie.kernel.refused import NotFound


def open_leak(client_id: UUID) -> LeakView | None:
    """The leak of this client's data after which not everything is proven yet."""
    row = Leak.objects.filter(client_id=client_id, closed_at=None).first()
    return leak_view(row) if row is not None else None


def leaks(actor: Actor, client_id: ClientId) -> list[LeakView]:
    """Every leak of a client's data, newest first; raises `NotFound`."""
    if not may_see_client(actor, client_id):
        raise NotFound
    return [leak_view(row) for row in Leak.objects.filter(client_id=client_id).order_by("-flagged_at")]


def leak_view(row: Leak) -> LeakView:
    """One leak for strangers."""
    return LeakView(
        id=row.id,
        client_id=ClientId(row.client_id),
        ground=LeakGround(row.ground),
        flagged_at=row.flagged_at,
        identified_at=row.identified_at,
        phone_owner=PhoneOwner(row.phone_owner) if row.phone_owner else None,
        phone_checked_at=row.phone_checked_at,
        closed_at=row.closed_at,
    )


def phone_answers(limit: int) -> list[MessageId]:
    """Answers of the base of phones that nobody has recorded."""
    return exchange.answered_ids([PHONE_OWNER_KIND], limit)


def check_operations(client_id: ClientId) -> None:
    """For what the system does by itself: raises what a leak of the client's data still asks (clause 36)."""
    rules.check_proven(open_leak(client_id))
