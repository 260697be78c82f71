"""Reading documents: each content is checked against its hash; `verify_all` checks everything at once."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import models

from nesie.foundation.audit import queries as audit
from nesie.foundation.documents import rules
from nesie.foundation.documents.models import Document, DocumentEvent
from nesie.foundation.documents.rules import (
    DocumentAltered,
    DocumentNotFound,
    DocumentView,
    EventView,
    Finding,
    Problem,
    RowFinding,
)
from nesie.foundation.vault import queries as vault
from nesie.foundation.vault.rules import SealBroken
from nesie.kernel.actor import Actor
from nesie.kernel.ids import DocumentId, OwnerId

WITNESSED = "rows"  # under this name the audit trail keeps "<table> <key> <keyed hash>" of every witnessed row
NOTED = "documents"  # under this name the audit trail keeps "<id> <sha256>" of every document stored by an act


def described(document_id: UUID) -> DocumentView:
    """A document without its content; DocumentNotFound. For code that already knows the actor may see it."""
    return view_of(_row(document_id))


def described_for(actor: Actor, document_id: UUID) -> DocumentView:
    """A document this actor may see: their own, or any for staff who read clients; DocumentNotFound otherwise."""
    row = _row(document_id)
    if not rules.may_read(actor, row.owner_id):
        raise DocumentNotFound
    return view_of(row)


def content(document_id: UUID) -> bytes:
    """The original bytes; DocumentNotFound, or DocumentAltered when they are no longer what was stored."""
    row = _row(document_id)
    found = _opened(row)
    if found is None:
        raise DocumentAltered(f"document {row.pk} is not what was stored")
    return found


def of_owner(owner_id: UUID, kind: str | None = None) -> list[DocumentView]:
    """An owner's documents, oldest first."""
    rows = Document.objects.filter(owner_id=owner_id).defer("content").order_by("number")
    return [view_of(row) for row in (rows.filter(kind=kind) if kind else rows)]


def events_of(document_id: UUID) -> list[EventView]:
    """What is known of a document's way, oldest first."""
    rows = DocumentEvent.objects.filter(document_id=document_id).order_by("id")
    return [EventView(rules.Event(row.event), row.at, row.channel, row.reference) for row in rows]


def verify_all() -> list[Finding]:
    """Everything wrong with any stored document (clause 11-doc), empty when all is as it was stored.

    Finds altered content, altered rows and events, documents taken out of the middle of an owner's, and, through the
    audit trail, those taken from the end or replaced as a whole.
    """
    findings: list[Finding] = []
    seen: dict[str, str] = {}
    previous, owner, number = b"", None, 0
    for row in Document.objects.order_by("owner_id", "number").iterator(chunk_size=20):
        if row.owner_id != owner:
            previous, owner, number = b"", row.owner_id, 0
        here = OwnerId(row.owner_id)
        findings += [Finding(Problem.MISSING, None, here, gone) for gone in range(number + 1, row.number)]
        broken_chain = row.number != number + 1
        findings += [
            Finding(problem, DocumentId(row.pk), here, row.number) for problem in _problems(row, previous, broken_chain)
        ]
        previous, number = bytes(row.mark), row.number
        seen[str(row.pk)] = row.sha256
    return findings + list(_against_trail(seen))


def altered_rows(*tables: type[models.Model]) -> list[RowFinding]:
    """Rows of these tables that are not what `actions.witness` saw written, empty when all are (clause 11-doc).

    A row nobody witnessed was put in past the system; one witnessed and not there was taken out of it.
    """
    known = {table._meta.db_table for table in tables}
    witnessed: dict[str, str] = {}
    for noted in audit.noted(WITNESSED):
        table_name, key, digest = noted.split(" ")
        if table_name in known:
            witnessed[f"{table_name} {key}"] = digest
    findings: list[RowFinding] = []
    for table in tables:
        for row in table._default_manager.order_by("pk").iterator(chunk_size=200):
            noted_digest = witnessed.pop(name_of(row), None)
            problem = Problem.UNRECORDED if noted_digest is None else _row_problem(row, noted_digest)
            if problem is not None:
                findings.append(RowFinding(problem, table._meta.db_table, str(row.pk)))
    return findings + [RowFinding(Problem.MISSING, *name.split(" ")) for name in witnessed]


def name_of(row: models.Model) -> str:
    """How the trail calls a row."""
    return f"{row._meta.db_table} {row.pk}"


def digest_of(row: models.Model) -> str:
    """The keyed hash, in hex, over every column of a row as it was read; SealBroken when a sealed one does not open."""
    facts = {column.attname: _exact(getattr(row, column.attname)) for column in row._meta.concrete_fields}
    return vault.keyed_hash(f"{row._meta.db_table}.row", json.dumps(facts, sort_keys=True, ensure_ascii=False)).hex()


def mark_of(row: Document, previous: bytes) -> bytes:
    """The keyed hash over all that a document's row says."""
    facts = rules.facts_of(
        *(getattr(row, name) for name in _MARKED),
        previous=previous,
    )
    return vault.keyed_hash("documents_document.mark", facts)


def event_mark_of(row: DocumentEvent, previous: bytes) -> bytes:
    """The keyed hash over all that an event's row says."""
    facts = rules.facts_of(row.document_id, row.event, row.at, row.channel, row.reference, previous=previous)
    return vault.keyed_hash("documents_documentevent.mark", facts)


def view_of(row: Document) -> DocumentView:
    """A row for strangers."""
    return DocumentView(
        id=DocumentId(row.pk),
        owner_id=OwnerId(row.owner_id),
        kind=row.kind,
        sha256=row.sha256,
        size=row.size,
        media_type=row.media_type,
        file_name=row.file_name,
        created_at=row.created_at,
        template=row.template,
        template_version=row.template_version,
        language=row.language,
        retention_class=row.retention_class,
    )


_MARKED = (
    "pk",
    "owner_id",
    "number",
    "kind",
    "sha256",
    "size",
    "media_type",
    "file_name",
    "created_at",
    "template",
    "template_version",
    "language",
    "retention_class",
)


def _row(document_id: UUID) -> Document:
    row = Document.objects.filter(pk=document_id).first()
    if row is None:
        raise DocumentNotFound
    return row


def _opened(row: Document) -> bytes | None:
    """The content, or None when it is not what the row says."""
    try:
        found = row.content
    except SealBroken:
        return None
    whole = len(found) == row.size and hmac.compare_digest(rules.sha256(found), row.sha256)
    return found if whole else None


def _problems(row: Document, previous: bytes, broken_chain: bool) -> Iterator[Problem]:
    if _opened(row) is None:
        yield Problem.CONTENT_ALTERED
    try:
        # After a gap the mark before is unknown: the gap itself has been reported.
        true_row = broken_chain or hmac.compare_digest(bytes(row.mark), mark_of(row, previous))
    except SealBroken:
        true_row = False
    if not true_row:
        yield Problem.ROW_ALTERED
    last = bytes(row.mark)
    for event in row.events.order_by("id"):
        if not hmac.compare_digest(bytes(event.mark), event_mark_of(event, last)):
            yield Problem.EVENT_ALTERED
        last = bytes(event.mark)


def _row_problem(row: models.Model, noted: str) -> Problem | None:
    try:
        same = hmac.compare_digest(digest_of(row), noted)
    except SealBroken:
        same = False
    return None if same else Problem.ROW_ALTERED


def _exact(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    # What JSON has of its own (a JSON column too) stays; dates, decimals and ids have one text each.
    return value if isinstance(value, bool | int | str | dict | list | None) else str(value)


def _against_trail(seen: dict[str, str]) -> Iterator[Finding]:
    for noted in audit.noted(NOTED):
        document_id, sha256 = noted.split(" ")
        if document_id not in seen:
            yield Finding(Problem.MISSING, DocumentId(UUID(document_id)))
        elif seen[document_id] != sha256:
            yield Finding(Problem.UNRECORDED, DocumentId(UUID(document_id)))
