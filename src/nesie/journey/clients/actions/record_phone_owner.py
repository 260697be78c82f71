"""Keep what the base of phones said of a client's number."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange import actions as exchange_actions
from nesie.foundation.exchange import queries as exchange
from nesie.foundation.exchange.rules import AnswerStatus
from nesie.foundation.identification.rules.standing import PhoneOwner
from nesie.journey.clients.actions._details import tell
from nesie.journey.clients.actions._leaks import ask_whose_phone, close_when_proven
from nesie.journey.clients.models import Leak
from nesie.kernel.actor import Actor
from nesie.kernel.ids import MessageId
from nesie.kernel.refused import NotFound


@use_case
def record_phone_owner(actor: Actor, now: datetime, *, message_id: MessageId) -> PhoneOwner | None:
    """Whether the number is the client's (clause 36.2); a base that would not tell is asked anew, and None returned.

    A late answer about a number that has changed since is passed over. Raises `NotFound`.
    """
    heard = exchange.answer(message_id)
    if heard is None or heard.status not in (AnswerStatus.ANSWERED, AnswerStatus.FAILED):
        raise NotFound
    exchange_actions.consume(message_id)
    row = Leak.objects.select_for_update().filter(phone_message_id=message_id, closed_at=None).first()
    if row is None:
        return None
    if heard.status is AnswerStatus.FAILED:
        row.phone_message_id = ask_whose_phone(row.client, now)
        row.save()
        return None
    owner = PhoneOwner(str(heard.body["owner"]))
    row.phone_owner, row.phone_checked_at = owner, now
    close_when_proven(row, now)
    if owner is PhoneOwner.NOT_OWN:
        tell(row.client, "phone_not_own", now, at=now)
    return owner
