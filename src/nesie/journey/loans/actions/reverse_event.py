"""Something was recorded by mistake: take it back."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.serviced import Serviced, serve
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId


@use_case
def reverse_event(actor: Actor, now: datetime, *, loan_id: LoanId, ref: str) -> Serviced:
    """The loan is as if the event had never been; both stay to be seen. A second person approves.

    Not for money, which has a way of its own (`reverse_receipt`, `correct_receipt`), nor for a schedule the client has
    signed. Raises NotFound, AlreadyReversed, NotReversible.
    """
    queries.visible(actor, loan_id)
    was = queries.event(loan_id, ref)
    rules.check_reversible(was)
    return serve(actor, loan_id, rules.Reversed(ref=f"{ref}:reversed", on=business_day(now), of=ref), now)
