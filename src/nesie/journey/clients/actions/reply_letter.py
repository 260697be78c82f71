"""Write to a client."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.notices.actions import notify
from nesie.journey.clients import queries
from nesie.journey.clients.actions._letters import keep_letter
from nesie.journey.clients.rules import Attachment, Direction
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, LetterId


@use_case
def reply_letter(
    actor: Actor,
    now: datetime,
    *,
    client_id: ClientId,
    subject: str,
    text: str,
    attachments: tuple[Attachment, ...] = (),
    reply_to: LetterId | None = None,
) -> LetterId:
    """A letter of the lender, an answer or not; the client is told that it waits (clause 7.7).

    Raises `LetterUnfit`, `AttachmentUnfit`, `NotFound`.
    """
    client = queries.client(actor, client_id)
    letter_id = keep_letter(
        actor,
        client.id,
        now,
        direction=Direction.TO_CLIENT,
        subject=subject,
        text=text,
        attachments=attachments,
        reply_to=reply_to,
    )
    notify(
        client.id,
        template="letter_received",
        params={},
        language=client.language,
        now=now,
        phone=client.phone,
        email=client.email or None,
    )
    return letter_id
