"""A further part of a loan is to be paid out."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.contracts.rules import PayoutNotCovered
from nesie.journey.loans import queries
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId
from nesie.kernel.money import Money


@use_case
def pay_tranche(actor: Actor, now: datetime, *, loan_id: LoanId, amount: Money) -> None:
    """Always PayoutNotCovered: money goes out only after 24 hours and a consent of its own (Rules, 9-1).

    A tranche does not have them yet. The engine knows what a tranche does to a loan (`rules.TranchePaid`).
    """
    queries.visible(actor, loan_id)
    raise PayoutNotCovered
