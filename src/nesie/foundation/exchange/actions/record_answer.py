"""Write down what the destination answered."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange.actions._standing import record
from nesie.foundation.exchange.rules import AnswerStatus, Outcome, Status
from nesie.kernel.actor import Actor
from nesie.kernel.ids import MessageId


@use_case
def record_answer(
    actor: Actor,
    now: datetime,
    *,
    message_id: MessageId,
    attempt: int,
    status: AnswerStatus,
    body: bytes,
    at: datetime,
) -> Status:
    """Record an answer to an attempt, `body` being its JSON; the first final answer decides, every one is kept.

    Also an answer that comes after the message was marked unknown settles it. MessageNotFound; ValueError for an
    answer that says it is unknown.
    """
    return record(message_id, attempt, Outcome(status.value), now=now, at=at, body=body.decode())
