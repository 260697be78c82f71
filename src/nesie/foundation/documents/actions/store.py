"""Keep a document in its original bytes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from nesie.foundation.audit.use_case import note
from nesie.foundation.documents import queries, rules
from nesie.foundation.documents.models import Document
from nesie.kernel.ids import DocumentId, new_id


def store(
    owner_id: UUID,
    *,
    kind: str,
    content: bytes,
    media_type: str,
    file_name: str,
    now: datetime,
    retention: str,
    template: str = "",
    template_version: str = "",
    language: str = "",
) -> DocumentId:
    """Keep `content` sealed under its owner's key, with its SHA-256; never changed again (clauses 11-doc, 34).

    Joins the caller's transaction; the caller's audit record names the document and its hash. `retention` is the
    class that sets how long it is kept ("contract", "identity", ...); ValueError for an unknown one.
    """
    if retention not in rules.RETENTION_CLASSES:
        raise ValueError(f"{retention!r} is no retention class")
    row = Document(
        id=new_id(),
        owner_id=owner_id,
        kind=kind,
        sha256=rules.sha256(content),
        size=len(content),
        media_type=media_type,
        file_name=file_name,
        content=content,
        created_at=now,
        template=template,
        template_version=template_version,
        language=language,
        retention_class=retention,
    )
    with transaction.atomic(savepoint=False):
        in_turn(owner_id)
        last = Document.objects.filter(owner_id=owner_id).order_by("-number").only("number", "mark").first()
        row.number = last.number + 1 if last else 1
        row.mark = queries.mark_of(row, bytes(last.mark) if last else b"")
        row.save(force_insert=True)
    note(queries.NOTED, f"{row.pk} {row.sha256}")
    return DocumentId(row.pk)


def in_turn(thing_id: UUID) -> None:
    """What is added to one owner's documents, or to one document's way, is added one after another.

    Held until the transaction ends. An advisory lock: the application's role may not lock rows it cannot change.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))", [f"documents {thing_id}"])
