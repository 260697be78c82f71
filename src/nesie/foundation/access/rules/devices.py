"""Phones that are enrolled: what others see of them, and why one is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from nesie.kernel.refused import Refused, noop


class EnrolStatus(StrEnum):
    """What became of an enrolment. The challenge is used up whatever the outcome."""

    ENROLLED = "enrolled"
    CHALLENGE = "challenge"  # unknown, spent, too old
    REFUSED = "refused"  # the maker's word does not hold; the fault says which check


class DeviceUnknown(Refused):
    """The phone's key is not enrolled for this person, or was taken off."""

    message = noop("This device is not enrolled, or was signed off. Enrol it again in the application.")
    status = 403


class NoDeviceKey(Refused):
    """Devices are enrolled by the application, whose session is bound to the device's key."""

    message = noop("Only the mobile application can enrol a device.")
    status = 403


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The outcome of an enrolment."""

    status: EnrolStatus
    device_id: UUID | None = None
    fault: str = ""  # of attestation.AttestationFault


@dataclass(frozen=True, slots=True)
class DeviceView:
    """One enrolled phone."""

    id: UUID
    platform: str
    level: str
    program: str
    patched_on: date | None
    enrolled_at: datetime
    seen_at: datetime | None
    revoked_at: datetime | None
