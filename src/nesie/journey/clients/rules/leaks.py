"""The client's data are known to have leaked: what must be proven again before any operation (clause 36)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from nesie.foundation.identification.rules.standing import PhoneOwner
from nesie.kernel.ids import ClientId
from nesie.kernel.refused import Refused, noop

RENEWAL = "renew_identification"  # what the proof after a leak is made for


class LeakGround(StrEnum):
    """From whom the lender knows of the leak."""

    STATE_BODY = "state_body"
    OWN_FINDING = "own_finding"
    CLIENT_TOLD = "client_told"
    OPEN_SOURCE = "open_source"


class IdentificationDue(Refused):
    """The client's data leaked: nothing goes on before the face is shown again (clause 36.1)."""

    message = noop("Your data may be in strangers' hands. Show first that it is you: identify yourself again.")


class PhoneCheckDue(Refused):
    """Whose the phone is, is not told yet (clause 36.2)."""

    message = noop("We are checking that the phone number is yours. Try again in a few minutes.")


class PhoneNotOwn(Refused):
    """The base of phones does not know the number as the client's (clause 36.2)."""

    message = noop("The state base does not know this phone number as yours. Change it in the profile to your own.")


class LeakKnown(Refused):
    """The flag stands already."""

    message = noop("This leak is flagged already, and the client has not identified again yet.")


@dataclass(frozen=True, slots=True)
class LeakView:
    """One leak of a client's data and what was proven since."""

    id: UUID
    client_id: ClientId
    ground: LeakGround
    flagged_at: datetime
    identified_at: datetime | None
    phone_owner: PhoneOwner | None
    phone_checked_at: datetime | None
    closed_at: datetime | None

    @property
    def sha256(self) -> str:
        """What the proof of identity is bound to: this very case."""
        return hashlib.sha256(f"{RENEWAL}:{self.id}".encode()).hexdigest()

    @property
    def proven(self) -> bool:
        """Both the face and the phone."""
        return self.identified_at is not None and self.phone_owner is PhoneOwner.OWN


def check_identified(leak: LeakView | None) -> None:
    """The face has been shown since; raises `IdentificationDue`."""
    if leak is not None and leak.identified_at is None:
        raise IdentificationDue


def check_proven(leak: LeakView | None) -> None:
    """Face and phone are proven since; raises `IdentificationDue`, `PhoneCheckDue`, `PhoneNotOwn`."""
    check_identified(leak)
    if leak is None or leak.phone_owner is PhoneOwner.OWN:
        return
    raise PhoneCheckDue if leak.phone_owner is None else PhoneNotOwn
