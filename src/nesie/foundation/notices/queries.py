"""A person's inbox, and what staff may see of what was sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from nesie.foundation.exchange import queries as exchange
from nesie.foundation.exchange.rules import AnswerStatus
from nesie.foundation.notices import rules
from nesie.foundation.notices.models import Dispatch, Notice
from nesie.foundation.notices.rules import Channel
from nesie.kernel.actor import Actor
from nesie.kernel.ids import MessageId, NoticeId


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice in the inbox of its addressee."""

    id: NoticeId
    template: str
    language: str
    made_at: datetime
    read_at: datetime | None
    subject: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SentView:
    """A notice as staff see it: its words without any code, and how each channel went."""

    notice: NoticeView
    channels: tuple[tuple[Channel, AnswerStatus, MessageId], ...]


def inbox(owner_id: UUID, limit: int = 100) -> list[NoticeView]:
    """What this person was told in the application, newest first."""
    rows = Notice.objects.filter(owner_id=owner_id, in_app=True).select_related("reading")
    return [_view(row) for row in rows.order_by("-made_at", "-id")[:limit]]


def unread_count(owner_id: UUID) -> int:
    """How many notices of the inbox were not opened yet."""
    return Notice.objects.filter(owner_id=owner_id, in_app=True, reading=None).count()


def sent_to(actor: Actor, owner_id: UUID, limit: int = 100) -> list[SentView]:
    """Everything this person was told by any channel, newest first; for staff and the person. NoticeNotFound."""
    if not actor.reads_clients and actor.id != owner_id:
        raise rules.NoticeNotFound
    rows = Notice.objects.filter(owner_id=owner_id).select_related("reading").prefetch_related("dispatches")
    return [SentView(_view(row), _channels(row)) for row in rows.order_by("-made_at", "-id")[:limit]]


def message_of(notice_id: NoticeId, channel: Channel) -> MessageId | None:
    """The exchange's message that carries a notice by this channel."""
    message_id = (
        Dispatch.objects.filter(notice_id=notice_id, channel=channel).values_list("message_id", flat=True).first()
    )
    return None if message_id is None else MessageId(message_id)


def _channels(row: Notice) -> tuple[tuple[Channel, AnswerStatus, MessageId], ...]:
    found = []
    for dispatch in row.dispatches.all():
        answer = exchange.answer(MessageId(dispatch.message_id))
        if answer is not None:
            found.append((Channel(dispatch.channel), answer.status, MessageId(dispatch.message_id)))
    return tuple(found)


def _view(row: Notice) -> NoticeView:
    reading = getattr(row, "reading", None)
    return NoticeView(
        id=NoticeId(row.pk),
        template=row.template,
        language=row.language,
        made_at=row.made_at,
        read_at=reading.read_at if reading else None,
        subject=row.subject,
        text=row.text,
    )
