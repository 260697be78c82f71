"""Money received pays a loan in the order of the Law."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.receiving import ReceiptAllocated, use_money
from nesie.journey.payments import actions as payments
from nesie.journey.payments import queries as received
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ReceiptId
from nesie.kernel.refused import NotFound


@use_case
def allocate_receipt(actor: Actor, now: datetime, *, receipt_id: ReceiptId) -> ReceiptAllocated:
    """Take over a matched receipt and use it on its contract's loan (Law 56-V, art. 6 p. 1-1).

    What is not needed stays the client's credit; money that covers the whole debt repays the loan early and closes it.
    NotFound when no such receipt waits (or another worker took it first), LoanNotOpen when its contract has no loan
    yet: the receipt then keeps waiting.
    """
    receipt = received.unallocated_one(receipt_id)
    if receipt is None:
        raise NotFound
    loan_id = queries.loan_of_contract(receipt.contract_id)
    if loan_id is None:
        raise rules.LoanNotOpen
    if not payments.take_receipt(receipt_id, now):
        raise NotFound
    return use_money(loan_id, receipt.amount, receipt.booked_on, now, receipt_id=receipt_id)
