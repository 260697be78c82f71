"""Save the legal entity an applicant signs for."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents.actions import store
from nesie.foundation.norms.rules import business_day
from nesie.journey.clients import queries, rules
from nesie.journey.clients.actions._moves import void_what_follows
from nesie.journey.clients.rules import Attachment, Authority, Step
from nesie.kernel.actor import Actor
from nesie.kernel.ids import RegistrationId


@use_case
def save_entity(
    actor: Actor,
    now: datetime,
    *,
    registration_id: RegistrationId,
    bin: str,
    business_name: str,
    authority: Authority,
    authority_number: str,
    authority_issued_on: date,
    authority_valid_until: date | None = None,
    scan: Attachment,
) -> None:
    """BIN, name and the signatory's paper, kept in the bytes it came in for the staff to look at (clause 6).

    Raises `BinUnfit`, `BusinessNameUnfit`, `AuthorityNumberUnfit`, `AuthorityTermUnfit`, `AuthorityEnded`,
    `AuthorityUnfit`, `NotFound`, `RegistrationClosed`, `StepNotReached`.
    """
    row = queries.lock_registration(actor, registration_id, now)
    queries.progress(row).require_before(Step.ENTITY)
    row.bin = rules.checked_bin(bin)
    row.business_name = rules.business_name(business_name)
    row.authority_number = rules.checked_authority(
        authority, authority_number, authority_issued_on, authority_valid_until, business_day(now)
    )
    rules.check_scan(scan)
    row.authority = authority
    row.authority_issued_on, row.authority_valid_until = authority_issued_on, authority_valid_until
    row.authority_document_id = store(
        row.id,
        kind="authority",
        content=scan.content,
        media_type=scan.media_type,
        file_name=scan.file_name,
        now=now,
        retention="contract",
    )
    row.entity_saved_at = now
    void_what_follows(row)
    row.save()
