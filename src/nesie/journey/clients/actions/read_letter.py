"""Open a letter."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents.actions import record_event
from nesie.foundation.documents.rules import Event
from nesie.journey.clients import queries
from nesie.journey.clients.models import Letter
from nesie.journey.clients.rules import CORRESPONDENTS, Direction, LetterView
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LetterId
from nesie.kernel.refused import NotFound


@use_case
def read_letter(actor: Actor, now: datetime, *, letter_id: LetterId) -> LetterView:
    """The letter; the first reading by its addressee is written down (clause 7.7). Raises `NotFound`."""
    row = Letter.objects.select_for_update().filter(id=letter_id).first()
    if row is None or not queries.may_see_client(actor, row.client_id):
        raise NotFound
    to_lender = row.direction == Direction.FROM_CLIENT
    addressee = actor.has(*CORRESPONDENTS) if to_lender else actor.id == row.client_id
    if addressee and row.read_at is None:
        row.read_at, row.read_by_id = now, actor.id
        row.save(update_fields=["read_at", "read_by_id"])
        record_event(row.document_id, Event.READ, now=now, channel=actor.channel)
    return queries.letter_view(row)
