"""Write down that nothing was heard of an attempt."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange.actions._standing import record
from nesie.foundation.exchange.rules import Outcome, Status
from nesie.kernel.actor import Actor
from nesie.kernel.ids import MessageId


@use_case
def record_unknown(actor: Actor, now: datetime, *, message_id: MessageId, attempt: int, at: datetime) -> Status:
    """Record that an attempt may or may not have been acted on.

    It is asked about or carried again under the same key where the destination allows; otherwise it is unknown until
    a person decides. MessageNotFound.
    """
    return record(message_id, attempt, Outcome.NO_ANSWER, now=now, at=at)
