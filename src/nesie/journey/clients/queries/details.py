"""Reads of changes of phone, account and document, and of documents whose term ends (clause 6)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from nesie.foundation.documents import queries as documents
from nesie.foundation.lender import queries as lender
from nesie.foundation.norms.rules import business_day
from nesie.foundation.vault import queries as vault
from nesie.journey.clients import rules
from nesie.journey.clients.models import DetailsChange
from nesie.journey.clients.queries.scope import may_see_client
from nesie.journey.clients.rules import DetailKind, DetailsChangeView, DetailsStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, DocumentId
from nesie.kernel.refused import NotFound

STOP_PURPOSE = "clients.stop-link"
# In plain SQL: asked in every round of the worker, mostly to hear of nobody. Ended ones come first.
_TO_WARN_OF = """
SELECT client.id FROM clients_client AS client CROSS JOIN unnest(%(warnings)s::int[]) AS warning (days)
WHERE client.status = 'active' AND client.document_valid_until <= %(today)s::date + days
  AND (days > 0 OR client.document_valid_until < %(today)s)
  AND NOT EXISTS (
    SELECT FROM clients_document_warning AS told
    WHERE told.client_id = client.id AND told.valid_until = client.document_valid_until AND told.days_before <= days
  )
GROUP BY client.id ORDER BY min(days), client.document_valid_until LIMIT %(limit)s
"""


def details_changes(actor: Actor, client_id: ClientId) -> list[DetailsChangeView]:
    """A client's changes of phone, account and document, newest first; raises `NotFound`."""
    if not may_see_client(actor, client_id):
        raise NotFound
    return [_details_view(row) for row in DetailsChange.objects.filter(client_id=client_id).order_by("-drafted_at")]


def details_change(actor: Actor, change_id: UUID) -> DetailsChangeView:
    """One change of details; raises `NotFound`."""
    row = DetailsChange.objects.filter(id=change_id).first()
    if row is None or not may_see_client(actor, row.client_id):
        raise NotFound
    return _details_view(row)


def details_to_apply(now: datetime, limit: int) -> list[UUID]:
    """Agreed changes of details whose delay is over."""
    due = DetailsChange.objects.filter(status=DetailsStatus.AGREED, takes_effect_at__lte=now)
    return list(due.order_by("takes_effect_at").values_list("id", flat=True)[:limit])


def details_to_expire(now: datetime, limit: int) -> list[UUID]:
    """Changes of details to which nobody agreed in time."""
    late = DetailsChange.objects.filter(status=DetailsStatus.DRAFTED, answer_until__lte=now)
    return list(late.order_by("answer_until").values_list("id", flat=True)[:limit])


def stop_link(secret: str) -> str:
    """The address that stops a change; all it can do is stop."""
    return lender.address_of(f"/stop/{secret}")


def stoppable(secret: str) -> DetailsChangeView | None:
    """The agreed change that this link would stop, if its delay still runs."""
    found = vault.keyed_hash(STOP_PURPOSE, secret)
    row = DetailsChange.objects.filter(cancel_hash=found, status=DetailsStatus.AGREED).first()
    return _details_view(row) if row is not None else None


def paper_sha256(row: DetailsChange) -> str:
    """Of the document agreed to."""
    return documents.described(row.paper_id).sha256


def documents_to_warn_of(now: datetime, limit: int) -> list[ClientId]:
    """Clients whose identity document ends soon or has ended, who were not told of it yet."""
    with connection.cursor() as cursor:
        cursor.execute(_TO_WARN_OF, {"today": business_day(now), "warnings": list(rules.WARNINGS), "limit": limit})
        return [ClientId(one) for (one,) in cursor.fetchall()]


def _details_view(row: DetailsChange) -> DetailsChangeView:
    return DetailsChangeView(
        id=row.id,
        client_id=ClientId(row.client_id),
        kind=DetailKind(row.kind),
        status=DetailsStatus(row.status),
        value=row.value,
        document_id=DocumentId(row.paper_id),
        sha256=paper_sha256(row),
        drafted_at=row.drafted_at,
        answer_until=row.answer_until,
        confirmed_at=row.confirmed_at,
        agreed_at=row.agreed_at,
        takes_effect_at=row.takes_effect_at,
        ended_at=row.ended_at,
    )
