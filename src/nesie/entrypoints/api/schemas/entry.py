"""In by electronic signature or passkey, and the way back in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from nesie.entrypoints.api.schemas.identification import GivenSignature
from nesie.entrypoints.api.schemas.words import Code, In, Opaque, Out, Password, Phone
from nesie.foundation.access.rules import Attempt, ChallengePurpose, RecoveryOutcome, SignInStatus
from nesie.foundation.identification.rules.eds import Failure

# What navigator.credentials, or the same of a phone, has answered: JSON with base64url inside.
Credential = Annotated[str, StringConstraints(min_length=2, max_length=64 * 1024, pattern=r"^[\x20-\x7E]*$")]


class EntryAct(StrEnum):
    """What the signature is asked for; one for the other serves nothing."""

    SIGN_IN = ChallengePurpose.EDS_SIGN_IN.value
    RECOVERY = ChallengePurpose.EDS_RECOVERY.value


class WantedText(In):
    """A text for one act, in this session."""

    purpose: EntryAct


class EntryText(Out):
    """Sign exactly these bytes (base64) with the key for sign-in, without a time stamp, within ten minutes; once."""

    challenge_id: UUID
    text: str


class SignedText(GivenSignature):
    """The signature over the text of this challenge."""

    challenge_id: UUID


class EntrySigned(Out):
    """`wrong` never says whether the person is known; `failed_check` and `message` are of the certificate alone.

    `recovered`: a recovery has just taken effect, all factors are off, and a new password is to be set.
    """

    status: SignInStatus
    token: str | None
    recovered: bool
    failed_check: Failure | None
    message: str


class PasskeyAsked(Out):
    """`options`: what the platform's own dialogue is handed (JSON, as in WebAuthn); empty when `outcome` is wrong."""

    outcome: Attempt
    challenge_id: UUID | None
    options: str


class PasskeyAnswer(In):
    """What the dialogue has answered to this challenge, as JSON."""

    challenge_id: UUID
    credential: Credential


class ProvenAnew(In):
    """The present password: a stolen session must not be enough to change what protects it."""

    current: Password


class Passkey(Out):
    """One passkey of the client."""

    id: UUID
    name: str
    added_at: datetime
    used_at: datetime | None


class Factors(Out):
    """With what the client can sign in, besides the one-time code."""

    has_password: bool
    has_totp: bool
    passkeys: list[Passkey]


class RecoveryBegun(In):
    """The code that was sent in this session."""

    phone: Phone
    code: Code


class RecoveryTold(Out):
    """`wrong` never says whether the person is known. `effective_at`: when all factors are off and a code lets in.

    The token of `begin_recovery` opens nothing but the visit to the identification centre.
    """

    outcome: RecoveryOutcome
    token: str | None
    effective_at: datetime | None
    failed_check: Failure | None
    message: str


class ProvenByFace(In):
    """The proof that the visit to the centre has made."""

    proof_id: UUID


class StopRecovery(In):
    """With the secret at the end of the message's link; a signed-in client needs none."""

    secret: Opaque | None = None


class RecoveryWaits(Out):
    """Until when a recovery of this client waits; nothing when there is none."""

    effective_at: datetime | None
