"""Builders of documents."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.documents import actions
from nesie.kernel.ids import DocumentId


def stored_document(
    owner: UUID, now: datetime, content: bytes = b"%PDF-1.7 whatever", kind: str = "contract"
) -> DocumentId:
    """A document of an owner."""
    return actions.store(
        owner,
        kind=kind,
        content=content,
        media_type="application/pdf",
        file_name="шарт.pdf",
        now=now,
        retention="contract",
    )
