"""Who has signed the text of a challenge with the key for sign-in."""

from __future__ import annotations

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


def signer(
    actor: Actor, now: datetime, purpose: ChallengePurpose, challenge_id: UUID, cms: bytes, evidence: eds.Evidence
) -> UUID | None:
    """The client whose certificate signed this challenge; None for any other outcome. The challenge is used up."""
    asked = take(purpose, now, challenge_id=challenge_id, session=actor.session)
    if asked is None:
        return None
    text = queries.eds_text(purpose, bytes(asked.value), asked.issued_at)
    verdict = identities.judge_sign_in(cms, text, at=now, evidence=evidence)
    if not verdict.ok or verdict.signer is None:
        return None
    client_id = vault.find_owner(IndexedField.IIN, verdict.signer.iin)
    known = client_id is not None and ClientLogin.objects.filter(client_id=client_id, blocked_at=None).exists()
    return client_id if known else None
