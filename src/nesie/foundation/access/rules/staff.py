"""Accounts of the staff and the second pair of eyes: statuses, refusals and what others see of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
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
