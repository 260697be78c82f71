"""Sign in by passkey."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.access import queries
from nesie.foundation.access.actions._admission import admit_client
from nesie.foundation.access.actions._challenges import take
from nesie.foundation.access.actions._lock_out import count_source_failure, source_is_locked
from nesie.foundation.access.actions._recovering import Due, take_effect
from nesie.foundation.access.actions.sign_in_staff import admit_staff
from nesie.foundation.access.models import ClientLogin, Passkey, StaffAccount
from nesie.foundation.access.rules import (
    ChallengePurpose,
    Factor,
    HolderKind,
    SignIn,
    SignInStatus,
    StaffStatus,
    passkeys,
)
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor


@use_case
def sign_in_with_passkey(
    actor: Actor, now: datetime, *, challenge_id: UUID, credential: str, site: passkeys.Site, kind: HolderKind
) -> SignIn:
    """A new session for the holder of the passkey, who has shown themselves to the device (clauses 6-access, 28).

    The challenge is used up whatever the outcome; a passkey unknown, taken off, or of a closed account, and an answer
    that does not hold are all WRONG.
    """
    machine = queries.machine_time(now)
    if source_is_locked(actor.origin, machine):
        return SignIn(SignInStatus.LOCKED)
    row = _proven(actor, now, challenge_id, credential, site, kind)
    done = _admitted(actor, now, row) if row is not None else None
    if done is None:
        count_source_failure(actor.origin, machine)
        return SignIn(SignInStatus.WRONG)
    return done


def _proven(
    actor: Actor, now: datetime, challenge_id: UUID, credential: str, site: passkeys.Site, kind: HolderKind
) -> Passkey | None:
    asked = take(ChallengePurpose.PASSKEY_SIGN_IN, now, challenge_id=challenge_id, session=actor.session)
    if asked is None:
        return None
    try:
        credential_id = passkeys.named(credential)
        row = (
            Passkey.objects.select_for_update()
            .filter(credential_id=credential_id, holder_kind=kind, removed_at=None)
            .first()
        )
        if row is None:
            return None
        kept = passkeys.Credential(bytes(row.credential_id), bytes(row.public_key), row.sign_count)
        row.sign_count = passkeys.answered(credential, site, bytes(asked.value), kept)
    except passkeys.PasskeyWrong:
        return None
    row.used_at = queries.machine_time(now)
    row.save(update_fields=["sign_count", "used_at"])
    return row


def _admitted(actor: Actor, now: datetime, row: Passkey) -> SignIn | None:
    if row.holder_kind == HolderKind.STAFF:
        account = StaffAccount.objects.select_for_update().filter(id=row.holder_id, status=StaffStatus.ACTIVE).first()
        return admit_staff(actor, now, account, by=Factor.PASSKEY) if account else None
    if not ClientLogin.objects.filter(client_id=row.holder_id, blocked_at=None).exists():
        return None
    if take_effect(row.holder_id, now, by=Factor.PASSKEY) is not Due.NOTHING:
        return None  # this passkey is among what serves no more since the delay of a recovery was over
    key = admit_client(actor, now, client_id=row.holder_id, by=Factor.PASSKEY)
    return SignIn(SignInStatus.SIGNED_IN, row.holder_id, key)
