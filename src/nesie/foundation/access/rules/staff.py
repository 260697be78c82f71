"""Accounts of the staff and the second pair of eyes: statuses, refusals and what others see of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from nesie.kernel.actor import Role
from nesie.kernel.ids import ApprovalId, StaffId
from nesie.kernel.refused import Refused, noop


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


class LoginTaken(Refused):
    """Another staff member has this sign-in name."""

    message = noop("This sign-in name is taken.")


class InvitationUnfit(Refused):
    """The invitation is unknown, used or too old."""

    message = noop("This invitation is no longer good. Ask the administrator for another one.")


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


class ContactUnreadable(Refused):
    """The telephone or the e-mail cannot be one; `field` names it."""

    message = noop("Check the telephone (+7 and ten digits) and the e-mail.")
    status = 422


@dataclass(frozen=True, slots=True)
class ContactsView:
    """Where alarms reach a member of the staff."""

    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)


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


class ReviewMark(StrEnum):
    """What a reviewer of access should look at (clause 27)."""

    NEVER_SIGNED_IN = "never_signed_in"
    DORMANT = "dormant"
    PASSWORD_AGED = "password_aged"  # noqa: S105 - a mark, not a password
    MANY_ROLES = "many_roles"
    INVITATION_OPEN = "invitation_open"
    EMERGENCY_SEALED = "emergency_sealed"
    EMERGENCY_LIVE = "emergency_live"
    EMERGENCY_UNREVIEWED = "emergency_unreviewed"


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One account in the review: what it may do, how it is protected, and what stands out."""

    staff: StaffView
    permissions: int  # acts its roles bear
    four_eyes: int  # of these, acts that need a second person
    password_set_at: datetime | None
    passkeys: int
    sessions: int
    marks: tuple[ReviewMark, ...]


def review_marks(
    view: StaffView, *, created_at: datetime, aged: bool, now: datetime, dormant: timedelta
) -> tuple[ReviewMark, ...]:
    """What stands out of an account. A blocked one opens nothing, and nothing stands out of it."""
    if view.status is StaffStatus.BLOCKED:
        return ()
    marks = []
    if view.status is StaffStatus.INVITED:
        marks.append(ReviewMark.INVITATION_OPEN)
    elif view.signed_in_at is None:
        marks.append(ReviewMark.NEVER_SIGNED_IN)
    if now - (view.signed_in_at or created_at) >= dormant:
        marks.append(ReviewMark.DORMANT)
    if aged and view.status is StaffStatus.ACTIVE:
        marks.append(ReviewMark.PASSWORD_AGED)
    if len(view.roles) > 1:
        marks.append(ReviewMark.MANY_ROLES)
    return tuple(marks)


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


def approval_serves(status: ApprovalStatus, expires_at: datetime, now: datetime) -> bool:
    """Whether an approval can be consumed."""
    return status is ApprovalStatus.APPROVED and now < expires_at
