"""Keep a letter and its attachments in their original bytes."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from nesie.foundation.documents.actions import record_event, store
from nesie.foundation.documents.rules import Event
from nesie.journey.clients import rules
from nesie.journey.clients.models import Letter, LetterAttachment
from nesie.journey.clients.rules import Attachment, Direction
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, LetterId
from nesie.kernel.refused import NotFound


def keep_letter(
    actor: Actor,
    client_id: ClientId,
    now: datetime,
    *,
    direction: Direction,
    subject: str,
    text: str,
    attachments: tuple[Attachment, ...],
    reply_to: LetterId | None,
) -> LetterId:
    """One letter with its files; raises `LetterUnfit`, `AttachmentUnfit`, `NotFound` for a foreign `reply_to`."""
    subject, text = rules.check_letter(subject, text)
    rules.check_attachments(attachments)
    if reply_to is not None and not Letter.objects.filter(id=reply_to, client_id=client_id).exists():
        raise NotFound
    body = store(
        client_id,
        kind="letter",
        content=text.encode(),
        media_type="text/plain",
        file_name="letter.txt",
        now=now,
        retention="message",
    )
    event = Event.RECEIVED if direction is Direction.FROM_CLIENT else Event.SENT
    record_event(body, event, now=now, channel=actor.channel)
    letter = Letter(
        id=uuid4(),
        client_id=client_id,
        direction=direction,
        subject=subject,
        document_id=body,
        reply_to_id=reply_to,
        staff_id=actor.id if actor.is_staff else None,
        sent_at=now,
    )
    letter.save(force_insert=True)
    for item in attachments:
        document_id = store(
            client_id,
            kind="letter_attachment",
            content=item.content,
            media_type=item.media_type,
            file_name=item.file_name,
            now=now,
            retention="message",
        )
        record_event(document_id, event, now=now, channel=actor.channel)
        LetterAttachment.objects.create(letter=letter, document_id=document_id)
    return LetterId(letter.id)
