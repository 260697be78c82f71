"""Hand a document to somebody who may read it, and remember that it was read."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents import queries
from nesie.foundation.documents.actions.record_event import record_event
from nesie.foundation.documents.rules import Event, OpenedDocument
from nesie.kernel.actor import Actor
from nesie.kernel.ids import DocumentId


@use_case
def open_document(actor: Actor, now: datetime, *, document_id: DocumentId) -> OpenedDocument:
    """The document with its bytes, for its owner or for staff; DocumentNotFound for anybody else.

    The owner's reading is an event of the document's way (clause 12); staff reading is in the audit trail only.
    """
    view = queries.described_for(actor, document_id)
    if actor.id == view.owner_id:
        record_event(document_id, Event.READ, now=now, channel=actor.channel)
    return OpenedDocument(view, queries.content(document_id))
