"""Send a letter to the lender."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access.queries import own_id
from nesie.foundation.audit.use_case import use_case
from nesie.journey.clients import queries
from nesie.journey.clients.actions._letters import keep_letter
from nesie.journey.clients.rules import Attachment, Direction
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, LetterId


@use_case
def send_letter(
    actor: Actor,
    now: datetime,
    *,
    subject: str,
    text: str,
    attachments: tuple[Attachment, ...] = (),
    reply_to: LetterId | None = None,
) -> LetterId:
    """A letter of the client, kept in its original bytes with its attachments (clause 7.7).

    Raises `LetterUnfit`, `AttachmentUnfit`, `NotFound`.
    """
    client = queries.client(actor, ClientId(own_id(actor)))  # a blocked client may still write
    return keep_letter(
        actor,
        client.id,
        now,
        direction=Direction.FROM_CLIENT,
        subject=subject,
        text=text,
        attachments=attachments,
        reply_to=reply_to,
    )
