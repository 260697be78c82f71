"""The ground of a suspension fell away: accrual and claims go on (Rules, 13)."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.accrual import brought_to
from nesie.journey.loans.actions.serviced import Serviced, new_ref, serve
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId


@use_case
def resume_loan(
    actor: Actor, now: datetime, *, loan_id: LoanId, on: date, with_interest: bool, reference: str
) -> Serviced:
    """Go on from the beginning of a day, which may be past; the interest of the pause becomes a claim on it.

    Penalty of the pause never does, and its days are no days of delay. By the edition in force when the pause began the
    interest is a duty (since 31.08.2025) or a right of the lender's (before): `with_interest` False is refused in the
    first case. Raises LoanEnded, NotSuspended, InterestOwed, EventInFuture, NotFound.
    """
    queries.visible(actor, loan_id)
    book = brought_to(loan_id, business_day(now), now)
    since = rules.check_resumable(book, on)
    rules.check_pause_interest(norms.edition(since, "13").since, with_interest=with_interest)
    event = rules.Resumed(ref=new_ref("resumed"), on=on, sequence=reference, with_interest=with_interest)
    return serve(actor, loan_id, event, now)
