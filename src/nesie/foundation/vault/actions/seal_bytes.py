"""Seal a value under its owner's data key, made on first use."""

from __future__ import annotations

import os
import threading
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
    key, version = _key_of(owner_id)
    nonce = os.urandom(rules.NONCE_BYTES)
    return rules.seal(key, data, nonce=nonce, key_version=version, label=label, row_id=row_id)


class _Transaction:
    """The sealing keys that one transaction has found, and whose it has made itself: forgotten when it ends."""

    def __init__(self) -> None:
        self.found: dict[UUID, tuple[bytes, int]] = {}
        self.made: set[UUID] = set()

    def ends(self) -> None:
        """Called by Django after a commit; at a rollback it is struck off Django's list, which tells as much."""
        self.found.clear()

    def lasts(self) -> bool:
        """True while the transaction goes on, and the savepoint stands in which it was first asked."""
        return any(waiting == self.ends for _, waiting, *_ in connection.run_on_commit)


_here = threading.local()


def _transaction() -> _Transaction | None:
    """The one that is open on this thread; None when there is none."""
    if not connection.in_atomic_block:
        return None
    held: _Transaction | None = getattr(_here, "transaction", None)
    if held is None or not held.lasts():
        held = _here.transaction = _Transaction()
        transaction.on_commit(held.ends)
    return held


def _key_of(owner_id: UUID) -> tuple[bytes, int]:
    """The owner's newest key and its version, read once in a transaction.

    Never kept longer: another process may make a newer one. And never when the transaction made it itself: a
    savepoint rolled back would take it away, and nothing it sealed could be opened.
    """
    held = _transaction()
    if held is not None and owner_id in held.found:
        return held.found[owner_id]
    row = _newest_key(owner_id)
    if row is None:
        if held is not None:
            held.made.add(owner_id)
        row = _new_key(owner_id)
    key = queries.unwrapped(row), row.version
    if held is not None and owner_id not in held.made:
        held.found[owner_id] = key
    return key


def _newest_key(owner_id: UUID) -> DataKey | None:
    """In plain SQL: asked in every transaction that seals."""
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
