"""Writing an attempt's outcome into a locked message row; shared by the recording use cases."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.exchange import queries, rules
from nesie.foundation.exchange.models import Attempt, Message, Receipt
from nesie.foundation.exchange.rules import FINAL, Outcome, Standing, Status
from nesie.kernel.ids import MessageId


def heard_of(message: Message, number: int, outcome: Outcome, now: datetime, body: str | None = None) -> None:
    """Keep the receipt; MessageNotFound when there was no such attempt."""
    attempt = Attempt.objects.filter(message=message, number=number).first()
    if attempt is None:
        raise rules.MessageNotFound
    attempt.message = message
    Receipt.objects.create(attempt=attempt, outcome=outcome, at=now, body=body)


def write_standing(message: Message, standing: Standing, now: datetime) -> None:
    """Set the columns that follow from a standing, without saving; an open message is due at once."""
    message.status, message.failures, message.doubtful = standing.status, standing.failures, standing.doubtful
    message.settled_at = now if standing.status in FINAL else None
    if standing.status != Status.SENDING:
        message.lease_until = None
    message.next_try_at = None


def record(
    message_id: MessageId, attempt: int, outcome: Outcome, *, now: datetime, at: datetime, body: str | None = None
) -> Status:
    """Lock, keep the receipt, let the rule decide, save; the status that follows."""
    message = queries.lock(message_id)
    heard_of(message, attempt, outcome, now, body)
    before = queries.standing(message)
    current = attempt == message.attempts
    traits = rules.traits_of(message.destination)
    after = rules.after(before, outcome, traits, current=current)
    if after != before:
        write_standing(message, after, now)
        if after.status in (Status.INTENDED, Status.AWAITED):
            message.next_try_at = at + rules.wait_after(after.failures or message.attempts, traits)
        if outcome in (Outcome.ANSWERED, Outcome.FAILED):
            message.answer = body
        message.save()
    return Status(message.status)
