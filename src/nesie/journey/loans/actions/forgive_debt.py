"""Let a part of a debt go."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.accrual import brought_to
from nesie.journey.loans.actions.serviced import Serviced, new_ref, serve
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId


@use_case
def forgive_debt(actor: Actor, now: datetime, *, loan_id: LoanId, parts: rules.Parts) -> Serviced:
    """Give up so much principal, interest and penalty today, the oldest of each first; a second person approves.

    Only what is better for the client, so nobody has to sign (Law 56-V, art. 3 p. 6); it is told. Raises MoreThanOwed,
    LoanEnded, NotFound.
    """
    queries.visible(actor, loan_id)
    rules.check_forgivable(brought_to(loan_id, business_day(now), now), parts)
    event = rules.Forgiven(ref=new_ref("forgiven"), on=business_day(now), parts=parts)
    return serve(actor, loan_id, event, now)
