"""Have the audit trail vouch for a row that stands behind a document: a signature, a proof, a consent."""

from __future__ import annotations

from django.db import models

from nesie.foundation.audit.use_case import note
from nesie.foundation.documents import queries


def witness(row: models.Model) -> None:
    """Note a keyed hash over all that a just written row says; joins the caller's transaction (clause 11-doc).

    For rows that are never changed. `queries.altered_rows` later finds those altered, taken away or put in.
    """
    # Read back: the hash is over what the database keeps, not over what Python meant.
    written = type(row)._default_manager.get(pk=row.pk)
    note(queries.WITNESSED, f"{queries.name_of(row)} {queries.digest_of(written)}")
