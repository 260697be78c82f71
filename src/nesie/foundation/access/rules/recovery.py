"""Getting back in when what one signs in with is lost: proven by face and code, or by electronic signature."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from nesie.foundation.identification.rules.eds import Failure

OPERATION = "recover_access"  # what the identification centre is visited for


class RecoveryWay(StrEnum):
    """By what the person was proven. One's own device is none of them: it may be what was stolen."""

    COID_AND_CODE = "coid_and_code"
    EDS = "eds"


class RecoveryStatus(StrEnum):
    """Where a recovery stands."""

    PROVING = "proving"  # the phone is proven, the face not yet
    WAITING = "waiting"  # proven; takes effect after the delay, unless the client stops it
    DONE = "done"
    CANCELLED = "cancelled"


class RecoveryOutcome(StrEnum):
    """What became of a step."""

    BEGUN = "begun"
    WRONG = "wrong"  # never says whether the person is known


@dataclass(frozen=True, slots=True)
class RecoveryStep:
    """The outcome of a step; `session_key` goes into the cookie and nowhere else."""

    outcome: RecoveryOutcome
    effective_at: datetime | None = None  # machine time
    session_key: str = field(default="", repr=False)
    failed_check: Failure | None = None  # of an electronic signature
    message: str = ""  # what is told of it (English, the translation key): of the certificate, never of an account


@dataclass(frozen=True, slots=True)
class EdsAsked:
    """What is to be signed with the key for sign-in: `text` exactly, detached or attached."""

    challenge_id: UUID
    text: bytes = field(repr=False)


def sign_in_text(*, act: str, lender: str, challenge: str, at: datetime) -> bytes:
    """The text a person signs to get in. No document of ours can equal it: those are PDF, and begin otherwise.

    It says in words what it is, so that whoever is asked to sign it elsewhere can see what it would open.
    """
    lines = (
        "NESIE-ENTRY/1",
        f"act: {act}",
        f"lender: {lender}",
        f"challenge: {challenge}",
        f"at: {at.isoformat(timespec='seconds')}",
        "This signs in to a personal account. It is no contract, no application and no consent.",
    )
    return ("\n".join(lines) + "\n").encode()
