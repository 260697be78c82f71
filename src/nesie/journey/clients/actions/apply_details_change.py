"""An agreed change of details takes effect."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from nesie.foundation.access.actions import end_sessions_of
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.identification.rules import iban_bank_code
from nesie.foundation.vault.actions import claim_index, release_index
from nesie.foundation.vault.rules import IndexedField, IndexTaken
from nesie.journey.clients.actions._details import lock_change, move, tell
from nesie.journey.clients.actions._leaks import ask_again
from nesie.journey.clients.models import Client, ClientAccount, DetailsChange
from nesie.journey.clients.rules import Capacity, DetailKind, DetailsMoveRefused, DetailsStatus, saved
from nesie.journey.clients.rules.words import Step
from nesie.kernel.actor import Actor


@use_case
def apply_details_change(actor: Actor, now: datetime, *, change_id: UUID) -> DetailsStatus:
    """After its delay, unless it was stopped (clause 6): APPLIED, or FAILED when the number is another's by now.

    Raises `NotFound`, `DetailsMoveRefused`.
    """
    row = lock_change(actor, change_id)
    if row.status != DetailsStatus.AGREED or row.takes_effect_at is None or now < row.takes_effect_at:
        raise DetailsMoveRefused
    return take_effect(row, actor, now)


def take_effect(row: DetailsChange, actor: Actor, now: datetime) -> DetailsStatus:
    """Write the new details, in the caller's transaction; the client is told at the old and the new address."""
    try:
        _WAYS[DetailKind(row.kind)](row, now)
    except IndexTaken:
        move(row, DetailsStatus.FAILED, actor, now)
        tell(row.client, "details_change_failed", now, at=now)
        return DetailsStatus.FAILED
    move(row, DetailsStatus.APPLIED, actor, now)
    return DetailsStatus.APPLIED


def _phone(row: DetailsChange, now: datetime) -> None:
    client, old = row.client, row.client.phone
    claim_index(client.id, IndexedField.PHONE, row.value)
    release_index(client.id, IndexedField.PHONE, old)
    client.phone = row.value
    client.save(update_fields=["phone"])
    ask_again(client, now)
    end_sessions_of(client.id, now)  # whoever holds the old phone is out
    tell(client, "phone_changed", now, phone=old, at=now)
    tell(client, "phone_changed", now, at=now)


def _account(row: DetailsChange, now: datetime) -> None:
    keep_account(row.client, row.value, now)
    tell(row.client, "account_added", now, at=now)


def keep_account(client: Client, iban: str, now: datetime) -> UUID:
    """The client's from now on; raises `IndexTaken` when it is another's."""
    claim_index(client.id, IndexedField.IBAN, iban)
    row = ClientAccount(id=uuid4(), client_id=client.id, iban=iban, bank_code=iban_bank_code(iban), added_at=now)
    row.save(force_insert=True)
    return row.id


def _document(row: DetailsChange, now: datetime) -> None:
    client, old = row.client, row.client.document_number
    # The document of a legal entity's signatory is nobody's index: he may be a client in his own name.
    if client.capacity != Capacity.LEGAL_ENTITY:
        claim_index(client.id, IndexedField.DOCUMENT_NUMBER, row.value)
        if old != row.value:
            release_index(client.id, IndexedField.DOCUMENT_NUMBER, old)
    client.document_kind, client.document_number = row.document_kind, row.value
    client.document_issuer, client.document_issued_on = row.document_issuer, row.document_issued_on
    client.document_valid_until = saved(row.document_valid_until, Step.DOCUMENT)
    client.save()
    tell(client, "document_changed", now, at=now)


_WAYS = {DetailKind.PHONE: _phone, DetailKind.ACCOUNT: _account, DetailKind.DOCUMENT: _document}
