"""Write down that an attempt surely had no effect."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange.actions._standing import record
from nesie.foundation.exchange.rules import Outcome, Status
from nesie.kernel.actor import Actor
from nesie.kernel.ids import MessageId


@use_case
def record_not_carried(actor: Actor, now: datetime, *, message_id: MessageId, attempt: int, at: datetime) -> Status:
    """Record that the destination did nothing; the message is tried again later, whatever the destination.

    MessageNotFound.
    """
    return record(message_id, attempt, Outcome.NOT_CARRIED, now=now, at=at)
