"""Sign-in, sessions and approvals: policy, statuses and decisions, with no clock and no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from nesie.kernel.actor import STAFF_ROLES, Channel, Role
from nesie.kernel.ids import ApprovalId, StaffId
from nesie.kernel.refused import Refused, noop

_DECIDERS = STAFF_ROLES - {Role.AUDITOR}
PERMITTED: dict[str, frozenset[Role]] = {
    "issue_code": frozenset({Role.GUEST, Role.CLIENT}),
    "check_code": frozenset({Role.GUEST, Role.CLIENT}),
    "send_sign_in_code": frozenset({Role.GUEST}),
    "sign_in_client": frozenset({Role.GUEST}),
    "sign_in_staff": frozenset({Role.GUEST}),
    "sign_out": frozenset({Role.GUEST, Role.CLIENT, *STAFF_ROLES}),
    # A staff member whose password has aged is a guest with an id until it is changed.
    "set_password": frozenset({Role.GUEST, Role.CLIENT, *STAFF_ROLES}),
    "bootstrap_staff": frozenset({Role.WORKER}),
    "create_staff": frozenset({Role.ADMINISTRATOR}),
    "invite_staff_again": frozenset({Role.ADMINISTRATOR}),
    "begin_enrolment": frozenset({Role.GUEST, Role.WORKER}),
    "complete_enrolment": frozenset({Role.GUEST, Role.WORKER}),
    "block_staff": frozenset({Role.ADMINISTRATOR}),
    "change_staff_roles": frozenset({Role.ADMINISTRATOR}),
    "request_approval": _DECIDERS,
    "approve_request": _DECIDERS,
    "reject_request": _DECIDERS,
}
# Whoever could make accounts, or take them over, alone could be both pairs of eyes.
FOUR_EYES: frozenset[str] = frozenset({"create_staff", "invite_staff_again", "change_staff_roles"})


class SessionKind(StrEnum):
    """Whose session it is."""

    GUEST = "guest"  # before anybody has signed in: one-time codes are bound to it
    REGISTRATION = "registration"  # an applicant whose phone is proven
    CLIENT = "client"
    STAFF = "staff"


class CodePurpose(StrEnum):
    """What a one-time code may be used for; a code for one purpose never serves another."""

    REGISTRATION = "registration"
    SIGN_IN = "sign_in"
    CONSENT_TO_CONCLUDE = "consent_to_conclude"
    CONSENT_TO_RECEIVE = "consent_to_receive"
    CHANGE_PASSWORD = "change_password"  # noqa: S105 - a purpose, not a password
    CHANGE_PHONE = "change_phone"


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


class Attempt(StrEnum):
    """What became of something proven with a password; wrong tries are counted, so it is a value, not a refusal."""

    DONE = "done"
    WRONG = "wrong"
    LOCKED = "locked"


class StaffStatus(StrEnum):
    """Whether a staff member may sign in."""

    INVITED = "invited"  # second factor not enrolled yet
    ACTIVE = "active"
    BLOCKED = "blocked"


class ApprovalStatus(StrEnum):
    """Where a request for a second pair of eyes stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    USED = "used"


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What a password must be (clause 29). `max_age` None: it does not age."""

    min_length: int
    history: int  # how many of the last passwords may not come back
    max_age: timedelta | None
    max_length: int = 128


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


_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


def _sessions() -> dict[SessionKind, SessionLife]:
    return {
        SessionKind.GUEST: SessionLife(30 * _MINUTE, 4 * _HOUR),
        SessionKind.REGISTRATION: SessionLife(30 * _MINUTE, 4 * _HOUR),
        SessionKind.CLIENT: SessionLife(15 * _MINUTE, 8 * _HOUR),
        SessionKind.STAFF: SessionLife(20 * _MINUTE, 10 * _HOUR),
    }


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """The lender's internal policy of accounts, passwords, lock-out and sessions (clause 29) in one place."""

    client_password: PasswordPolicy = PasswordPolicy(min_length=10, history=3, max_age=None)
    staff_password: PasswordPolicy = PasswordPolicy(min_length=14, history=12, max_age=timedelta(days=90))
    lock_out: LockOut = LockOut(attempts=5, window=timedelta(minutes=15), duration=timedelta(minutes=15))
    code: CodePolicy = CodePolicy()
    sessions: dict[SessionKind, SessionLife] = field(default_factory=_sessions)
    approval_life: timedelta = timedelta(hours=24)
    invitation_life: timedelta = timedelta(days=3)
    totp_steps_of_drift: int = 1  # steps of 30 s accepted on either side of now
    totp_issuer: str = "Nesie"


class PasswordTooWeak(Refused):
    """The password does not meet the policy; `field` is the password."""

    message = noop("Choose another password: at least {min_length} characters, and none that others often use.")


class PasswordUsedBefore(Refused):
    """The password is among the last ones."""

    message = noop("This password has been used before. Choose a new one.")


class TooManyCodes(Refused):
    """The address has been sent as many codes as the policy allows."""

    message = noop("Too many codes have been asked for. Try again in an hour.")
    status = 429


class LoginTaken(Refused):
    """Another staff member has this sign-in name."""

    message = noop("This sign-in name is taken.")


class InvitationUnfit(Refused):
    """The invitation is unknown, used or too old."""

    message = noop("This invitation is no longer good. Ask the administrator for another one.")


class WrongTotp(Refused):
    """The code of the authenticator app does not match."""

    message = noop("The code of the authenticator app is wrong. Enter the one it shows now.")


class NotStaffRoles(Refused):
    """At least one role is needed, and only roles of staff."""

    message = noop("Choose at least one role of staff.")


class ApprovalNotOpen(Refused):
    """The request has been decided already, or has expired."""

    message = noop("This request has been decided already or has expired.")


class OwnRequest(Refused):
    """Nobody approves what they asked for themselves."""

    message = noop("Another person must decide about your request.")


class NotOfApproversRole(Refused):
    """The approver may not do this act either."""

    message = noop("Only a person who may do this themselves can approve it.")


class NotOfFourEyes(Refused):
    """The act needs no second person."""

    message = noop("This act needs no approval.")


@dataclass(frozen=True, slots=True)
class SignIn:
    """The outcome of a sign-in; `session_key` goes into the cookie and nowhere else."""

    status: SignInStatus
    subject_id: UUID | None = None
    session_key: str = field(default="", repr=False)
    must_change_password: bool = False


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


def approval_serves(status: ApprovalStatus, expires_at: datetime, now: datetime) -> bool:
    """Whether an approval can be consumed."""
    return status is ApprovalStatus.APPROVED and now < expires_at


def totp_step(at: datetime, interval: int = 30) -> int:
    """The number of the 30-second step a moment falls in."""
    return int(at.timestamp()) // interval


@dataclass(frozen=True, slots=True)
class StaffCreated:
    """A new account with its one-time invitation; the invitation is shown once."""

    staff_id: StaffId
    invitation: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class StaffView:
    """A staff member, as the administrators see them."""

    id: StaffId
    login: str
    name: str
    roles: frozenset[Role]
    status: StaffStatus
    signed_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionView:
    """One live session of a person."""

    id: UUID
    kind: SessionKind
    channel: Channel
    started_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the newcomer puts into an authenticator app: the otpauth address and the same as a picture."""

    staff_id: StaffId
    secret: str = field(repr=False)
    uri: str = field(repr=False)
    qr_svg: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """A request for a second pair of eyes, as the staff see it."""

    id: ApprovalId
    permission: str
    arguments: tuple[tuple[str, str], ...] = field(repr=False)  # exactly what would be done
    summary: str
    status: ApprovalStatus
    requester_id: StaffId
    requested_at: datetime
    expires_at: datetime
    approver_id: StaffId | None
    decided_at: datetime | None
