"""Sign a client in by password or one-time code."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password

from nesie.foundation.access import queries
from nesie.foundation.access.actions._lock_out import count_failure, forgive, is_locked, locked_counter
from nesie.foundation.access.actions.check_code import check_code
from nesie.foundation.access.actions.open_session import end_session, open_session
from nesie.foundation.access.actions.send_sign_in_code import client_with, nobody
from nesie.foundation.access.models import ClientLogin
from nesie.foundation.access.rules import CodeOutcome, CodePurpose, SessionKind, SignIn, SignInStatus
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.vault import queries as vault
from nesie.foundation.vault.rules import IndexedField, normalised
from nesie.kernel.actor import Actor

_NOBODY = UUID(int=0)  # no client has it, and the same query is made


@use_case
def sign_in_client(actor: Actor, now: datetime, *, phone: str, password: str = "", code: str = "") -> SignIn:
    """A new session for whoever gives the password or the code sent to the phone in this session (clause 6-access).

    The answer never tells whether the phone is known: a wrong secret and an unknown phone are both WRONG after the
    same work, and the name tried is LOCKED after the same number of tries (clause 29).
    """
    client_id = client_with(phone)
    right = _code_is_right(actor, now, client_id or nobody(phone), code) if code else None
    if right is None:
        counter = locked_counter(vault.keyed_hash("access.client-name", normalised(IndexedField.PHONE, phone)))
        machine = queries.machine_time(now)
        if is_locked(counter, machine):
            return SignIn(SignInStatus.LOCKED)
        right = password_is_right(_password_of(client_id), password)
        if right:
            forgive(counter)
        else:
            count_failure(counter, machine)
    if client_id is None or not right:
        return SignIn(SignInStatus.WRONG)
    ClientLogin.objects.filter(client_id=client_id).update(signed_in_at=queries.machine_time(now))
    end_session(actor.session, now)
    key = open_session(SessionKind.CLIENT, now, channel=actor.channel, subject_id=client_id)
    return SignIn(SignInStatus.SIGNED_IN, client_id, key)


def password_is_right(encoded: str, password: str) -> bool:
    """Argon2id check; with nothing to compare to, the same work is done for nothing."""
    if not encoded:
        make_password(password)
        return False
    return check_password(password, encoded)


def _password_of(client_id: UUID | None) -> str:
    row = ClientLogin.objects.filter(client_id=client_id or _NOBODY).first()
    return row.password if row else ""


def _code_is_right(actor: Actor, now: datetime, subject_id: UUID, code: str) -> bool:
    outcome = check_code(actor, now, purpose=CodePurpose.SIGN_IN, subject_id=subject_id, code=code)
    return outcome is CodeOutcome.ACCEPTED
