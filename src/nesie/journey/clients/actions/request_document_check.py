"""Ask the state's register about a client's new document."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange.actions import intend
from nesie.foundation.exchange.rules import Destination
from nesie.foundation.identification.rules.persons import PERSON_KIND
from nesie.journey.clients.actions._details import lock_change
from nesie.journey.clients.rules import DetailKind, DetailsMoveRefused, DetailsStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import MessageId
from nesie.kernel.refused import NotFound


@use_case
def request_document_check(actor: Actor, now: datetime, *, change_id: UUID) -> MessageId:
    """Intend the question; asked again before its answer was recorded, it is the same one (clause 6).

    Raises `NotFound`, `DetailsMoveRefused`.
    """
    row = lock_change(actor, change_id)
    if row.kind != DetailKind.DOCUMENT:
        raise NotFound
    if row.status != DetailsStatus.DRAFTED:
        raise DetailsMoveRefused
    if row.state_message_id is None:
        row.state_message_id = intend(
            row.client_id,
            destination=Destination.PERSON_REGISTRY,
            kind=PERSON_KIND,
            key=f"person:{uuid4()}",
            payload={"iin": row.client.iin_row.iin},
            now=now,
        )
        row.save(update_fields=["state_message_id"])
    return MessageId(row.state_message_id)
