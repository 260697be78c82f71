"""What made a loan stand still is over."""

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
def end_halt(actor: Actor, now: datetime, *, loan_id: LoanId, ref: str, on: date) -> Serviced:
    """From the beginning of a day everything goes on; `ref` names the halt.

    Raises NoSuchHalt, EventInFuture, NotFound.
    """
    queries.visible(actor, loan_id)
    rules.check_halt_open(brought_to(loan_id, business_day(now), now), ref, on)
    return serve(actor, loan_id, rules.Released(ref=new_ref("released"), on=on, of=ref), now)
