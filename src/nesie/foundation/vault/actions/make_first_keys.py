"""Make the first keys of an installation."""

from __future__ import annotations

from django.db import connection

from nesie.foundation.vault import queries
from nesie.foundation.vault.models import DataKey, IndexRow
from nesie.foundation.vault.rules import Family, KeyMissing


def make_first_keys() -> bool:
    """Put version 1 of every key on the ring; False when all were there.

    KeyMissing when the database already holds sealed data: then the right keys are elsewhere (a backup, another
    folder), and fresh ones would only hide that.
    """
    ring = queries.keyring()
    missing = [family for family in Family if not ring.has(family, 1)]
    if missing and _sealed():
        raise KeyMissing(f"the database is sealed, and the ring lacks {', '.join(missing)}: restore the key file")
    for family in missing:
        ring.make(family, 1)
    return bool(missing)


def _sealed() -> bool:
    """True when something in the database depends on keys; a database without tables yet holds nothing."""
    tables = connection.introspection.table_names()
    return any(model._meta.db_table in tables and model.objects.exists() for model in (DataKey, IndexRow))
