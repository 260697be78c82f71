"""The two proofs: a signature over a document, and a visit to the identification centre."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Base64Bytes, Field

from nesie.entrypoints.api.schemas.words import In, Opaque, Out
from nesie.foundation.identification.rules import BiometricFailure, Trouble
from nesie.foundation.identification.rules.eds import Failure


class Challenge(Out):
    """Sign exactly the bytes of this document, detached, before the time is over; one answer, once."""

    id: UUID
    operation: str
    document_id: UUID
    document_sha256: str
    expires_at: datetime
    answered: bool


class GivenSignature(In):
    """A CMS signature (DER, or PEM) in base64."""

    cms: Annotated[Base64Bytes, Field(min_length=1, max_length=2_000_000)]


class SignatureJudged(Out):
    """A signature that does not hold is an outcome: the challenge is used up, and `message` says what to do."""

    accepted: bool
    proof_id: UUID | None
    failed_check: Failure | None
    trouble: Trouble | None
    message: str


class ReturnAddress(In):
    """Where the centre sends the person back to: one of the addresses this lender has agreed on with its apps."""

    return_address: Opaque


class Visit(Out):
    """Open `address` in the system's browser; the person comes back to the return address with `code` and `state`."""

    session_id: UUID
    address: str


class VisitSession(Out):
    """A visit to the centre."""

    id: UUID
    operation: str
    expires_at: datetime
    answered: bool


class CameBack(In):
    """What the return address was called with; no `code` when the person cancelled."""

    state: Opaque
    code: Opaque | None = None
    return_address: Opaque


class VisitJudged(Out):
    """A person not recognised is an outcome: the visit is used up, and `message` says what to do."""

    passed: bool
    proof_id: UUID | None
    failure: BiometricFailure | None
    message: str
