"""Builders of norms through the real four eyes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from nesie.foundation.access.actions import approve_request, request_approval
from nesie.foundation.access.rules import Attempt
from nesie.foundation.norms.actions import confirm_parameter, override_day, set_parameter
from nesie.kernel.actor import Actor, Role
from tests.given_access import PASSWORD, StaffMember, staff_member

ROLES = (Role.ADMINISTRATOR, Role.COMPLIANCE_OFFICER)


@dataclass
class FourEyes:
    """Two staff members: one asks and acts, the other approves with both factors."""

    now: datetime
    roles: tuple[Role, ...] = ROLES
    asker: StaffMember = field(init=False)
    approver: StaffMember = field(init=False)

    def __post_init__(self) -> None:
        self.asker = staff_member(self.now, *self.roles, login="botagoz")
        self.approver = staff_member(self.now, *self.roles, login="daniyar")

    @property
    def actor(self) -> Actor:
        """Who asks and acts."""
        return self.asker.actor(*self.roles)

    def approve(self, act: Callable[..., Any], /, **arguments: Any) -> None:
        """Have exactly these arguments approved; each approval takes a fresh code, so half a minute passes."""
        self.now += timedelta(seconds=31)
        asked = request_approval(self.actor, self.now, permission=act.__name__, arguments=arguments, summary="given")
        attempt = approve_request(
            self.approver.actor(*self.roles),
            self.now,
            approval_id=asked,
            password=PASSWORD,
            totp=self.approver.totp(self.now),
        )
        assert attempt is Attempt.DONE, attempt

    def do(self, act: Callable[..., Any], /, **arguments: Any) -> Any:
        """Ask, approve, act."""
        self.approve(act, **arguments)
        return act(self.actor, self.now, **arguments)


def norm_confirmed(eyes: FourEyes, code: str, value: str, valid_from: date | None) -> None:
    """A row of the reference confirmed by counsel."""
    eyes.do(confirm_parameter, code=code, valid_from=valid_from, value=value, basis="read in the text of the norm")


def norm_set(eyes: FourEyes, code: str, value: str, unit: str, valid_from: date) -> None:
    """A value set by staff."""
    eyes.do(set_parameter, code=code, value=value, unit=unit, valid_from=valid_from, source="act of the test")


def day_declared(eyes: FourEyes, day: date, *, is_working: bool) -> None:
    """A day declared working or off."""
    eyes.do(override_day, day=day, is_working=is_working, act="order of the test")
