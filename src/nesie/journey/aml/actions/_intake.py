"""Taking a list in: shared by the fetched and the uploaded one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nesie.foundation.documents import actions as documents
from nesie.journey.aml import queries, rules
from nesie.journey.aml.models import ListEntry, ListReceipt, ListVersion
from nesie.journey.aml.rules import ListedPerson, ListOrigin, ListSource
from nesie.kernel.ids import new_id

_BATCH = 500


@dataclass(frozen=True, slots=True)
class ListTaken:
    """A list received; `fresh` when its content was not known before."""

    version_id: UUID
    persons: int
    fresh: bool


def take_in(content: bytes, *, origin: ListOrigin, by: UUID | None, now: datetime) -> ListTaken:
    """Keep the list's original bytes and its rows once per content, and a receipt each time. ListUnreadable."""
    parsed = rules.parse_list(content)
    digest = hashlib.sha256(content).hexdigest()
    source = ListSource.AFM_ACTIVE
    known = ListVersion.objects.filter(source=source, sha256=digest).first()
    version = known or _new_version(source, digest, content, parsed, now)
    ListReceipt.objects.create(version=version, source=source, origin=origin, received_at=now, received_by=by)
    return ListTaken(version.id, version.persons, known is None)


def _new_version(
    source: ListSource, digest: str, content: bytes, parsed: rules.ParsedList, now: datetime
) -> ListVersion:
    version_id = new_id()
    document_id = documents.store(
        version_id,
        kind="sanctions_list",
        content=content,
        media_type="application/xml",
        file_name=f"{source.value}.xml",
        now=now,
        retention="identity",
    )
    version = ListVersion.objects.create(
        id=version_id,
        source=source,
        sha256=digest,
        document_id=document_id,
        persons=len(parsed.persons),
        organisations=parsed.organisations,
        created_at=now,
    )
    entries = (_entry(version_id, listed) for listed in (*parsed.persons, *parsed.entities))
    ListEntry.objects.bulk_create(entries, batch_size=_BATCH)
    return version


def _entry(version_id: UUID, person: ListedPerson) -> ListEntry:
    return ListEntry(
        id=new_id(),
        version_id=version_id,
        number=person.number,
        fingerprint=queries.person_hash(person),
        iin_key=queries.iin_hash(person.iin) if person.iin else None,
        name_key=queries.name_hash(rules.name_key(person.surname, person.given_name)),
        content=person.as_text(),
    )
