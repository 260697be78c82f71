"""Save the applicant's portrait."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents.actions import store
from nesie.journey.clients import queries, rules
from nesie.journey.clients.actions._moves import void_what_follows
from nesie.journey.clients.rules import PORTRAIT_REFUSALS, PortraitTooLarge, Step
from nesie.kernel.actor import Actor
from nesie.kernel.ids import DocumentId, RegistrationId


@use_case
def save_photo(actor: Actor, now: datetime, *, registration_id: RegistrationId, content: bytes) -> DocumentId:
    """A frontal portrait on a light background, neutral, mouth closed, measured on its pixels (clause 6).

    Kept in its original bytes. Raises the refusal that names the quality missed (`PORTRAIT_REFUSALS`),
    `PortraitUnreadable`, `PortraitTooLarge`, `NotFound`, `RegistrationClosed`, `StepNotReached`.
    """
    row = queries.lock_registration(actor, registration_id, now)
    queries.progress(row).require(Step.PHONE)
    if len(content) > rules.PORTRAIT_BYTES:
        raise PortraitTooLarge(field="photo", megabytes=rules.PORTRAIT_BYTES // 1024**2)
    missed = rules.portrait_faults(queries.portrait_meter().measure(content))
    if missed:
        raise PORTRAIT_REFUSALS[missed[0]](field="photo")
    jpeg = content.startswith(b"\xff\xd8")
    document_id = store(
        row.id,
        kind="portrait",
        content=content,
        media_type="image/jpeg" if jpeg else "image/png",
        file_name="portrait.jpg" if jpeg else "portrait.png",
        now=now,
        retention="identity",
    )
    row.photo_document_id = document_id
    void_what_follows(row)
    row.save()
    return document_id
