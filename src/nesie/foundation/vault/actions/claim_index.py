"""Claim a searchable value for an owner: unique under every live key version at once."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from nesie.foundation.vault import queries, rules
from nesie.foundation.vault.actions.seal_bytes import hold_versions
from nesie.foundation.vault.models import IndexClaim, IndexRow
from nesie.foundation.vault.rules import Family, IndexedField, IndexTaken


def claim_index(owner_id: UUID, field: IndexedField, value: str) -> None:
    """Record that this owner holds this value; nothing happens when they already do.

    Joins the caller's transaction. Raises IndexTaken when it belongs to another owner, also to one whose claim
    was committed while this one waited for it.
    """
    value = rules.normalised(field, value)
    with transaction.atomic():
        hold_versions(Family.INDEX)
        holder: UUID | None = queries.find_owner(field, value)
        if holder is None:
            holder = _claim(owner_id, field, value)
        if holder != owner_id:
            raise IndexTaken(field=field.value)


def _claim(owner_id: UUID, field: IndexedField, value: str) -> UUID:
    """Claim it; the holder afterwards (another, when a concurrent claim came first)."""
    claim = IndexClaim(owner_id=owner_id, field=field, value=value)
    claim.save(force_insert=True)
    # Always in the order of versions, so that two claims of one value wait for each other and never in a circle.
    for version in queries.index_versions():
        row = IndexRow(
            claim=claim, field=field, key_version=version, digest=queries.index_digest(field, version, value)
        )
        IndexRow.objects.bulk_create([row], ignore_conflicts=True)
        if not IndexRow.objects.filter(claim=claim, key_version=version).exists():
            claim.delete()
            holder = queries.find_owner(field, value)
            if holder is None:  # the other owner released it this very moment: the caller may try again
                raise IndexTaken(field=field.value)
            return holder
    return owner_id
