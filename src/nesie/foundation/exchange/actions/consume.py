"""Say that an answer, or an inbound message, has been acted on."""

from __future__ import annotations

from nesie.foundation.exchange.models import Inbound, Message
from nesie.kernel.ids import MessageId


def consume(message_id: MessageId) -> bool:
    """Mark as consumed in the caller's transaction, which also does what follows from it.

    True for the first to do so; another, waiting for the same row, gets False and must do nothing.
    """
    return any(
        model.objects.filter(pk=message_id, consumed=False).update(consumed=True) for model in (Message, Inbound)
    )
