"""Money came in on a claim written off before."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.loans import rules
from nesie.journey.loans.actions.serviced import Serviced, serve
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId, ReceiptId
from nesie.kernel.money import Money


@use_case
def record_recovery(
    actor: Actor, now: datetime, *, loan_id: LoanId, receipt_id: ReceiptId, amount: Money, on: date
) -> Serviced:
    """Income, and so much less is kept off the balance sheet; what is above the claim is the client's credit.

    `allocate_receipt` calls it for a receipt of a loan that was written off. Raises NotFound, EventInFuture.
    """
    event = rules.Recovered(ref=f"receipt:{receipt_id}", on=on, sequence=str(receipt_id), amount=amount)
    return serve(actor, loan_id, event, now, receipt_id=receipt_id)
