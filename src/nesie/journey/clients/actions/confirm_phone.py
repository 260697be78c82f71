"""Prove the possession of the mobile number."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.access.actions import check_code, end_session, open_session
from nesie.foundation.access.rules import CodeOutcome, CodePurpose, SessionKind
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.vault import queries as vault
from nesie.foundation.vault.actions import claim_index, release_index
from nesie.foundation.vault.rules import IndexedField
from nesie.journey.clients.actions._moves import move_registration
from nesie.journey.clients.models import Client, Registration
from nesie.journey.clients.rules import PhoneConfirmed, PhoneOutcome, RegistrationClosed, RegistrationStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import RegistrationId
from nesie.kernel.refused import NotFound

_GOES_ON = (RegistrationStatus.OPEN, RegistrationStatus.REVIEW)


@use_case
def confirm_phone(actor: Actor, now: datetime, *, registration_id: RegistrationId, code: str) -> PhoneConfirmed:
    """Examine the code; with the right one the applicant gets a session of their registration (clause 6).

    An unfinished registration of the same phone goes on where it was left; the phone of a client leads to the
    sign-in. Wrong codes are values, since they are counted. Raises `NotFound`, `RegistrationClosed`.
    """
    row = Registration.objects.select_for_update().filter(id=registration_id).first()
    if row is None:
        raise NotFound
    if row.status != RegistrationStatus.OPEN or row.phone_confirmed_at is not None or now >= row.expires_at:
        raise RegistrationClosed
    outcome = check_code(actor, now, purpose=CodePurpose.REGISTRATION, subject_id=row.id, code=code)
    if outcome is not CodeOutcome.ACCEPTED:
        return PhoneConfirmed(PhoneOutcome(outcome.value))
    holder = vault.find_owner(IndexedField.PHONE, row.phone)
    if holder is not None:
        known = _known_holder(actor, now, row, holder)
        if known is not None:
            return known
    claim_index(row.id, IndexedField.PHONE, row.phone)
    row.phone_confirmed_at = now
    row.save(update_fields=["phone_confirmed_at"])
    return _admitted(actor, now, row, PhoneOutcome.CONFIRMED)


def _known_holder(actor: Actor, now: datetime, row: Registration, holder: UUID) -> PhoneConfirmed | None:
    """Whose phone it is already; None when that registration is over, and the phone is free again."""
    # Locked before it is looked at: it may be becoming a client this very moment.
    earlier = Registration.objects.select_for_update().filter(id=holder).first()
    if Client.objects.filter(id=holder).exists():
        move_registration(row, RegistrationStatus.SUPERSEDED, actor, now, reason="phone of a client")
        return PhoneConfirmed(PhoneOutcome.ALREADY_CLIENT)
    if earlier is None:
        return None
    if earlier.status in _GOES_ON and now < earlier.expires_at:
        move_registration(row, RegistrationStatus.SUPERSEDED, actor, now, reason="earlier registration goes on")
        return _admitted(actor, now, earlier, PhoneOutcome.RESUMED)
    _give_phone_up(earlier, actor, now)
    return None


def _give_phone_up(earlier: Registration, actor: Actor, now: datetime) -> None:
    release_index(earlier.id, IndexedField.PHONE, earlier.phone)
    if earlier.status in _GOES_ON:
        move_registration(earlier, RegistrationStatus.EXPIRED, actor, now)


def _admitted(actor: Actor, now: datetime, row: Registration, outcome: PhoneOutcome) -> PhoneConfirmed:
    end_session(actor.session, now)
    key = open_session(SessionKind.REGISTRATION, now, channel=actor.channel, subject_id=row.id, origin=actor.origin)
    return PhoneConfirmed(outcome, RegistrationId(row.id), key)
