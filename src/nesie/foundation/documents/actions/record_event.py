"""Record that a document was sent, received, delivered or read."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from nesie.foundation.documents import queries
from nesie.foundation.documents.actions.store import in_turn
from nesie.foundation.documents.models import Document, DocumentEvent
from nesie.foundation.documents.rules import DocumentNotFound, Event


def record_event(document_id: UUID, event: Event, *, now: datetime, channel: str, reference: str = "") -> None:
    """Add an event to a document's way (clause 12); joins the caller's transaction. DocumentNotFound.

    `channel` is a kernel Channel or "sms", "email", "in_app"; `reference` an id in that channel, never personal data.
    """
    document = Document.objects.only("mark").filter(pk=document_id).first()
    if document is None:
        raise DocumentNotFound
    with transaction.atomic(savepoint=False):
        in_turn(document_id)
        last = DocumentEvent.objects.filter(document_id=document_id).order_by("-id").first()
        row = DocumentEvent(document_id=document_id, event=event, at=now, channel=channel, reference=reference)
        row.mark = queries.event_mark_of(row, bytes(last.mark if last else document.mark))
        row.save(force_insert=True)
