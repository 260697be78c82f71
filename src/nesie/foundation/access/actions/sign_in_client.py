"""Sign a client in by password or one-time code."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.access import queries
from nesie.foundation.access.actions._admission import NOBODY, admit_client, only_if, tell
from nesie.foundation.access.actions._lock_out import (
    count_failure,
    count_source_failure,
    forgive,
    is_locked,
    locked_counter,
    source_is_locked,
)
from nesie.foundation.access.actions._recovering import Due, take_effect
from nesie.foundation.access.actions._secrets import password_is_right, totp_step_of
from nesie.foundation.access.actions.check_code import check_code
from nesie.foundation.access.actions.send_sign_in_code import client_with, nobody
from nesie.foundation.access.models import ClientLogin
from nesie.foundation.access.rules import Attempt, CodeOutcome, CodePurpose, Factor, SignIn, SignInStatus
from nesie.foundation.audit.use_case import use_case
from nesie.foundation.vault import queries as vault
from nesie.foundation.vault.rules import IndexedField, normalised
from nesie.kernel.actor import Actor


@use_case
def sign_in_client(
    actor: Actor, now: datetime, *, phone: str, password: str = "", code: str = "", totp: str = ""
) -> SignIn:
    """A new session for whoever gives the password or the code sent to the phone in this session (clause 6-access).

    Who has added an authenticator app gives its code too: neither a stolen password nor a stolen SIM card opens.

    The answer never tells whether the phone is known: a wrong secret and an unknown phone are both WRONG after the
    same work, and the name tried is LOCKED after the same number of tries (clause 29); so is a network that tries many.
    """
    machine = queries.machine_time(now)
    if source_is_locked(actor.origin, machine):
        return SignIn(SignInStatus.LOCKED)
    client_id = client_with(phone)
    if code:
        done = _code_is_right(actor, now, client_id or nobody(phone), code)
    else:
        done = _password_attempt(now, client_id, phone, password)
    by, due = Factor.CODE if code else Factor.PASSWORD, Due.NOTHING
    if client_id is not None and done is Attempt.DONE:
        due = take_effect(client_id, now, by=by)
    if due is not Due.NOTHING and not code:
        done = Attempt.WRONG  # the password that has just been right serves no more since the delay was over
    if client_id is not None and done is Attempt.DONE:
        done = _second_factor(client_id, machine, totp)
    if done is Attempt.LOCKED:
        return SignIn(SignInStatus.LOCKED)
    if client_id is None or done is not Attempt.DONE:
        count_source_failure(actor.origin, machine)
        return SignIn(SignInStatus.WRONG)
    key = admit_client(actor, now, client_id=client_id, by=by)
    return SignIn(SignInStatus.SIGNED_IN, client_id, key, recovered=due is Due.DONE)


def _password_attempt(now: datetime, client_id: UUID | None, phone: str, password: str) -> Attempt:
    machine = queries.machine_time(now)
    counter = locked_counter(vault.keyed_hash("access.client-name", normalised(IndexedField.PHONE, phone)))
    if is_locked(counter, machine):
        return Attempt.LOCKED
    if password_is_right(_password_of(client_id), password):
        forgive(counter)
        return Attempt.DONE
    count_failure(counter, machine)
    if is_locked(counter, machine):
        _tell_of_lock(now, client_id)
    return Attempt.WRONG


def _second_factor(client_id: UUID, machine: datetime, totp: str) -> Attempt:
    """The app's code, where there is an app; its tries are counted apart, since the first factor was right."""
    row = ClientLogin.objects.select_for_update().get(client_id=client_id)
    if not row.totp_secret:
        return Attempt.DONE
    counter = locked_counter(vault.keyed_hash("access.totp-tries", str(client_id)))
    if is_locked(counter, machine):
        return Attempt.LOCKED
    step = totp_step_of(row.totp_secret, totp, machine, after=row.totp_step)
    if step is None:
        count_failure(counter, machine)
        return Attempt.WRONG
    forgive(counter)
    row.totp_step = step
    row.save(update_fields=["totp_step"])
    return Attempt.DONE


def _tell_of_lock(now: datetime, client_id: UUID | None) -> None:
    minutes = int(queries.policy().lock_out.duration.total_seconds() // 60)
    with only_if(client_id is not None, client_id or NOBODY):
        tell(client_id or NOBODY, now, "sign_in_locked", minutes=minutes)


def _password_of(client_id: UUID | None) -> str:
    row = ClientLogin.objects.filter(client_id=client_id or NOBODY).first()
    return row.password if row else ""


def _code_is_right(actor: Actor, now: datetime, subject_id: UUID, code: str) -> Attempt:
    outcome = check_code(actor, now, purpose=CodePurpose.SIGN_IN, subject_id=subject_id, code=code)
    return Attempt.DONE if outcome is CodeOutcome.ACCEPTED else Attempt.WRONG
