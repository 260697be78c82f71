"""Begin the renewal of a client's identity document."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.foundation.vault import queries as vault
from nesie.foundation.vault.rules import IndexedField
from nesie.journey.clients import rules
from nesie.journey.clients.actions._details import draft, lock_served
from nesie.journey.clients.rules import (
    AlreadyRegistered,
    Capacity,
    DetailKind,
    DetailsDrafted,
    DocumentKind,
    NewDocument,
    SameDetails,
)
from nesie.kernel.actor import Actor


@use_case
def propose_document_change(
    actor: Actor,
    now: datetime,
    *,
    kind: DocumentKind,
    number: str,
    issued_on: date | None = None,
    valid_until: date,
    issuer: str = "",
) -> DetailsDrafted:
    """Number and term of the new document (clause 6, identity document); the state is asked about it next.

    Raises `BirthCertificateRefused`, `DocumentNumberUnfit`, `DocumentTermUnfit`, `DocumentExpired`, `SameDetails`,
    `AlreadyRegistered`, `ClientNotActive`.
    """
    client = lock_served(actor)
    plain = rules.checked_document(kind, number, issued_on, valid_until, business_day(now))
    if (plain, valid_until) == (client.document_number, client.document_valid_until):
        raise SameDetails(field="document_number")
    own = client.capacity != Capacity.LEGAL_ENTITY  # an entity's is its signatory's, a client himself perhaps
    if own and vault.find_owner(IndexedField.DOCUMENT_NUMBER, plain) not in (None, client.id):
        raise AlreadyRegistered(field="document_number")
    new = NewDocument(kind, plain, issued_on, valid_until, rules.issuer_name(issuer))
    return draft(actor, now, DetailKind.DOCUMENT, plain, before=client.document_number, document=new)
