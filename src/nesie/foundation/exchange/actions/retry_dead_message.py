"""A person lets a message that stopped being tried be tried again."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange import queries, rules
from nesie.foundation.exchange.actions._standing import write_standing
from nesie.foundation.exchange.rules import Status
from nesie.kernel.actor import Actor
from nesie.kernel.ids import MessageId


@use_case
def retry_dead_message(actor: Actor, now: datetime, *, message_id: MessageId) -> Status:
    """Let it be carried (or asked about first) from now on, with as many attempts as at the beginning.

    MessageNotFound, MessageNotDead.
    """
    message = queries.lock(message_id)
    write_standing(message, rules.retry(queries.standing(message)), now)
    message.save()
    return Status(message.status)
