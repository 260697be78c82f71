"""Prove the possession of the new number."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.access.actions import check_code
from nesie.foundation.access.rules import CodeOutcome, CodePurpose
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.vault import queries as vault
from nesie.foundation.vault.rules import IndexedField
from nesie.journey.clients.actions._details import lock_change
from nesie.journey.clients.rules import DetailKind, DetailsMoveRefused, DetailsStatus, NumberTaken
from nesie.kernel.actor import Actor
from nesie.kernel.refused import NotFound


@use_case
def confirm_new_phone(actor: Actor, now: datetime, *, change_id: UUID, code: str) -> CodeOutcome:
    """Examine the code sent to the new number; wrong ones are values, since they are counted (clause 6).

    Raises `NotFound`, `DetailsMoveRefused`, and `NumberTaken` to the holder of a number that is another client's.
    """
    row = lock_change(actor, change_id)
    if row.kind != DetailKind.PHONE:
        raise NotFound
    if row.status != DetailsStatus.DRAFTED or now >= row.answer_until:
        raise DetailsMoveRefused
    outcome = check_code(actor, now, purpose=CodePurpose.CHANGE_PHONE, subject_id=row.id, code=code)
    if outcome is not CodeOutcome.ACCEPTED:
        return outcome
    if vault.find_owner(IndexedField.PHONE, row.value) not in (None, row.client_id):
        raise NumberTaken(field="phone")
    row.confirmed_at = now
    row.save(update_fields=["confirmed_at"])
    return outcome
