"""Writing an attempt's outcome into a locked message row; shared by the recording use cases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from nesie.foundation.exchange import queries, rules
from nesie.foundation.exchange.models import Attempt, Message, Receipt
from nesie.foundation.exchange.rules import FINAL, Errand, Outcome, Standing, Status
from nesie.foundation.vault.actions import seal_bytes
from nesie.kernel.ids import MessageId, new_id

_FATE = """
UPDATE exchange_message SET status = %(status)s, sequence = %(sequence)s, attempts = %(attempts)s,
  failures = %(failures)s, doubtful = %(doubtful)s, next_try_at = %(next_try_at)s, lease_until = %(lease_until)s,
  settled_at = %(settled_at)s, answer = %(answer)s WHERE id = %(id)s
"""
_RECEIPT = """
INSERT INTO exchange_receipt (id, attempt_id, outcome, at, body)
VALUES (%(receipt)s, %(attempt)s, %(outcome)s, %(at)s, %(body)s)
"""
# One statement each: every message pays for them.
_CLAIM = f"""\
WITH message AS ({_FATE} RETURNING id)
INSERT INTO exchange_attempt (id, message_id, number, errand, begun_at)
SELECT %(attempt)s, message.id, %(attempts)s, %(errand)s, %(begun_at)s FROM message
"""  # noqa: S608 - our own words alone
_RECORD = f"""\
WITH heard AS ({_RECEIPT})
{_FATE}"""


def lost(message: Message, now: datetime) -> None:
    """Keep a receipt of the newest attempt: its sender was never heard of again."""
    attempt = Attempt.objects.get(message_id=message.pk, number=message.attempts)
    Receipt.objects.create(attempt=attempt, outcome=Outcome.SENDER_LOST, at=now)


def keep_attempt(message: Message, errand: Errand, now: datetime) -> None:
    """Write a claimed message and the attempt that begins."""
    _write(_CLAIM, _fate(message) | {"attempt": new_id(), "errand": errand, "begun_at": now})


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
    """Lock, keep the receipt, let the rule decide, save; the status that follows. MessageNotFound."""
    message, attempt_id = queries.lock_tried(message_id, attempt)
    receipt_id = new_id()
    heard = {"receipt": receipt_id, "attempt": attempt_id, "outcome": outcome, "at": now, "body": None}
    if body is not None:
        heard["body"] = seal_bytes(message.owner_id, "exchange_receipt.body", receipt_id, body.encode())
    before = queries.standing(message)
    traits = rules.traits_of(message.destination)
    after = rules.after(before, outcome, traits, current=attempt == message.attempts)
    if after == before:
        _write(_RECEIPT, heard)
        return before.status
    write_standing(message, after, now)
    if after.status in (Status.INTENDED, Status.AWAITED):
        message.next_try_at = at + rules.wait_after(after.failures or message.attempts, traits)
    fate = _fate(message)
    if outcome in (Outcome.ANSWERED, Outcome.FAILED) and body is not None:
        fate["answer"] = seal_bytes(message.owner_id, "exchange_message.answer", message_id, body.encode())
    _write(_RECORD, fate | heard)
    return after.status


def _fate(message: Message) -> dict[str, Any]:
    """What a claim or a receipt may change; a message that is not settled has no answer yet."""
    names = ("id", "status", "sequence", "attempts", "failures", "doubtful")
    told = message.__dict__  # what nobody has set is not read from the database for it
    later = {name: told.get(name) for name in ("next_try_at", "lease_until", "settled_at")}
    return {name: getattr(message, name) for name in names} | later | {"answer": None}


def _write(statement: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
