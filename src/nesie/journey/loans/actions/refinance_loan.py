"""A new loan of this lender is to pay an old one."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.contracts.rules import PayoutNotCovered
from nesie.journey.loans import queries
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ContractId, LoanId


@use_case
def refinance_loan(actor: Actor, now: datetime, *, loan_id: LoanId, contract_id: ContractId) -> None:
    """Always PayoutNotCovered: a new contract is paid out to the client's account alone so far (Rules, 9, 9-1).

    The engine knows what a refinancing does to the old loan (`rules.Refinanced`).
    """
    queries.visible(actor, loan_id)
    raise PayoutNotCovered
