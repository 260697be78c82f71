"""Record that the client has read a text of the lender."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.access.queries import own_id
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.lender import queries as lender
from nesie.journey.clients.models import Acknowledgement
from nesie.journey.clients.rules import DocumentNotInForce, Matter
from nesie.kernel.actor import Actor


@use_case
def acknowledge(actor: Actor, now: datetime, *, matter: Matter, text_id: UUID) -> None:
    """Bound to the hash of the version in force (clauses 8.2 and 8.5); said twice, it is one row.

    Raises `DocumentNotInForce` when a newer version has come out since the page was shown.
    """
    shown = lender.rules_version(text_id)
    in_force = lender.rules_document(matter, shown.language)
    if shown.kind is not matter or in_force.id != shown.id:
        raise DocumentNotInForce
    Acknowledgement.objects.bulk_create(
        [
            Acknowledgement(
                client_id=own_id(actor), matter=matter, text_id=shown.id, sha256=shown.sha256, acknowledged_at=now
            )
        ],
        ignore_conflicts=True,
    )
