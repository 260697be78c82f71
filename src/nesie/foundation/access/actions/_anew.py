"""Prove oneself anew inside a session: a stolen session must not be enough to change what protects it."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import check_password

from nesie.foundation.access import queries
from nesie.foundation.access.actions._lock_out import count_failure, forgive, is_locked, locked_counter
from nesie.foundation.access.actions.sign_in_staff import proven
from nesie.foundation.access.models import ClientLogin, StaffAccount
from nesie.foundation.access.rules import Attempt, PasswordFirst
from nesie.foundation.vault import queries as vault
from nesie.kernel.actor import Actor
from nesie.kernel.refused import NotFound


def holder(actor: Actor) -> ClientLogin | StaffAccount:
    """The actor's own login, locked; NotFound."""
    own_id = queries.own_id(actor)
    client = ClientLogin.objects.select_for_update().filter(client_id=own_id).first()
    found = client or StaffAccount.objects.select_for_update().filter(id=own_id).first()
    if found is None:
        raise NotFound
    return found


def anew(found: ClientLogin | StaffAccount, now: datetime, *, current: str, totp: str = "") -> Attempt:
    """The present password, and for the staff the code of the authenticator app; wrong ones are counted.

    Raises `PasswordFirst` where there is no password to ask for.
    """
    if isinstance(found, StaffAccount):
        return proven(found, now, name=bytes(found.login_hash), password=current, totp=totp)
    if not found.password:
        raise PasswordFirst
    return password_again(found.password, str(found.pk), now, current)


def password_again(encoded: str, name: str, now: datetime, current: str) -> Attempt:
    """Whether the present password is right, tries counted apart from the sign-in."""
    counter = locked_counter(vault.keyed_hash("access.change-tries", name))
    machine = queries.machine_time(now)
    if is_locked(counter, machine):
        return Attempt.LOCKED
    if check_password(current, encoded):
        forgive(counter)
        return Attempt.DONE
    count_failure(counter, machine)
    return Attempt.WRONG
