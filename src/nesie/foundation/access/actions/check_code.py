"""Examine a one-time code."""

from __future__ import annotations

import hmac
from datetime import datetime
from uuid import UUID

from nesie.foundation.access import queries, rules
from nesie.foundation.access.actions.issue_code import code_hash
from nesie.foundation.access.models import OneTimeCode
from nesie.foundation.access.rules import CodeCheck, CodeOutcome, CodePurpose
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor


@use_case
def check_code(actor: Actor, now: datetime, *, purpose: CodePurpose, subject_id: UUID, code: str) -> CodeOutcome:
    """Whether the code is the one sent in this authentication session for this purpose; it serves once.

    Every outcome is a value and commits: a wrong try is counted under the row's lock, so that a hundred parallel
    guesses are examined one after another and all but the allowed few find the code worthless. Clauses 2, 11-replay.
    """
    row = (
        OneTimeCode.objects.select_for_update()
        .filter(purpose=purpose, subject_id=subject_id, session=actor.session, spent_at=None)
        .first()
    )
    machine = queries.machine_time(now)
    if row is None:
        return rules.code_outcome(None, False, machine, queries.policy().code)
    matches = hmac.compare_digest(bytes(row.code_hash), code_hash(row.id, code.strip()))
    state = CodeCheck(row.expires_at, row.attempts, row.spent_at is not None)
    outcome = rules.code_outcome(state, matches, machine, queries.policy().code)
    if outcome is CodeOutcome.ACCEPTED:
        row.spent_at = machine
    else:
        row.attempts = min(row.attempts + 1, queries.policy().code.attempts)
    row.save(update_fields=["spent_at", "attempts"])
    return outcome
