"""Let somebody in who has just proven who they are, and tell them of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction

from nesie.foundation.access import queries
from nesie.foundation.access.actions.open_session import end_session, open_session
from nesie.foundation.access.gateways import Wiring
from nesie.foundation.access.models import ClientLogin
from nesie.foundation.access.rules import Factor, SessionKind, program
from nesie.foundation.notices.actions import notify
from nesie.foundation.vault.actions import seal_bytes
from nesie.kernel.actor import Actor

NOBODY = UUID(int=0)  # no person has it, and the same queries are made


def admit_client(actor: Actor, now: datetime, *, client_id: UUID, by: Factor) -> str:
    """The key of a new session in the place of the visitor's; the client is told (clause 25.9)."""
    new_device = not queries.device_known(client_id, actor.origin)
    ClientLogin.objects.filter(client_id=client_id).update(signed_in_at=queries.machine_time(now))
    end_session(actor.session, now)
    key = open_session(
        SessionKind.CLIENT, now, channel=actor.channel, subject_id=client_id, origin=actor.origin, by=by.value
    )
    template = "signed_in_new_device" if new_device else "signed_in"
    tell(client_id, now, template, at=now, program=program(actor.origin.program) or "?")
    return key


def tell(client_id: UUID, now: datetime, template: str, **params: object) -> None:
    """A notice by every way the client can be reached."""
    known = Wiring.people.known(client_id)
    notify(
        client_id,
        template=template,
        params=params,
        language=known.language if known else "kk",
        now=now,
        phone=known.phone if known else None,
        email=(known.email or None) if known else None,
    )


@contextmanager
def only_if(real: bool, owner_id: UUID) -> Iterator[None]:
    """What is done inside stays if `real`, and is undone if not: of an unknown phone all costs what a client's costs.

    `owner_id`: whose messages are sealed inside; the key for it is made before, since making it costs more.
    """
    seal_bytes(owner_id, "access.key", owner_id, b"")
    with transaction.atomic():
        yield
        transaction.set_rollback(not real)
