"""Save the applicant's identity document."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.clients import queries, rules
from nesie.journey.clients.actions._moves import void_what_follows
from nesie.journey.clients.rules import DocumentKind, Step
from nesie.kernel.actor import Actor
from nesie.kernel.ids import RegistrationId


@use_case
def save_document(
    actor: Actor,
    now: datetime,
    *,
    registration_id: RegistrationId,
    kind: DocumentKind,
    number: str,
    issued_on: date | None = None,
    valid_until: date,
    issuer: str = "",
) -> None:
    """Number and validity term of an identity document in force (clause 6).

    Raises `BirthCertificateRefused`, `DocumentNumberUnfit`, `DocumentTermUnfit`, `DocumentExpired`, `NotFound`,
    `RegistrationClosed`, `StepNotReached`.
    """
    row = queries.lock_registration(actor, registration_id, now)
    queries.progress(row).require(Step.PHONE)
    row.document_number = rules.checked_document(kind, number, issued_on, valid_until, business_day(now))
    row.document_kind = kind
    row.document_issued_on, row.document_valid_until = issued_on, valid_until
    row.document_issuer = rules.issuer_name(issuer)
    row.document_saved_at = now
    void_what_follows(row)
    row.save()
