"""Ask the agency for its list."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange import actions as exchange
from nesie.foundation.exchange.rules import Destination
from nesie.journey.aml.models import ListRequest
from nesie.journey.aml.rules import LIST_MESSAGE, ListSource
from nesie.kernel.actor import Actor
from nesie.kernel.ids import MessageId, new_id


@use_case
def request_list(actor: Actor, now: datetime) -> MessageId:
    """Intend the question; the answer comes through the exchange and is taken in by `record_list`."""
    request_id = new_id()
    message_id = exchange.intend(
        None, destination=Destination.LISTS, kind=LIST_MESSAGE, key=f"aml.list:{request_id}", payload={}, now=now
    )
    ListRequest.objects.create(id=request_id, source=ListSource.AFM_ACTIVE, message_id=message_id, requested_at=now)
    return message_id
