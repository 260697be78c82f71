"""Bring some of the rows that depend on the old key over to the new one."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.vault import queries
from nesie.foundation.vault.actions.seal_bytes import hold_versions
from nesie.foundation.vault.models import DataKey, IndexClaim, IndexRow
from nesie.foundation.vault.rules import Advanced, Family, IndexedField, NoRotationUnderWay
from nesie.kernel.actor import Actor


@use_case
def advance_key_rotation(actor: Actor, now: datetime, *, family: Family, limit: int = 500) -> Advanced:
    """Rewrap, or index anew, up to `limit` rows; how many, and how many are left. NoRotationUnderWay.

    What is left is told by the rows themselves, so a killed rotation goes on where it stopped, and several workers may
    advance it at once.
    """
    hold_versions(family)
    version = queries.rotating(family)
    if version is None:
        raise NoRotationUnderWay
    done = _rewrap(version, limit) if family is Family.MASTER else _fill(version, limit)
    return Advanced(done, queries.rotation_left(family))


def _rewrap(master: int, limit: int) -> int:
    rows = list(DataKey.objects.exclude(master_version=master).select_for_update(skip_locked=True)[:limit])
    for row in rows:
        key = queries.unwrapped(row)
        row.master_version = master
        row.wrapped = queries.keyring().wrap(master, key, queries.key_context(row.owner_id, row.version, master))
    DataKey.objects.bulk_update(rows, ["master_version", "wrapped"])
    return len(rows)


def _fill(version: int, limit: int) -> int:
    filled = IndexRow.objects.filter(claim=OuterRef("pk"), key_version=version)
    claims = list(IndexClaim.objects.filter(~Exists(filled)).select_for_update(skip_locked=True)[:limit])
    queries.load_keys(claim.owner_id for claim in claims)
    IndexRow.objects.bulk_create(
        (
            IndexRow(
                claim=claim,
                field=claim.field,
                key_version=version,
                digest=queries.index_digest(IndexedField(claim.field), version, claim.value),
            )
            for claim in claims
        ),
        # A second worker may have filled the same claim since this one looked.
        ignore_conflicts=True,
    )
    return len(claims)
