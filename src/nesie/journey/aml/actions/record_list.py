"""Take in a list that the agency has answered with."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange import actions as exchange_actions
from nesie.foundation.exchange import queries as exchange
from nesie.foundation.exchange.rules import AnswerStatus
from nesie.journey.aml.actions._intake import ListTaken, take_in
from nesie.journey.aml.rules import ListNotAnswered, ListOrigin, ListUnreadable
from nesie.kernel.actor import Actor
from nesie.kernel.ids import MessageId


class ListAnswer(StrEnum):
    """What became of a request for a list."""

    TAKEN = "taken"
    REFUSED = "refused"  # the agency gave none
    UNREADABLE = "unreadable"  # what came is not a list
    REPEATED = "repeated"  # recorded before


@dataclass(frozen=True, slots=True)
class ListRecorded:
    """The outcome, with the list when one was taken. Not a refusal, so that the answer stays consumed."""

    answer: ListAnswer
    taken: ListTaken | None = None


@use_case
def record_list(actor: Actor, now: datetime, *, message_id: MessageId) -> ListRecorded:
    """Take the answered list in. A failed or unreadable answer leaves the list in force, which grows stale.

    ListNotAnswered when no final answer has come.
    """
    answer = exchange.answer(message_id)
    if answer is None or answer.status not in (AnswerStatus.ANSWERED, AnswerStatus.FAILED):
        raise ListNotAnswered
    if not exchange_actions.consume(message_id):
        return ListRecorded(ListAnswer.REPEATED)
    if answer.status is AnswerStatus.FAILED:
        return ListRecorded(ListAnswer.REFUSED)
    try:
        content = base64.b64decode(answer.body["original"], validate=True)
        return ListRecorded(ListAnswer.TAKEN, take_in(content, origin=ListOrigin.FETCHED, by=None, now=now))
    except (ListUnreadable, KeyError, TypeError, binascii.Error):
        return ListRecorded(ListAnswer.UNREADABLE)
