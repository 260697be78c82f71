"""Give a searchable value up."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from nesie.foundation.vault import queries
from nesie.foundation.vault.actions.seal_bytes import hold_versions
from nesie.foundation.vault.models import IndexClaim
from nesie.foundation.vault.rules import Family, IndexedField


def release_index(owner_id: UUID, field: IndexedField, value: str) -> None:
    """The owner no longer holds this value; nothing happens when they did not. Joins the caller's transaction."""
    with transaction.atomic():
        hold_versions(Family.INDEX)
        digests = [queries.index_digest(field, version, value) for version in queries.index_versions()]
        IndexClaim.objects.filter(owner_id=owner_id, field=field, indexrow__digest__in=digests).delete()
