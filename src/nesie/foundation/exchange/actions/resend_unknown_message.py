"""A person sends a message of unknown fate again."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange import queries, rules
from nesie.foundation.exchange.actions._standing import write_standing
from nesie.foundation.exchange.rules import Status
from nesie.kernel.actor import Actor
from nesie.kernel.ids import MessageId


@use_case
def resend_unknown_message(actor: Actor, now: datetime, *, message_id: MessageId) -> Status:
    """Let it be carried once more, as a new attempt of the same message.

    Whoever decides this accepts that it may come twice. MessageNotFound, MessageNotUnknown.
    """
    message = queries.lock(message_id)
    write_standing(message, rules.resend(queries.standing(message)), now)
    message.save()
    return Status(message.status)
