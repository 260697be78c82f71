"""Factors beside the password and the SMS code: authenticator apps, passkeys, electronic signature."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from nesie.foundation.access.rules.sign_in import Attempt
from nesie.foundation.access.rules.staff import Enrolment
from nesie.kernel.refused import Refused, noop

CHALLENGE_BYTES = 32
CHALLENGE_LIFE = timedelta(minutes=10)
MAX_PASSKEYS = 10


class ChallengePurpose(StrEnum):
    """What a challenge may be answered for; an answer for one purpose never serves another."""

    ADD_PASSKEY = "add_passkey"
    PASSKEY_SIGN_IN = "passkey_sign_in"
    EDS_SIGN_IN = "eds_sign_in"
    EDS_RECOVERY = "eds_recovery"
    ENROL_DEVICE = "enrol_device"


class HolderKind(StrEnum):
    """Whose factor it is."""

    CLIENT = "client"
    STAFF = "staff"


class TooManyPasskeys(Refused):
    """The person keeps as many as there may be."""

    message = noop("You have ten passkeys already. Remove one first.")


class PasswordFirst(Refused):
    """What protects a factor must be there before it."""

    message = noop("Set a password first: changes of your factors are confirmed with it.")


class SignInAnew(Refused):
    """The session is too old to set a first password in it without another proof."""

    message = noop("You signed in a while ago. Sign out, sign in once more, and set the password then.")


class NoTotpBegun(Refused):
    """There is no authenticator app waiting to be confirmed."""

    message = noop("Begin adding the authenticator app again.")


@dataclass(frozen=True, slots=True)
class TotpBegun:
    """What goes into the authenticator app, once the present password was right."""

    outcome: Attempt
    enrolment: Enrolment | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ChallengeGiven:
    """A question to be answered once: `options` is what the browser is handed (JSON)."""

    outcome: Attempt
    challenge_id: UUID | None = None
    options: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PasskeyView:
    """One passkey of a person."""

    id: UUID
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class FactorsView:
    """With what a person can sign in."""

    has_password: bool
    has_totp: bool
    passkeys: tuple[PasskeyView, ...]


def challenge_serves(
    *, expires_at: datetime, spent_at: datetime | None, asked_in: str, answered_in: str, now: datetime
) -> bool:
    """Whether a challenge may still be answered, and in this authentication session."""
    return spent_at is None and now < expires_at and asked_in == answered_in
