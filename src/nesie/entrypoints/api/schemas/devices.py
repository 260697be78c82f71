"""Phones of the client."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Base64Bytes, Field

from nesie.entrypoints.api.schemas.words import In, Out
from nesie.foundation.access.rules import EnrolStatus
from nesie.foundation.access.rules.attestation import AttestationFault, Level, Platform


class EnrolmentChallenge(Out):
    """Make the key with the bytes of this challenge (base64url), within ten minutes."""

    challenge_id: UUID
    challenge: str


class Enrolment(In):
    """`android`: the certificates of the key's attestation, the key's first. `ios`: one App Attest object.

    What an iPhone hashes for it is the challenge followed by the thumbprint (RFC 7638) of the key of the proofs.
    """

    challenge_id: UUID
    platform: Platform
    statement: Annotated[
        list[Annotated[Base64Bytes, Field(min_length=1, max_length=64 * 1024)]], Field(min_length=1, max_length=8)
    ]


class EnrolmentJudged(Out):
    """A phone that is not taken is an outcome; the challenge is used up."""

    status: EnrolStatus
    device_id: UUID | None
    fault: AttestationFault | None


class Device(Out):
    """A phone that is or was enrolled."""

    id: UUID
    platform: Platform
    level: Level
    program: str
    patched_on: date | None
    enrolled_at: datetime
    seen_at: datetime | None
    revoked_at: datetime | None
