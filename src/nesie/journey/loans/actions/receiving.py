"""Use money received on a loan. A plain joined function: `allocate_receipt` pulls the money, this puts it to use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from nesie.foundation.ledger import queries as books
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import postings, rules
from nesie.journey.loans.actions.accrual import brought_to
from nesie.journey.loans.actions.settlement import write_settlement
from nesie.journey.loans.models import LoanEvent
from nesie.kernel.ids import LoanId, ReceiptId, new_id
from nesie.kernel.money import Money


@dataclass(frozen=True, slots=True)
class ReceiptAllocated:
    """What a receipt was used for; `closed` when the loan is repaid in full."""

    loan_id: LoanId
    on: date
    principal: Money
    interest: Money
    penalty: Money
    credit: Money
    closed: bool


def use_money(
    loan_id: LoanId, amount: Money, booked_on: date, now: datetime, *, receipt_id: ReceiptId
) -> ReceiptAllocated:
    """Bring the loan to the day of the money and settle with it.

    Money takes effect on the day the bank booked it. When that day has been accrued over already, it takes effect on
    the last accrued day: an entry is never written behind the loan's own state.
    """
    arrived_on = min(booked_on, business_day(now))
    book = brought_to(loan_id, arrived_on, now)
    order = rules.order_for(consumer=book.facts.consumer, contract_on=book.facts.contract_on)
    settlement = rules.settle(book, amount, order)
    on = max(arrived_on, book.accrued_on)
    entry = postings.receipt_allocated(book.facts, settlement, receipt_id=receipt_id, effective_on=books.open_day(on))
    event = LoanEvent.objects.create(
        id=new_id(),
        loan_id=loan_id,
        key=f"receipt:{receipt_id}",
        kind="receipt",
        on=on,
        sequence=str(receipt_id),
        details={"amount_tiyn": amount.tiyn},
        receipt_id=receipt_id,
        recorded_at=now,
    )
    write_settlement(book, settlement, entry, now, on=on, event=event)
    return ReceiptAllocated(
        loan_id=loan_id,
        on=on,
        principal=settlement.part(*rules.PRINCIPAL),
        interest=settlement.part(*rules.INTEREST),
        penalty=settlement.part(rules.Component.PENALTY),
        credit=settlement.book.credit,
        closed=settlement.full,
    )
