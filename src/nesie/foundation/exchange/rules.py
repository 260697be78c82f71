"""What leaves the building and how surely: destinations, statuses, what follows an attempt, when to try again.

The promise: a message is intended in the same transaction as the fact it tells of, and is then carried until the
destination has answered. Nothing is lost, and nothing is acted on twice where the destination takes a key or can be
asked. Where it can do neither (SMS), a message without an answer is marked unknown, and only a person sends it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from nesie.kernel.actor import Role
from nesie.kernel.ids import MessageId
from nesie.kernel.refused import NotFound, Refused, noop

TOO_LATE = '{"reason": "too_late"}'  # the answer of a message that failed because its time was over

# Owner of messages about nobody's person (list downloads, statements): their payload is sealed under this id.
HOUSE = UUID("6e657369-6500-4000-8000-65786368616e")

_STAFF_WHO_RESEND = frozenset({Role.OPERATOR, Role.ADMINISTRATOR})

PERMITTED: dict[str, frozenset[Role]] = {
    "claim_message": frozenset({Role.WORKER}),
    "record_answer": frozenset({Role.WORKER}),
    "record_unknown": frozenset({Role.WORKER}),
    "record_not_carried": frozenset({Role.WORKER}),
    "resend_unknown_message": _STAFF_WHO_RESEND,
    "retry_dead_message": _STAFF_WHO_RESEND,
    "abandon_message": frozenset({Role.ADMINISTRATOR}),
}
FOUR_EYES: frozenset[str] = frozenset()


class Destination(StrEnum):
    """Outside systems."""

    SMS = "sms"
    EMAIL = "email"
    BANK = "bank"
    COID = "coid"
    PERSON_REGISTRY = "person_registry"
    PKI = "pki"
    BUREAU = "bureau"
    VOLUNTARY_REFUSAL = "voluntary_refusal"
    LISTS = "lists"
    PHONE_BASE = "phone_base"
    BUSINESS_REGISTRY = "business_registry"


@dataclass(frozen=True, slots=True)
class Traits:
    """What a destination can do, and how patiently it is tried."""

    takes_key: bool  # the same key twice is acted on once (also true of plain questions)
    can_be_asked: bool  # it tells by key what became of a message
    attempts: int = 12  # failures in a row before the message is dead and waits for a person
    first_wait: timedelta = timedelta(seconds=2)
    longest_wait: timedelta = timedelta(minutes=15)
    lease: timedelta = timedelta(seconds=60)  # a sender silent for so long is taken for dead

    @property
    def repeatable(self) -> bool:
        """True when carrying again cannot make it act twice."""
        return self.takes_key or self.can_be_asked


_QUESTION = Traits(takes_key=True, can_be_asked=False)

TRAITS: Mapping[Destination, Traits] = {
    Destination.SMS: Traits(takes_key=False, can_be_asked=False, attempts=8),
    Destination.EMAIL: Traits(takes_key=True, can_be_asked=True),
    Destination.BANK: Traits(takes_key=True, can_be_asked=True, attempts=20),
    Destination.COID: _QUESTION,
    Destination.PERSON_REGISTRY: _QUESTION,
    Destination.PKI: _QUESTION,
    Destination.BUREAU: _QUESTION,
    Destination.VOLUNTARY_REFUSAL: _QUESTION,
    Destination.LISTS: _QUESTION,
    Destination.PHONE_BASE: _QUESTION,
    Destination.BUSINESS_REGISTRY: _QUESTION,
}


class Status(StrEnum):
    """Where an outgoing message stands."""

    INTENDED = "intended"  # to be carried, perhaps again
    SENDING = "sending"  # a sender holds it under a lease
    AWAITED = "awaited"  # the destination took it and will tell the result when asked
    ANSWERED = "answered"
    FAILED = "failed"  # the destination said no
    UNKNOWN = "unknown"  # perhaps acted on; only a person sends it again
    DEAD = "dead"  # tried too often; waits for a person
    ABANDONED = "abandoned"  # a person gave it up


FINAL = frozenset({Status.ANSWERED, Status.FAILED, Status.ABANDONED})
TROUBLED = frozenset({Status.UNKNOWN, Status.DEAD})
OPEN = frozenset({Status.INTENDED, Status.SENDING, Status.AWAITED})


class Outcome(StrEnum):
    """How an attempt ended, as far as we heard."""

    ANSWERED = "answered"
    FAILED = "failed"
    PENDING = "pending"
    NOT_CARRIED = "not_carried"  # surely not acted on
    NO_ANSWER = "no_answer"  # perhaps acted on
    SENDER_LOST = "sender_lost"  # the lease ran out: perhaps acted on


class Errand(StrEnum):
    """What a claimed message needs."""

    CARRY = "carry"
    ASK_FIRST = "ask_first"  # perhaps it is there already: ask, and carry only when it is not


class AnswerStatus(StrEnum):
    """What an answer says."""

    ANSWERED = "answered"
    FAILED = "failed"
    PENDING = "pending"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """A destination's answer in our words. A carrier never returns UNKNOWN: it raises NoAnswer."""

    status: AnswerStatus
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)


class NotCarried(Exception):
    """Raised by a carrier: the message surely was not acted on (no connection, "busy, come later")."""


class NoAnswer(Exception):
    """Raised by a carrier: nothing was heard, so the message may or may not have been acted on."""


class MessageDiffers(Exception):
    """A bug of the caller: the same key for another message."""


class InboundDiffers(Refused):
    """An outside system used the same key for two different messages."""

    message = noop("This message was received before with other content.")


class MessageNotFound(NotFound):
    """No such message."""


class MessageNotUnknown(Refused):
    """Only a message whose fate is unknown can be sent again by hand."""

    message = noop("This message is not in an unknown state.")


class MessageNotDead(Refused):
    """Only a message that stopped being tried can be tried again."""

    message = noop("This message has not stopped being tried.")


class MessageNotTroubled(Refused):
    """Only a message that waits for a person can be abandoned."""

    message = noop("This message does not wait for a person.")


@dataclass(frozen=True, slots=True)
class Claimed:
    """The right to carry a message, under a lease."""

    message_id: MessageId
    attempt: int
    sequence: int
    errand: Errand


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about a message: its status, failures in a row, and whether it may have been acted on unheard."""

    status: Status
    failures: int
    doubtful: bool


def traits_of(destination: str) -> Traits:
    """The traits of a destination by its name."""
    return TRAITS[Destination(destination)]


def after(standing: Standing, outcome: Outcome, traits: Traits, *, current: bool = True) -> Standing:
    """What follows an outcome. `current` is False for word of an attempt that another has followed.

    Raises ValueError for PENDING from a destination that can be neither asked nor repeated: nobody could ever learn
    the result.
    """
    if standing.status in FINAL:
        return standing
    if outcome is Outcome.ANSWERED:
        return Standing(Status.ANSWERED, 0, doubtful=False)
    if outcome is Outcome.FAILED:
        return Standing(Status.FAILED, 0, doubtful=False)
    if not current or standing.status is not Status.SENDING:
        return standing
    if outcome is Outcome.PENDING:
        if not traits.repeatable:
            raise ValueError("a destination that cannot be asked must answer at once")
        return Standing(Status.AWAITED, 0, doubtful=True)
    failed = replace(standing, failures=standing.failures + 1)
    if outcome is not Outcome.NOT_CARRIED:
        failed = replace(failed, doubtful=True)
        if not traits.repeatable:
            return replace(failed, status=Status.UNKNOWN)
    return replace(failed, status=Status.DEAD if failed.failures >= traits.attempts else Status.INTENDED)


def errand(standing: Standing, traits: Traits) -> Errand:
    """What the next attempt does first."""
    return Errand.ASK_FIRST if standing.doubtful and traits.can_be_asked else Errand.CARRY


def wait_after(failures: int, traits: Traits) -> timedelta:
    """How long to wait after so many failures in a row: doubling, up to the longest wait."""
    doublings = min(max(failures - 1, 0), 32)
    return min(traits.first_wait * (1 << doublings), traits.longest_wait)


def told(status: Status, *, doubtful: bool) -> AnswerStatus:
    """What a message's status means to the room that intended it."""
    if status is Status.ANSWERED:
        return AnswerStatus.ANSWERED
    if status in TROUBLED or (status is Status.ABANDONED and doubtful):
        return AnswerStatus.UNKNOWN
    return AnswerStatus.FAILED if status in FINAL else AnswerStatus.PENDING


def resend(standing: Standing) -> Standing:
    """A person decides to send a message of unknown fate again; MessageNotUnknown otherwise."""
    if standing.status is not Status.UNKNOWN:
        raise MessageNotUnknown
    return Standing(Status.INTENDED, 0, doubtful=True)


def retry(standing: Standing) -> Standing:
    """A person lets a dead message be tried again; MessageNotDead otherwise."""
    if standing.status is not Status.DEAD:
        raise MessageNotDead
    return Standing(Status.INTENDED, 0, standing.doubtful)


def abandon(standing: Standing) -> Standing:
    """A person gives a message up; MessageNotTroubled when it does not wait for one."""
    if standing.status not in TROUBLED:
        raise MessageNotTroubled
    return replace(standing, status=Status.ABANDONED)


def is_too_late(standing: Standing, not_after: datetime | None, now: datetime) -> bool:
    """True when carrying makes no sense any more, and it is sure that nothing was carried before."""
    return not_after is not None and now > not_after and not standing.doubtful and standing.status not in FINAL
