"""What the client wants done with money above what is claimed (Law 56-V, art. 9 p. 1 sub 4)."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.accrual import brought_to
from nesie.journey.loans.actions.serviced import Serviced, after_receipts, new_ref, serve
from nesie.journey.loans.models import RepaymentWish
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId, new_id
from nesie.kernel.money import ZERO


@use_case
def repay_early(actor: Actor, now: datetime, *, loan_id: LoanId, wish: rules.Wish) -> Serviced | None:
    """Keep the wish for money that comes from now on, without a fee, until another is said; None when that is all.

    What of the client's money lies with us already repays principal at once, unless the wish is to keep it. The new
    schedule is given to the client. Raises LoanEnded, NotFound.
    """
    queries.visible(actor, loan_id)
    rules.check_running(brought_to(loan_id, business_day(now), now))
    RepaymentWish.objects.create(id=new_id(), loan_id=loan_id, wish=wish.value, said_at=now, said_by=actor.id)
    if wish is rules.Wish.KEEP or not queries.book(loan_id).credit:
        return None
    event = rules.Received(
        ref=new_ref("wish"), on=business_day(now), sequence=after_receipts(now), amount=ZERO, wish=wish
    )
    return serve(actor, loan_id, event, now)
