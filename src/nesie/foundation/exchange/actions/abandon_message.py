"""A person gives a message up."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange import queries, rules
from nesie.foundation.exchange.actions._standing import write_standing
from nesie.foundation.exchange.rules import Status
from nesie.kernel.actor import Actor
from nesie.kernel.ids import MessageId


@use_case
def abandon_message(actor: Actor, now: datetime, *, message_id: MessageId) -> Status:
    """Stop waiting for it. The intending room hears 'failed' when it surely was not acted on, and 'unknown' otherwise.

    MessageNotFound, MessageNotTroubled.
    """
    message = queries.lock(message_id)
    write_standing(message, rules.abandon(queries.standing(message)), now)
    message.save()
    return Status(message.status)
