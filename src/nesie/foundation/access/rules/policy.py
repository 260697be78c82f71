"""The lender's internal policy of accounts, passwords, lock-out and sessions (clause 29): settings and defaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from nesie.foundation.access.rules.emergency import EmergencyPolicy
from nesie.foundation.access.rules.sign_in import SessionKind


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What a password must be (clause 29). `max_age` None: it does not age."""

    min_length: int
    history: int  # how many of the last passwords may not come back
    max_age: timedelta | None
    max_length: int = 128
    warned: timedelta = timedelta(days=14)  # before it ages, its owner is told at each sign-in


@dataclass(frozen=True, slots=True)
class LockOut:
    """`attempts` wrong tries within `window` close the name for `duration` (clause 29)."""

    attempts: int
    window: timedelta
    duration: timedelta


@dataclass(frozen=True, slots=True)
class SessionLife:
    """A session ends after `idle` without use, and `absolute` after its beginning, whatever comes first."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True, slots=True)
class CodePolicy:
    """One-time codes: digits, life, wrong tries allowed, and how many may be sent to one address in `window`."""

    digits: int = 6
    life: timedelta = timedelta(minutes=5)
    attempts: int = 5
    per_address: int = 5
    window: timedelta = timedelta(hours=1)
    # A mobile operator puts many people behind one address, so these bound a machine, not a household.
    per_source: int = 60
    registrations_per_source: int = 20


class Binding(StrEnum):
    """What a session key is bound to when it is given out: brought from elsewhere, it opens nothing."""

    PROGRAM = "program"  # browser and system, without versions
    SOURCE = "source"  # network address


_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


def _sessions() -> dict[SessionKind, SessionLife]:
    return {
        SessionKind.GUEST: SessionLife(30 * _MINUTE, 4 * _HOUR),
        SessionKind.REGISTRATION: SessionLife(30 * _MINUTE, 4 * _HOUR),
        SessionKind.CLIENT: SessionLife(15 * _MINUTE, 8 * _HOUR),
        SessionKind.RECOVERY: SessionLife(15 * _MINUTE, 1 * _HOUR),
        SessionKind.STAFF: SessionLife(20 * _MINUTE, 10 * _HOUR),
    }


def _bindings() -> dict[SessionKind, frozenset[Binding]]:
    # A client's telephone changes its address on the way; a desk does not.
    return {kind: frozenset({Binding.PROGRAM}) for kind in SessionKind} | {SessionKind.STAFF: frozenset(Binding)}


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """The lender's internal policy of accounts, passwords, lock-out and sessions (clause 29) in one place."""

    client_password: PasswordPolicy = PasswordPolicy(min_length=10, history=3, max_age=None)
    staff_password: PasswordPolicy = PasswordPolicy(min_length=14, history=12, max_age=timedelta(days=90))
    lock_out: LockOut = LockOut(attempts=5, window=timedelta(minutes=15), duration=timedelta(minutes=15))
    code: CodePolicy = CodePolicy()
    # Wrong tries from one network address, whatever the names: one password tried on many people (clause 29).
    source_lock_out: LockOut = LockOut(attempts=60, window=timedelta(minutes=15), duration=timedelta(minutes=15))
    sessions: dict[SessionKind, SessionLife] = field(default_factory=_sessions)
    bindings: dict[SessionKind, frozenset[Binding]] = field(default_factory=_bindings)
    dormant: timedelta = timedelta(days=45)  # an account unused for so long stands out in the review of access
    recovery_delay: timedelta = timedelta(hours=24)  # in which the client, told everywhere, can stop it
    fresh: timedelta = timedelta(minutes=10)  # after a sign-in, in which a first password is set with no more proof
    emergency: EmergencyPolicy = field(default_factory=EmergencyPolicy)
    approval_life: timedelta = timedelta(hours=24)
    invitation_life: timedelta = timedelta(days=3)
    totp_steps_of_drift: int = 1  # steps of 30 s accepted on either side of now
    totp_issuer: str = "Nesie"
