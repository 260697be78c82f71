"""Take one due message for carrying, under a lease, and give it its sequence number."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange import queries, rules
from nesie.foundation.exchange.actions._standing import keep_attempt, lost, write_standing
from nesie.foundation.exchange.rules import Claimed, Outcome, Status
from nesie.kernel.actor import Actor
from nesie.kernel.ids import MessageId


@use_case
def claim_message(actor: Actor, now: datetime, *, at: datetime, message_id: MessageId | None = None) -> Claimed | None:
    """Claim this message, or the oldest due one, at the machine moment `at`; None when there is nothing to carry.

    Commits before anything is sent. A message whose sender was lost is claimed again where that is harmless; where
    it is not (SMS) it becomes unknown, and None is returned. The number of a message is given at its first claim
    and stays, so that the numbers of a destination have no gaps.
    """
    message = queries.lock_due(now, at, message_id)
    if message is None:
        return None
    traits = rules.traits_of(message.destination)
    if message.status == Status.SENDING:
        lost(message, now)
        write_standing(message, rules.after(queries.standing(message), Outcome.SENDER_LOST, traits), now)
        if message.status != Status.INTENDED:
            message.save()
            return None
    if rules.is_too_late(queries.standing(message), message.not_after, now):
        write_standing(message, rules.after(queries.standing(message), Outcome.FAILED, traits), now)
        message.answer = rules.TOO_LATE
        message.save()
        return None
    errand = rules.errand(queries.standing(message), traits)
    if message.sequence is None:
        message.sequence = _next_number(message.destination)
    message.attempts += 1
    message.status, message.next_try_at = Status.SENDING, None
    message.lease_until = at + traits.lease
    keep_attempt(message, errand, now)
    return Claimed(MessageId(message.pk), message.attempts, message.sequence, errand)


def _next_number(destination: str) -> int:
    """The counter's row lock makes claims of one destination queue for the rest of this short transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO exchange_counter (destination, last) VALUES (%s, 1)"
            " ON CONFLICT (destination) DO UPDATE SET last = exchange_counter.last + 1 RETURNING last",
            [destination],
        )
        return int(cursor.fetchone()[0])
