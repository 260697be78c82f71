"""What became of messages; what is due; what waits for a person. Payloads are opened only for their carrier."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from nesie.foundation.exchange import rules
from nesie.foundation.exchange.models import Attempt, Inbound, Message
from nesie.foundation.exchange.rules import Answer, Destination, Outcome, Standing, Status
from nesie.foundation.vault import queries as vault
from nesie.kernel.ids import MessageId, OwnerId


@dataclass(frozen=True, slots=True)
class Parcel:
    """Everything a carrier needs."""

    message_id: MessageId
    destination: Destination
    kind: str
    key: str
    payload: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class AnsweredMessage:
    """A message whose answer nobody has consumed yet."""

    message_id: MessageId
    owner_id: OwnerId
    kind: str
    key: str
    answer: Answer
    settled_at: datetime


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """Something received and not consumed yet."""

    message_id: MessageId
    source: str
    key: str
    received_at: datetime
    payload: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class TryView:
    """One attempt and everything heard of it."""

    number: int
    begun_at: datetime
    heard: tuple[tuple[Outcome, datetime], ...]


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as staff see it: no personal data, no content."""

    message_id: MessageId
    owner_id: OwnerId
    destination: Destination
    kind: str
    status: Status
    sequence: int | None
    intended_at: datetime
    attempts: int
    doubtful: bool
    tries: tuple[TryView, ...] = ()


def answer(message_id: MessageId) -> Answer | None:
    """What the intending room may rely on; None when there is no such message."""
    message = Message.objects.filter(pk=message_id).first()
    if message is None:
        return None
    status = rules.told(Status(message.status), doubtful=message.doubtful)
    return Answer(status, json.loads(message.answer) if message.answer else {})


def answered(kind: str, limit: int = 100) -> list[AnsweredMessage]:
    """Messages of this kind with a final answer that `consume` was not called for, oldest first."""
    return [
        AnsweredMessage(
            message_id=MessageId(row.pk),
            owner_id=OwnerId(row.owner_id),
            kind=row.kind,
            key=row.key,
            answer=Answer(
                rules.told(Status(row.status), doubtful=row.doubtful), json.loads(row.answer) if row.answer else {}
            ),
            settled_at=row.settled_at,
        )
        for row in _answered([kind])[:limit]
        if row.settled_at is not None  # a constraint of the table: every final message is settled
    ]


def answered_ids(kinds: Collection[str], limit: int = 100) -> list[MessageId]:
    """The same over several kinds, ids only: what a job asks again and again, mostly for nothing, so in plain SQL."""
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, [list(_DECIDED), Status.ABANDONED.value, list(kinds), limit])
        return [MessageId(pk) for (pk,) in cursor.fetchall()]


def answered_kinds() -> frozenset[str]:
    """The kinds of which `answered_ids` would find any: one question instead of one for each kind."""
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED_KINDS, [list(_DECIDED), Status.ABANDONED.value])
        return frozenset(kind for (kind,) in cursor.fetchall())


_DECIDED = (Status.ANSWERED.value, Status.FAILED.value)
_ANSWERED = """
SELECT id FROM exchange_message
WHERE NOT consumed AND (status = ANY(%s) OR (status = %s AND NOT doubtful)) AND kind = ANY(%s)
ORDER BY settled_at, id LIMIT %s
"""
_ANSWERED_KINDS = """
SELECT DISTINCT kind FROM exchange_message WHERE NOT consumed AND (status = ANY(%s) OR (status = %s AND NOT doubtful))
"""


def _answered(kinds: Collection[str]) -> QuerySet[Message]:
    # An abandoned message is told as failed only when it surely was not acted on.
    ready = Q(status__in=_DECIDED) | Q(status=Status.ABANDONED, doubtful=False)
    return Message.objects.filter(ready, kind__in=tuple(kinds), consumed=False).order_by("settled_at", "id")


def received(source: str, limit: int = 100) -> list[InboundMessage]:
    """Inbound messages of a source that `consume` was not called for, oldest first."""
    rows = Inbound.objects.filter(source=source, consumed=False).order_by("received_at", "id")[:limit]
    return [
        InboundMessage(MessageId(row.pk), row.source, row.key, row.received_at, json.loads(row.payload)) for row in rows
    ]


# In plain SQL, and only the columns that decide: senders ask for every message, and between them for nothing.
_DUE = """
 FROM exchange_message AS message WHERE (
  (status IN ('intended', 'awaited') AND not_before <= %(now)s AND (next_try_at IS NULL OR next_try_at <= %(at)s))
  OR (status = 'sending' AND lease_until <= %(at)s)
)"""
_OLDEST = " ORDER BY intended_at, id LIMIT %(limit)s"
# In the order of the table's columns, as Django wants them.
_FATE = ("id", "owner_id", "destination", "not_after", "status", "sequence", "attempts", "failures", "doubtful")
_FATE_OF = f"SELECT {', '.join(f'message.{name}' for name in _FATE)}"


def due(now: datetime, at: datetime, limit: int = 100) -> list[MessageId]:
    """Ids of messages a sender may claim, oldest first: to be carried or asked about, or left behind by a lost sender.

    `now` is the business moment (not before), `at` the machine moment (waits and leases).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id" + _DUE + _OLDEST, {"now": now, "at": at, "limit": limit})
        return [MessageId(pk) for (pk,) in cursor.fetchall()]


def lock_due(now: datetime, at: datetime, message_id: MessageId | None = None) -> Message | None:
    """This message if it is due, or the oldest due one, locked until the transaction ends; content is not read.

    Others' claims are skipped, not waited for: every sender finds work of its own.
    """
    one = "" if message_id is None else " AND message.id = %(id)s"
    statement = f"{_FATE_OF}{_DUE}{one}{_OLDEST} FOR UPDATE SKIP LOCKED"
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": now, "at": at, "id": message_id, "limit": 1})
        row = cursor.fetchone()
    return None if row is None else Message.from_db("default", _FATE, row)


def lock_tried(message_id: MessageId, attempt: int) -> tuple[Message, UUID]:
    """A message, locked and without its content, and the id of one of its attempts; MessageNotFound."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_FATE_OF}, try.id FROM exchange_message AS message JOIN exchange_attempt AS try"
            " ON try.message_id = message.id AND try.number = %s WHERE message.id = %s FOR UPDATE OF message",
            [attempt, message_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise rules.MessageNotFound
    return Message.from_db("default", _FATE, row[:-1]), row[-1]


def parcel(message_id: MessageId) -> Parcel:
    """A message opened for its carrier; MessageNotFound."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT owner_id, destination, kind, key, payload FROM exchange_message WHERE id = %s", [message_id]
        )
        row = cursor.fetchone()
    if row is None:
        raise rules.MessageNotFound
    owner_id, destination, kind, key, sealed = row
    payload = vault.open_bytes(owner_id, "exchange_message.payload", message_id, bytes(sealed))
    return Parcel(message_id, Destination(destination), kind, key, json.loads(payload))


def standing(message: Message) -> Standing:
    """What decides about a message."""
    return Standing(Status(message.status), message.failures, message.doubtful)


def lock(message_id: MessageId) -> Message:
    """The row, locked until the transaction ends; MessageNotFound."""
    message = Message.objects.select_for_update().filter(pk=message_id).first()
    if message is None:
        raise rules.MessageNotFound
    return message


def troubled(limit: int = 200) -> list[MessageView]:
    """Messages that wait for a person, oldest first."""
    rows = Message.objects.filter(status__in=sorted(rules.TROUBLED)).order_by("intended_at", "id")[:limit]
    return [_view(row) for row in rows]


def latest(limit: int = 200) -> list[MessageView]:
    """The newest messages, for the staff's list."""
    return [_view(row) for row in Message.objects.order_by("-intended_at", "-id")[:limit]]


def described(message_id: MessageId) -> MessageView:
    """One message with its attempts and receipts; MessageNotFound."""
    row = Message.objects.filter(pk=message_id).first()
    if row is None:
        raise rules.MessageNotFound
    tries = Attempt.objects.filter(message=row).prefetch_related("receipts").order_by("number")
    return _view(row, tuple(_tried(attempt) for attempt in tries))


def counts() -> dict[tuple[str, str], int]:
    """How many messages stand where: (destination, status) -> number."""
    rows = Message.objects.values_list("destination", "status").annotate(number=Count("id"))
    return {(destination, status): number for destination, status, number in rows}


def _tried(attempt: Attempt) -> TryView:
    heard = sorted(((Outcome(r.outcome), r.at) for r in attempt.receipts.all()), key=lambda pair: pair[1])
    return TryView(attempt.number, attempt.begun_at, tuple(heard))


def _view(row: Message, tries: tuple[TryView, ...] = ()) -> MessageView:
    return MessageView(
        message_id=MessageId(row.pk),
        owner_id=OwnerId(row.owner_id),
        destination=Destination(row.destination),
        kind=row.kind,
        status=Status(row.status),
        sequence=row.sequence,
        intended_at=row.intended_at,
        attempts=row.attempts,
        doubtful=row.doubtful,
        tries=tries,
    )
