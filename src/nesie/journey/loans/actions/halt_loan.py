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
    interest: rules.Goes | None = None,
    stops_penalty: bool | None = None,
    stops_delay: bool | None = None,
) -> Serviced:
    """Record the fact from a day on, to the end of `until` when that is known.

    What stands still follows from the kind where the Law says so; of a bankruptcy or a court's act it is said, as the
    act has it. For a suspension see `suspend_loan`. Raises LoanEnded, HaltUnfit, EffectMissing, EffectByLaw,
    EventInFuture, EventBeforeLoan, NotFound.
    """
    queries.visible(actor, loan_id)
    rules.check_halt_effect(kind, interest, stops_penalty=stops_penalty, stops_delay=stops_delay)
    rules.check_halt(brought_to(loan_id, business_day(now), now), kind, on, until)
    event = rules.Halted(
        ref=new_ref("halted"),
        on=on,
        sequence=reference,
        halt=kind,
        until=until,
        interest=interest,
        stops_penalty=stops_penalty,
        stops_delay=stops_delay,
    )
    return serve(actor, loan_id, event, now)
