"""Accrual and claims stand still: an incident is being looked into (Rules, 13)."""

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
def suspend_loan(
    actor: Actor, now: datetime, *, loan_id: LoanId, ground: rules.SuspensionGround, on: date, reference: str
) -> Serviced:
    """Stop interest, penalty and claims from the beginning of a day, which may be past (Rules, paragraph 13).

    What was accrued since that day is taken back in the ledger; the interest of the pause is computed and held apart.
    `reference`: of the submission or resolution. The client is told. Raises LoanEnded, AlreadySuspended, EventInFuture,
    EventBeforeLoan, NotFound.
    """
    queries.visible(actor, loan_id)
    rules.check_suspendable(brought_to(loan_id, business_day(now), now))
    event = rules.Suspended(ref=new_ref("suspended"), on=on, sequence=reference, ground=ground.value)
    return serve(actor, loan_id, event, now)
