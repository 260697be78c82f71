"""Money on the rails as journal entries."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from nesie.foundation.ledger.rules import AccountRef, Chart, Entry, credit, debit
from nesie.kernel.money import Money

FUNDING = AccountRef(Chart.FUNDING.value)


def disbursed(disbursement_id: UUID, contract_id: UUID, amount: Money, effective_on: date) -> Entry:
    """The bank paid the client: the money is on its way to become a loan."""
    return Entry(
        key=f"payments.disbursed:{disbursement_id}",
        lines=(
            *debit(Chart.DISBURSEMENTS_IN_TRANSIT, amount, contract_id),
            *credit(Chart.FUNDING, amount),
        ),
        effective_on=effective_on,
        description_code="payments.disbursed",
        ref=contract_id,
    )


def received(receipt_id: UUID, contract_id: UUID | None, amount: Money, effective_on: date) -> Entry:
    """Money came: for a contract, or for nobody knows whom yet."""
    owed = (
        credit(Chart.RECEIPTS_UNALLOCATED, amount, contract_id)
        if contract_id is not None
        else credit(Chart.SUSPENSE, amount, receipt_id)
    )
    return Entry(
        key=f"payments.received:{receipt_id}",
        lines=(*debit(Chart.FUNDING, amount), *owed),
        effective_on=effective_on,
        description_code="payments.received",
        ref=contract_id or receipt_id,
    )


def identified(receipt_id: UUID, contract_id: UUID, amount: Money, effective_on: date) -> Entry:
    """A person found for which contract the money in suspense came."""
    return Entry(
        key=f"payments.identified:{receipt_id}",
        lines=(
            *debit(Chart.SUSPENSE, amount, receipt_id),
            *credit(Chart.RECEIPTS_UNALLOCATED, amount, contract_id),
        ),
        effective_on=effective_on,
        description_code="payments.identified",
        ref=contract_id,
    )


def refunded(refund_id: UUID, contract_id: UUID, amount: Money, effective_on: date) -> Entry:
    """The bank gave the client's own money back."""
    return Entry(
        key=f"payments.refunded:{refund_id}",
        lines=(
            *debit(Chart.REFUNDS_DUE, amount, contract_id),
            *credit(Chart.FUNDING, amount),
        ),
        effective_on=effective_on,
        description_code="payments.refunded",
        ref=contract_id,
    )


def returned(receipt_id: UUID, contract_id: UUID, amount: Money, effective_on: date) -> Entry:
    """The bank took a receipt back; no loan holds it any more."""
    return Entry(
        key=f"payments.returned:{receipt_id}",
        lines=(
            *debit(Chart.RECEIPTS_UNALLOCATED, amount, contract_id),
            *credit(Chart.FUNDING, amount),
        ),
        effective_on=effective_on,
        description_code="payments.returned",
        ref=contract_id,
    )
