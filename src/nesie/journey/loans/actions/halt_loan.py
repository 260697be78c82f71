"""Something stands still by a fact of its own: a call-up, bankruptcy, a collector's work, a court's order."""

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
def halt_loan(
    actor: Actor,
    now: datetime,
    *,
    loan_id: LoanId,
    kind: rules.HaltKind,
    on: date,
    until: date | None,
    reference: str,
) -> Serviced:
    """Record the fact from a day on, to the end of `until` when that is known; what stands still follows from its kind.

    For a suspension see `suspend_loan`. Raises LoanEnded, HaltUnfit, EventInFuture, EventBeforeLoan, NotFound.
    """
    queries.visible(actor, loan_id)
    rules.check_halt(brought_to(loan_id, business_day(now), now), kind, on, until)
    event = rules.Halted(ref=new_ref("halted"), on=on, sequence=reference, halt=kind, until=until)
    return serve(actor, loan_id, event, now)
