"""Seal a value under its owner's data key, made on first use."""

from __future__ import annotations

import os
from uuid import UUID

from django.db import connection, transaction

from nesie.foundation.vault import queries, rules
from nesie.foundation.vault.models import DataKey, KeyVersion
from nesie.foundation.vault.rules import Family, KeyState

# Advisory lock class of the vault; the second number tells the families apart.
_LOCK_CLASS = 0x4E53
_LOCK_OF = {Family.MASTER: 1, Family.INDEX: 2}


def seal_bytes(owner_id: UUID, label: str, row_id: UUID, data: bytes) -> bytes:
    """The sealed form of `data` for one owner, label ("table.column") and row; joins the caller's transaction."""
    # The key is read from the database each time: one remembered from a rolled-back transaction must never seal.
    row = _newest_key(owner_id) or _new_key(owner_id)
    nonce = os.urandom(rules.NONCE_BYTES)
    key = queries.unwrapped(row)
    return rules.seal(key, data, nonce=nonce, key_version=row.version, label=label, row_id=row_id)


def _newest_key(owner_id: UUID) -> DataKey | None:
    """In plain SQL: asked for every sealed value of the house."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT version, master_version, wrapped FROM vault_datakey WHERE owner_id = %s"
            " ORDER BY version DESC LIMIT 1",
            [owner_id],
        )
        found = cursor.fetchone()
    if found is None:
        return None
    version, master_version, wrapped = found
    return DataKey(owner_id=owner_id, version=version, master_version=master_version, wrapped=wrapped)


def hold_versions(family: Family, *, exclusively: bool = False) -> None:
    """Until the transaction ends, the set of this family's key versions stands still.

    Writers share the lock; a step of a rotation takes it alone, so no writer acts on an outdated set. The lock
    manager queues fairly: a rotation waits for writers under way, later ones wait for it.
    """
    function = "pg_advisory_xact_lock" if exclusively else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [_LOCK_CLASS, _LOCK_OF[family]])


def _new_key(owner_id: UUID) -> DataKey:
    with transaction.atomic():
        hold_versions(Family.MASTER)
        master = KeyVersion.objects.get(family=Family.MASTER, state=KeyState.CURRENT).version
        wrapped = queries.keyring().wrap(master, os.urandom(rules.KEY_BYTES), queries.key_context(owner_id, 1, master))
        made = DataKey(owner_id=owner_id, version=1, master_version=master, wrapped=wrapped)
        # Another transaction may be making the same owner's first key: one of the two stands, both use it.
        DataKey.objects.bulk_create([made], ignore_conflicts=True)
    return DataKey.objects.get(owner_id=owner_id, version=1)
