"""The lender lowers the penalty of its own accord."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.contracts.rules import ChangeKind, DraftedChange
from nesie.journey.loans.actions.propose_change import propose_change
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId
from nesie.kernel.rate import Rate


@use_case
def lower_penalty(
    actor: Actor, now: datetime, *, loan_id: LoanId, first_rate: Rate, later_rate: Rate, effective_on: date
) -> DraftedChange:
    """An improvement needs no signature, but a notice and the days in which the client may refuse (Law, art. 3 p. 6).

    Rates of penalty a day, the first and the later one; they take effect on `effective_on`, when those days are over.
    Raises PenaltyRaised, and what `propose_change` raises.
    """
    return propose_change(
        actor,
        now,
        loan_id=loan_id,
        kind=ChangeKind.PENALTY_REDUCTION,
        effective_on=effective_on,
        penalty_rates=(first_rate, later_rate),
    )
