"""A short patience of a page: the worker carries the question, and the page waits a moment for the answer."""

from __future__ import annotations

import time

from nesie.foundation.exchange import queries as exchange
from nesie.foundation.exchange.rules import Answer, AnswerStatus
from nesie.kernel.ids import MessageId

STEP_SECONDS = 0.2


def for_answer(message_id: MessageId, seconds: float = 6.0) -> Answer | None:
    """The answer once it is there, or as it stands when the patience is over. Never inside a transaction."""
    end = time.monotonic() + seconds
    answer = exchange.answer(message_id)
    while (answer is None or answer.status is AnswerStatus.PENDING) and time.monotonic() < end:
        time.sleep(STEP_SECONDS)
        answer = exchange.answer(message_id)
    return answer
