"""Set or change one's own password."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.access import queries
from nesie.foundation.access.actions._admission import tell
from nesie.foundation.access.actions._anew import holder as own_login
from nesie.foundation.access.actions._anew import password_again
from nesie.foundation.access.actions._passwords import fit_password
from nesie.foundation.access.actions.check_code import check_code
from nesie.foundation.access.actions.open_session import end_sessions_of
from nesie.foundation.access.models import ClientLogin, StaffAccount
from nesie.foundation.access.rules import (
    Attempt,
    CodeOutcome,
    CodePurpose,
    SignInAnew,
)
from nesie.foundation.audit.use_case import use_case
from nesie.kernel.actor import Actor


@use_case
def set_password(actor: Actor, now: datetime, *, password: str, current: str = "", code: str = "") -> Attempt:
    """Change the actor's password, proven by the present one, or by a one-time code for a client.

    A client without a password sets the first one with no further proof while the session is fresh: they have just
    signed in. Later a code is wanted, since a password lasts longer than a stolen session and opens every other
    change. All other sessions of the person end, and a client is told. A wrong proof is a value, since it is counted.
    Raises `PasswordTooWeak` (and its kinds), `PasswordUsedBefore`, `SignInAnew`, `NotFound` (clause 29).
    """
    holder = own_login(actor)
    limits = queries.policy().client_password if isinstance(holder, ClientLogin) else queries.policy().staff_password
    proof = _proof(actor, now, holder, current, code)
    if proof is not Attempt.DONE:
        return proof
    holder.password = fit_password(holder.pk, password, limits, now)
    holder.password_set_at = queries.machine_time(now)
    holder.save(update_fields=["password", "password_set_at"])
    end_sessions_of(holder.pk, now, but=actor.session)
    if isinstance(holder, ClientLogin):
        tell(holder.pk, now, "password_changed", at=now)
    return Attempt.DONE


def _proof(actor: Actor, now: datetime, holder: ClientLogin | StaffAccount, current: str, code: str) -> Attempt:
    if not holder.password and queries.just_signed_in(actor, now):
        return Attempt.DONE
    if code and isinstance(holder, ClientLogin):
        purpose = CodePurpose.CHANGE_PASSWORD
        outcome = check_code(actor, now, purpose=purpose, subject_id=holder.client_id, code=code)
        return Attempt.DONE if outcome is CodeOutcome.ACCEPTED else Attempt.WRONG
    if not holder.password:
        raise SignInAnew
    return password_again(holder.password, str(holder.pk), now, current)
