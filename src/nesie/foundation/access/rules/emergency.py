"""Breaking the glass: a role sealed beforehand for a named person, taken for a short time, loudly, reviewed after."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from nesie.foundation.access.rules.sign_in import Attempt
from nesie.kernel.actor import STAFF_ROLES, Role
from nesie.kernel.ids import StaffId
from nesie.kernel.refused import Refused, noop

WATCHERS = frozenset({Role.ADMINISTRATOR, Role.COMPLIANCE_OFFICER})  # told at once, and may end it
LEAST_WORDS = 20  # characters of a written reason or finding
MOST_WORDS = 2_000


class Finding(StrEnum):
    """What the reviewer found."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"


class NotSealable(Refused):
    """Only a role of staff that the person does not bear anyway."""

    message = noop("Choose a role of staff that this person does not have already.")


class WordsTooFew(Refused):
    """The reason, or the finding, is not written down; `field` names it."""

    message = noop("Write what happened, in at least {least} characters.")
    status = 422


class NobodyToAlarm(Refused):
    """There is no administrator and no compliance officer besides the person: the alarm would ring unheard."""

    message = noop("No administrator or compliance officer could be told. Emergency access stays closed.")


class ReviewOutstanding(Refused):
    """The last emergency of this person has not been reviewed."""

    message = noop("Your last emergency access has not been reviewed yet. Until then there is no other.")


class NotOver(Refused):
    """It is reviewed when it is over."""

    message = noop("This emergency access is not over yet. End it first, then review it.")


class OwnEmergency(Refused):
    """Nobody reviews what they did themselves."""

    message = noop("Another person must review your emergency access.")


class OwnSeal(Refused):
    """Nobody has a hand in what is sealed for them."""

    message = noop("Two others must seal a role for you: you can neither ask for it nor approve it.")


@dataclass(frozen=True, slots=True)
class GlassBroken:
    """What came of it; a wrong password or code is counted, so it is a value."""

    outcome: Attempt
    emergency_id: UUID | None = None
    valid_until: datetime | None = None  # machine time
    told: int = 0  # how many people were told


@dataclass(frozen=True, slots=True)
class SealView:
    """A role that lies sealed for somebody."""

    id: UUID
    staff_id: StaffId
    name: str = field(repr=False)
    role: Role
    sealed_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class EmergencyView:
    """One emergency access, as those who watch over it see it. Moments are business time."""

    id: UUID
    holder_id: StaffId
    name: str = field(repr=False)
    role: Role
    opened_at: datetime
    valid_until: datetime
    live: bool
    reason: str = field(default="", repr=False)
    ended_at: datetime | None = None
    finding: Finding | None = None
    review: str = field(default="", repr=False)
    reviewer: str = field(default="", repr=False)
    reviewed_at: datetime | None = None


def check_words(words: str, name: str) -> str:
    """The words without spaces around them; WordsTooFew beside the field `name`."""
    plain = " ".join(words.split())
    if len(plain) < LEAST_WORDS or len(set(plain.casefold())) < LEAST_WORDS // 4:
        raise WordsTooFew(field=name, least=LEAST_WORDS)
    return plain[:MOST_WORDS]


def check_sealable(role: Role, borne: frozenset[Role]) -> None:
    """A role of staff not borne already; NotSealable."""
    if role not in STAFF_ROLES or role in borne:
        raise NotSealable(field="role")


def check_seal_of_others(permission: str, holder_id: UUID | str, hand: UUID | None) -> None:
    """Whoever asks for a seal, approves or lays it is not its holder; other acts pass. OwnSeal."""
    if permission == "seal_emergency" and str(holder_id) == str(hand):
        raise OwnSeal


def emergency_live(*, valid_until: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Whether the role is borne now. It ends by itself; nothing has to run for it."""
    return ended_at is None and now < valid_until


@dataclass(frozen=True, slots=True)
class EmergencyPolicy:
    """How long the glass stays broken, and how long a seal keeps."""

    life: timedelta = timedelta(hours=2)
    seal_life: timedelta = timedelta(days=180)
