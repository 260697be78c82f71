"""Sign-in, codes and sessions: statuses, refusals and decisions, with no clock and no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from nesie.foundation.identification.rules.eds import Failure
from nesie.kernel.actor import Channel
from nesie.kernel.refused import Refused, noop

if TYPE_CHECKING:
    from nesie.foundation.access.rules.policy import CodePolicy, LockOut, PasswordPolicy, SessionLife


class SessionKind(StrEnum):
    """Whose session it is."""

    GUEST = "guest"  # before anybody has signed in: one-time codes are bound to it
    REGISTRATION = "registration"  # an applicant whose phone is proven
    CLIENT = "client"
    STAFF = "staff"
    RECOVERY = "recovery"  # a phone is proven, the person not yet: the subject is the recovery, never the client


class CodePurpose(StrEnum):
    """What a one-time code may be used for; a code for one purpose never serves another."""

    REGISTRATION = "registration"
    SIGN_IN = "sign_in"
    CONSENT_TO_CONCLUDE = "consent_to_conclude"
    CONSENT_TO_RECEIVE = "consent_to_receive"
    CHANGE_PASSWORD = "change_password"  # noqa: S105 - a purpose, not a password
    CHANGE_PHONE = "change_phone"
    RECOVERY = "recovery"


class CodeOutcome(StrEnum):
    """What became of a one-time code that was entered."""

    ACCEPTED = "accepted"
    WRONG = "wrong"
    EXHAUSTED = "exhausted"  # too many wrong tries: the code is worthless now
    EXPIRED = "expired"
    NONE = "none"  # no code was sent in this authentication session, or it is spent


class SignInStatus(StrEnum):
    """The answer to a sign-in. WRONG never says which part was wrong, nor whether the person is known."""

    SIGNED_IN = "signed_in"
    WRONG = "wrong"
    LOCKED = "locked"


class Factor(StrEnum):
    """How a person has signed in."""

    PASSWORD = "password"  # noqa: S105 - a kind of factor, not a password
    CODE = "code"
    TOTP = "totp"
    PASSKEY = "passkey"
    EDS = "eds"


class Attempt(StrEnum):
    """What became of something proven with a password; wrong tries are counted, so it is a value, not a refusal."""

    DONE = "done"
    WRONG = "wrong"
    LOCKED = "locked"


class PasswordTooWeak(Refused):
    """The password does not meet the policy; `field` is the password."""

    message = noop("Choose another password: at least {min_length} characters, and none that others often use.")


class PasswordCommon(PasswordTooWeak):
    """The password is one of those that have leaked and are tried first."""

    message = noop("This password has leaked before and is tried first by thieves. Choose another, best several words.")


class PasswordOfOwnWords(PasswordTooWeak):
    """The password is little more than the lender's name, or the person's own number or sign-in name."""

    message = noop("This password is too close to our name, your number or your sign-in name. Choose another.")


class PasswordUsedBefore(Refused):
    """The password is among the last ones."""

    message = noop("This password has been used before. Choose a new one.")


class TooManyCodes(Refused):
    """The address has been sent as many codes as the policy allows."""

    message = noop("Too many codes have been asked for. Try again in an hour.")
    status = 429


class WrongTotp(Refused):
    """The code of the authenticator app does not match."""

    message = noop("The code of the authenticator app is wrong. Enter the one it shows now.")


class TooManyFromHere(Refused):
    """The network address has asked for as much as the policy allows."""

    message = noop("Too many requests have come from your network. Try again in an hour.")
    status = 429


@dataclass(frozen=True, slots=True)
class SignIn:
    """The outcome of a sign-in; `session_key` goes into the cookie and nowhere else."""

    status: SignInStatus
    subject_id: UUID | None = None
    session_key: str = field(default="", repr=False)
    must_change_password: bool = False
    recovered: bool = False  # a recovery took effect with it: the password and all else is off
    failed_check: Failure | None = None  # of an electronic signature
    message: str = ""  # what is told of it (English, the translation key): of the certificate, never of an account


@dataclass(frozen=True, slots=True)
class Known:
    """What the clients' room knows of a person who signs in."""

    language: str
    phone: str = field(repr=False)
    email: str = field(repr=False)
    iin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """The state of a one-time code that the decision needs."""

    expires_at: datetime
    attempts: int
    spent: bool


def code_outcome(code: CodeCheck | None, matches: bool, now: datetime, policy: CodePolicy) -> CodeOutcome:
    """Whether the code serves (clause 2: one authentication session, once, in time)."""
    if code is None or code.spent:
        return CodeOutcome.NONE
    if now >= code.expires_at:
        return CodeOutcome.EXPIRED
    if code.attempts >= policy.attempts:
        return CodeOutcome.EXHAUSTED
    if matches:
        return CodeOutcome.ACCEPTED
    return CodeOutcome.EXHAUSTED if code.attempts + 1 >= policy.attempts else CodeOutcome.WRONG


def lock_after_failure(
    failures: int, first_failed_at: datetime | None, now: datetime, policy: LockOut
) -> tuple[int, datetime, datetime | None]:
    """Failures counted now, when their row began, and until when the name is locked (None: it is not)."""
    if first_failed_at is None or now - first_failed_at >= policy.window:
        failures, first_failed_at = 0, now
    failures += 1
    locked = now + policy.duration if failures >= policy.attempts else None
    return failures, first_failed_at, locked


def session_alive(
    *, started_at: datetime, seen_at: datetime, ended_at: datetime | None, now: datetime, life: SessionLife
) -> bool:
    """Whether a session still carries its person."""
    return ended_at is None and now - seen_at < life.idle and now - started_at < life.absolute


def password_aged(set_at: datetime | None, now: datetime, policy: PasswordPolicy) -> bool:
    """Whether the password must be changed before anything else."""
    return policy.max_age is not None and (set_at is None or now - set_at >= policy.max_age)


def days_left(set_at: datetime | None, now: datetime, policy: PasswordPolicy) -> int | None:
    """Days until the password ages, once its owner is to be warned of it; None before, and where it does not age."""
    if policy.max_age is None or set_at is None or now < set_at + policy.max_age - policy.warned:
        return None
    return max((set_at + policy.max_age - now).days, 0)


def totp_step(at: datetime, interval: int = 30) -> int:
    """The number of the 30-second step a moment falls in."""
    return int(at.timestamp()) // interval


@dataclass(frozen=True, slots=True)
class SessionView:
    """One live session of a person."""

    id: UUID
    kind: SessionKind
    channel: Channel
    started_at: datetime
    seen_at: datetime
    program: str = ""  # browser and system, as it calls itself
    by: str = ""  # the factor it was opened with
