"""Signing in and out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from nesie.entrypoints.api.schemas.words import Code, Flag, In, Language, Out, Password, Phone
from nesie.foundation.access.rules import Attempt, SessionKind, SignInStatus
from nesie.kernel.actor import Channel, Role


class ApiChannel(StrEnum):
    """Who runs the program: the lender's own app, or a partner."""

    API = Channel.API.value
    MOBILE = Channel.MOBILE.value


class NewSession(In):
    """By which kind of program the session is used."""

    channel: ApiChannel = ApiChannel.API


class Token(Out):
    """Keep it in the memory of the program or in the phone's key store; it is shown once."""

    token: str


class WhoAmI(Out):
    """Behind this token. `id` is the registration's for an applicant, the client's for a client."""

    id: UUID | None
    roles: list[Role]
    channel: Channel


class SignInCode(In):
    """Whose phone the code is sent to."""

    phone: Phone
    language: Language


class SignInAttempt(In):
    """A password, or the code that was sent in this session."""

    phone: Phone
    password: Password | None = None
    code: Code | None = None
    totp: Code | None = None


class SignedIn(Out):
    """`wrong` never says which part was wrong. The token of a sign-in is another than the guest's."""

    status: SignInStatus
    token: str | None = None


class SignOut(In):
    """With `everywhere` every session of the person ends."""

    everywhere: Flag = False


class NewPassword(In):
    """Proven by the present password, or by a one-time code; the first password needs no proof."""

    password: Password
    current: Password | None = None
    code: Code | None = None


class Attempted(Out):
    """What became of something proven with a secret."""

    outcome: Attempt


class LiveSession(Out):
    """One live session of the person; `program` is what it calls itself, `by` the factor it was opened with."""

    id: UUID
    kind: SessionKind
    channel: Channel
    started_at: datetime
    seen_at: datetime
    program: str
    by: str
