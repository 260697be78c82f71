"""Write out the statement that the applicant signs."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents import queries as documents
from nesie.foundation.documents.actions import record_event, store
from nesie.foundation.documents.rules import Event, render
from nesie.foundation.lender import queries as lender
from nesie.journey.clients import queries, rules
from nesie.journey.clients.actions._moves import void_statement
from nesie.journey.clients.models import Registration
from nesie.journey.clients.rules import Step
from nesie.kernel.actor import Actor
from nesie.kernel.ids import DocumentId, RegistrationId

_TEMPLATE = "clients/registration"


@use_case
def prepare_statement(
    actor: Actor, now: datetime, *, registration_id: RegistrationId, language: str = ""
) -> DocumentId:
    """A PDF in Kazakh or Russian with everything entered and agreed to; both proofs are bound to its hash (clause 6).

    Raises `NotFound`, `RegistrationClosed`, `StepNotReached`.
    """
    row = queries.lock_registration(actor, registration_id, now)
    queries.progress(row).require_before(Step.STATEMENT)
    written: Literal["kk", "ru"] = "kk" if (language or row.language) == "kk" else "ru"
    rendered = render(_TEMPLATE, _data(row, now, written), language=written, at=now)
    void_statement(row)
    document_id = store(
        row.id,
        kind="registration_statement",
        content=rendered.content,
        media_type="application/pdf",
        file_name="registration.pdf",
        now=now,
        retention="contract",
        template=_TEMPLATE,
        template_version=rendered.template_version,
        language=written,
    )
    record_event(document_id, Event.SENT, now=now, channel=actor.channel)
    row.statement_document_id = document_id
    row.save()
    return document_id


def _data(row: Registration, now: datetime, written: str) -> dict[str, object]:
    portrait = documents.described(rules.saved(row.photo_document_id, Step.PHOTO))
    return {
        "lender": lender.letterhead(written),
        "made_at": now,
        "registration": str(row.id),
        "capacity": row.capacity,
        "business_name": row.business_name or "",
        "bin": row.bin or "",
        "authority": row.authority,
        "authority_number": row.authority_number,
        "authority_issued_on": row.authority_issued_on,
        "authority_valid_until": row.authority_valid_until,
        "authority_sha256": _sha256(row.authority_document_id),
        "surname": row.surname,
        "given_name": row.given_name,
        "patronymic": row.patronymic or "",
        "iin": row.iin,
        "birth_on": rules.birth_date(row.iin),
        "document_kind": row.document_kind,
        "document_number": row.document_number,
        "document_issuer": row.document_issuer,
        "document_issued_on": row.document_issued_on,
        "document_valid_until": row.document_valid_until,
        "phone": row.phone,
        "email": row.email or "",
        "address": row.address,
        "photo_sha256": portrait.sha256,
        "consent_text": rules.CONSENT_TEXT,
    }


def _sha256(document_id: UUID | None) -> str:
    return documents.described(document_id).sha256 if document_id is not None else ""
