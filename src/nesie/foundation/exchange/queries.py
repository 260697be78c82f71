"""What became of messages; what is due; what waits for a person. Payloads are opened only for their carrier."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from nesie.foundation.exchange import rules
from nesie.foundation.exchange.models import Attempt, Inbound, Message
from nesie.foundation.exchange.rules import Answer, Destination, Outcome, Standing, Status
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


_DECIDED = (Status.ANSWERED.value, Status.FAILED.value)
_ANSWERED = """
SELECT id FROM exchange_message
WHERE NOT consumed AND (status = ANY(%s) OR (status = %s AND NOT doubtful)) AND kind = ANY(%s)
ORDER BY settled_at, id LIMIT %s
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


def due_messages(now: datetime, at: datetime) -> QuerySet[Message]:
    """Messages a sender may claim: to be carried or asked about, or left behind by a lost sender.

    `now` is the business moment (not before), `at` the machine moment (waits and leases).
    """
    waited = Q(next_try_at__isnull=True) | Q(next_try_at__lte=at)
    ready = Q(status__in=[Status.INTENDED, Status.AWAITED], not_before__lte=now) & waited
    lost = Q(status=Status.SENDING, lease_until__lte=at)
    return Message.objects.filter(ready | lost).order_by("intended_at", "id")


def due(now: datetime, at: datetime, limit: int = 100) -> list[MessageId]:
    """Ids of due messages, oldest first."""
    return [MessageId(pk) for pk in due_messages(now, at).values_list("pk", flat=True)[:limit]]


def parcel(message_id: MessageId) -> Parcel:
    """A message opened for its carrier; MessageNotFound."""
    row = Message.objects.filter(pk=message_id).first()
    if row is None:
        raise rules.MessageNotFound
    return Parcel(message_id, Destination(row.destination), row.kind, row.key, json.loads(row.payload))


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
