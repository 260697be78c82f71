"""Ask something fresh, and take its answer once (clause 11-replay)."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from nesie.foundation.access import queries, rules
from nesie.foundation.access.models import Challenge
from nesie.foundation.access.rules import CHALLENGE_BYTES, CHALLENGE_LIFE, ChallengePurpose


def ask(purpose: ChallengePurpose, now: datetime, *, session: str, subject_id: UUID | None = None) -> Challenge:
    """A new challenge; those long over are swept away with it."""
    machine = queries.machine_time(now)
    Challenge.objects.filter(expires_at__lt=machine - CHALLENGE_LIFE).delete()
    return Challenge.objects.create(
        id=uuid4(),
        purpose=purpose,
        session=session,
        subject_id=subject_id,
        value=secrets.token_bytes(CHALLENGE_BYTES),
        issued_at=machine,
        expires_at=machine + CHALLENGE_LIFE,
    )


def take(purpose: ChallengePurpose, now: datetime, *, challenge_id: UUID, session: str) -> Challenge | None:
    """The challenge, used up from now on whatever becomes of the answer; None when it may not be answered (any more).

    Its row is held until the transaction ends, so that of many answers at once only the first is examined.
    """
    row = Challenge.objects.select_for_update().filter(id=challenge_id, purpose=purpose).first()
    machine = queries.machine_time(now)
    if row is None or not rules.challenge_serves(
        expires_at=row.expires_at, spent_at=row.spent_at, asked_in=row.session, answered_in=session, now=machine
    ):
        return None
    row.spent_at = machine
    row.save(update_fields=["spent_at"])
    return row
