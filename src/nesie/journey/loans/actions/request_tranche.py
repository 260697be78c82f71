"""The client draws on a credit line."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.contracts import queries as contracts
from nesie.journey.contracts.rules import ChangeKind, DraftedChange, NoCreditLine
from nesie.journey.loans import queries
from nesie.journey.loans.actions.propose_change import propose_change
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId
from nesie.kernel.money import Money


@use_case
def request_tranche(
    actor: Actor, now: datetime, *, loan_id: LoanId, amount: Money, instalments: int | None = None
) -> DraftedChange:
    """A loan under the credit-line agreement, of a sum and for a time that the client sets (Rules, 2 sub 9-1).

    Its contract, an integral part of the agreement, is put before the client to sign; the money has its own 24 hours
    and consent (9-1). `instalments`: None to pay it with those ahead. Raises NoCreditLine, LineNotOpen, LineExceeded,
    and what `propose_change` raises.
    """
    queries.visible(actor, loan_id)
    book = queries.book(loan_id)
    if contracts.contract_terms(book.facts.contract_id).line is None:
        raise NoCreditLine
    return propose_change(
        actor,
        now,
        loan_id=loan_id,
        kind=ChangeKind.TRANCHE,
        effective_on=contracts.payout_day(book.facts.contract_id, amount, book.principal, now),
        instalments=instalments,
        amount=amount,
    )
