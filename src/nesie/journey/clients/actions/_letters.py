"""Keep a letter and its attachments in their original bytes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from nesie.foundation.documents.actions import store
from nesie.journey.clients import rules
from nesie.journey.clients.models import Letter, LetterAttachment
from nesie.journey.clients.rules import Attachment, Direction
from nesie.kernel.ids import ClientId, LetterId
from nesie.kernel.refused import NotFound


def keep_letter(
    client_id: ClientId,
    now: datetime,
    *,
    direction: Direction,
    subject: str,
    text: str,
    attachments: tuple[Attachment, ...],
    reply_to: LetterId | None,
    staff_id: UUID | None = None,
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
    letter = Letter(
        id=uuid4(),
        client_id=client_id,
        direction=direction,
        subject=subject,
        document_id=body,
        reply_to_id=reply_to,
        staff_id=staff_id,
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
        LetterAttachment.objects.create(letter=letter, document_id=document_id)
    return LetterId(letter.id)
