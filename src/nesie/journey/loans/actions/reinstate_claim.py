"""A court found the client at fault: a claim written off comes back onto the balance sheet (Rules, 13)."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.accrual import brought_to
from nesie.journey.loans.actions.serviced import Serviced, new_ref, serve
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId


@use_case
def reinstate_claim(actor: Actor, now: datetime, *, loan_id: LoanId, due_on: date, reference: str) -> Serviced:
    """The claim kept off the books is owed again, on a day, without interest; a second person approves.

    `reference`: of the court act. Raises NotWrittenOff, DueInThePast, NotFound.
    """
    queries.visible(actor, loan_id)
    today = business_day(now)
    rules.check_reinstatable(brought_to(loan_id, business_day(now), now), due_on, today)
    event = rules.Reinstated(ref=new_ref("reinstated"), on=today, sequence=reference, due_on=due_on)
    return serve(actor, loan_id, event, now)
