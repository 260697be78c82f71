"""Tell a client that the identity document ends soon, or has ended."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.clients import rules
from nesie.journey.clients.actions._details import tell
from nesie.journey.clients.actions.block_client import lock_client
from nesie.journey.clients.models import DocumentWarning
from nesie.journey.clients.rules import NothingToWarnOf
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId


@use_case
def warn_of_document(actor: Actor, now: datetime, *, client_id: ClientId) -> int:
    """A month and a week before its end, and when it has ended, once each (clause 6: the term is watched).

    Returns the days before the end that this warning is for. Raises `NotFound`, `NothingToWarnOf`.
    """
    client = lock_client(client_id)
    until = client.document_valid_until
    days = rules.warning_due(until, business_day(now))
    if days is None:
        raise NothingToWarnOf
    _row, first = DocumentWarning.objects.get_or_create(
        client=client, valid_until=until, days_before=days, defaults={"told_at": now}
    )
    if not first:
        raise NothingToWarnOf
    tell(client, "document_ends" if days else "document_ended", now, on=until)
    return days
