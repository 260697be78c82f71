"""Sign a staff member in by password and authenticator app."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access import queries, rules
from nesie.foundation.access.actions._lock_out import (
    count_failure,
    count_source_failure,
    forgive,
    is_locked,
    locked_counter,
    source_is_locked,
)
from nesie.foundation.access.actions._secrets import password_is_right, totp_step_of
from nesie.foundation.access.actions.open_session import end_session, open_session
from nesie.foundation.access.models import StaffAccount
from nesie.foundation.access.rules import Attempt, Factor, SessionKind, SignIn, SignInStatus, StaffStatus
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.vault import queries as vault
from nesie.kernel.actor import Actor


@use_case
def sign_in_staff(actor: Actor, now: datetime, *, login: str, password: str, totp: str) -> SignIn:
    """A new session for a personal account with both factors (clauses 28, 29).

    One answer for an unknown name, a wrong password, a wrong or replayed code and a blocked account.
    """
    row = StaffAccount.objects.select_for_update().filter(login_hash=login_hash(login)).first()
    machine = queries.machine_time(now)
    if source_is_locked(actor.origin, machine):
        return SignIn(SignInStatus.LOCKED)
    attempt = proven(row, now, name=login_hash(login), password=password, totp=totp)
    if attempt is Attempt.LOCKED:
        return SignIn(SignInStatus.LOCKED)
    if attempt is not Attempt.DONE or row is None:
        count_source_failure(actor.origin, machine)
        return SignIn(SignInStatus.WRONG)
    return admit_staff(actor, now, row, by=Factor.TOTP)


def admit_staff(actor: Actor, now: datetime, row: StaffAccount, *, by: Factor) -> SignIn:
    """A new session in the place of the visitor's; with an aged password it opens nothing but its change."""
    machine = queries.machine_time(now)
    row.signed_in_at = machine
    row.save(update_fields=["signed_in_at"])
    end_session(actor.session, now)
    key = open_session(
        SessionKind.STAFF, now, channel=actor.channel, subject_id=row.id, origin=actor.origin, by=by.value
    )
    aged = rules.password_aged(row.password_set_at, machine, queries.policy().staff_password)
    return SignIn(SignInStatus.SIGNED_IN, row.id, key, must_change_password=aged)


def proven(row: StaffAccount | None, now: datetime, *, name: bytes, password: str, totp: str) -> Attempt:
    """Both factors of an account at once, tries counted by the name; the row must be locked by the caller."""
    machine = queries.machine_time(now)
    counter = locked_counter(vault.keyed_hash("access.staff-tries", name.hex()))
    if is_locked(counter, machine):
        return Attempt.LOCKED
    active = row is not None and row.status == StaffStatus.ACTIVE
    password_right = password_is_right(row.password if row is not None and active else "", password)
    step = _totp_step(row, totp, machine) if row is not None and active else None
    if row is None or not password_right or step is None:
        count_failure(counter, machine)
        return Attempt.WRONG
    row.totp_step = step
    row.save(update_fields=["totp_step"])
    forgive(counter)
    return Attempt.DONE


def login_hash(login: str) -> bytes:
    """How a sign-in name is found without being readable."""
    return vault.keyed_hash("access.staff-login", " ".join(login.split()).casefold())


def _totp_step(row: StaffAccount, totp: str, machine: datetime) -> int | None:
    return totp_step_of(row.totp_secret, totp, machine, after=row.totp_step) if row.totp_secret else None
