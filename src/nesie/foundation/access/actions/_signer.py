"""Who has signed the text of a challenge with the key for sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nesie.foundation.access import queries
from nesie.foundation.access.actions._challenges import take
from nesie.foundation.access.models import ClientLogin
from nesie.foundation.access.rules import ChallengePurpose
from nesie.foundation.identification import queries as identities
from nesie.foundation.identification.rules import eds
from nesie.foundation.vault import queries as vault
from nesie.foundation.vault.rules import IndexedField
from nesie.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose signature it is: a client's, or nobody's with what is wrong with the signature, if anything is."""

    client_id: UUID | None = None
    failed_check: eds.Failure | None = None
    message: str = ""


def signer(
    actor: Actor, now: datetime, purpose: ChallengePurpose, challenge_id: UUID, cms: bytes, evidence: eds.Evidence
) -> Signer:
    """Who has signed this challenge, which is used up. Of a certificate in order nothing is told but whose it is."""
    asked = take(purpose, now, challenge_id=challenge_id, session=actor.session)
    if asked is None:
        return Signer()
    text = queries.eds_text(purpose, bytes(asked.value), asked.issued_at)
    verdict = identities.judge_sign_in(cms, text, at=now, evidence=evidence)
    if not verdict.ok or verdict.signer is None:
        return Signer(None, verdict.failed_check, verdict.message)
    client_id = vault.find_owner(IndexedField.IIN, verdict.signer.iin)
    known = client_id is not None and ClientLogin.objects.filter(client_id=client_id, blocked_at=None).exists()
    return Signer(client_id if known else None)
