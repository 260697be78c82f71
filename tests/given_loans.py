"""Builders of loans through real use cases."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import actions, queries
from nesie.journey.loans.actions import ReceiptAllocated
from nesie.journey.payments import actions as payments
from nesie.journey.payments import queries as paid
from nesie.journey.payments.gateways import IncomingPayment
from nesie.journey.payments.rules import BANK_SOURCE, repayment_purpose
from nesie.kernel.actor import worker
from nesie.kernel.ids import ContractId, LoanId, ReceiptId, new_id
from nesie.kernel.money import Money


def opened(now: datetime, contract_id: ContractId) -> LoanId:
    """The loan of a contract that was paid out."""
    waiting = next(one for one in paid.disbursed() if one.contract_id == contract_id)
    return actions.open_loan(worker(), now, disbursement_id=waiting.disbursement_id)


def accrued(now: datetime) -> None:
    """Every loan brought to the day of `now`."""
    day = business_day(now)
    for one in queries.chunks_behind(day):
        actions.accrue_day(worker(), now, day=day, chunk=one.chunk)


def received(now: datetime, number: str, amount: Money) -> ReceiptId:
    """Money that came through the bank with the contract's number in its purpose."""
    reference = str(new_id())[-12:]  # the beginning is the time, the same for two of one moment
    payment = IncomingPayment(
        cursor=reference,
        bank_reference=reference,
        amount=amount,
        booked_at=now,
        booked_on=business_day(now),
        payer_iban="",
        payer_number="",
        payer_name="",
        purpose=repayment_purpose(number),
    )
    return payments.record_receipt(worker(), now, source=BANK_SOURCE, payment=payment).receipt_id


def repaid(now: datetime, loan_id: LoanId, amount: Money) -> ReceiptAllocated:
    """Money that came through the bank and was used on the loan."""
    receipt_id = received(now, queries.position(worker(), loan_id).number, amount)
    return actions.allocate_receipt(worker(), now, receipt_id=receipt_id)
