"""What moves in the books when a loan moves: one function an event, each a page of the journal.

`effective_on` is the day of the event, or the first open day when its month is closed already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from nesie.foundation.ledger.rules import Chart, Entry, Line, credit, debit
from nesie.journey.loans.rules import INTEREST, PRINCIPAL, Component, LoanFacts, Settlement
from nesie.kernel.ids import LoanId, ReceiptId
from nesie.kernel.money import Money


@dataclass(frozen=True, slots=True)
class LoanAccrued:
    """What a day added to one loan."""

    loan_id: LoanId
    interest: Money
    penalty: Money


def loan_opened(facts: LoanFacts, *, effective_on: date) -> Entry:
    """The money paid out becomes a loan."""
    return Entry(
        key=f"loan:{facts.loan_id}:opened",
        lines=(
            *debit(Chart.PRINCIPAL_RECEIVABLE, facts.amount, facts.loan_id),
            *credit(Chart.DISBURSEMENTS_IN_TRANSIT, facts.amount, facts.contract_id),
        ),
        effective_on=effective_on,
        description_code="loan.opened",
        ref=facts.loan_id,
    )


def day_accrued(day: date, loans: Sequence[LoanAccrued], *, effective_on: date) -> Entry | None:
    """Interest and penalties of many loans for a day: a receivable of each loan, income in one sum. None for nothing.

    Every loan is accrued once for a day, so the first loan's id makes the key of the whole.
    """
    lines = (
        *(line for loan in loans for line in debit(Chart.INTEREST_RECEIVABLE, loan.interest, loan.loan_id)),
        *(line for loan in loans for line in debit(Chart.PENALTY_RECEIVABLE, loan.penalty, loan.loan_id)),
        *credit(Chart.INTEREST_INCOME, Money.total(loan.interest for loan in loans)),
        *credit(Chart.PENALTY_INCOME, Money.total(loan.penalty for loan in loans)),
    )
    if not lines:
        return None
    return Entry(
        key=f"accrual:{day.isoformat()}:{loans[0].loan_id}",
        lines=lines,
        effective_on=effective_on,
        description_code="loan.day_accrued",
        ref=accrual_ref(day),
    )


# The same page for the set-based statement of the day close: accounts and words of the entry of a chunk.
DAY_ACCRUED: dict[str, str] = {
    "interest_account": Chart.INTEREST_RECEIVABLE.value,
    "penalty_account": Chart.PENALTY_RECEIVABLE.value,
    "interest_income": Chart.INTEREST_INCOME.value,
    "penalty_income": Chart.PENALTY_INCOME.value,
    "description_code": "loan.day_accrued",
}


def accrual_ref(day: date) -> UUID:
    """What the entries of a day's accrual are about: the day."""
    return uuid5(NAMESPACE_URL, f"nesie:accrual:{day.isoformat()}")


def receipt_allocated(facts: LoanFacts, settlement: Settlement, *, receipt_id: ReceiptId, effective_on: date) -> Entry:
    """Money received pays the loan; what is not needed stays the client's, what lay with us is used."""
    return Entry(
        key=f"receipt:{receipt_id}:allocated",
        lines=(
            *debit(Chart.RECEIPTS_UNALLOCATED, settlement.received, facts.contract_id),
            *_settled(facts.loan_id, settlement),
        ),
        effective_on=effective_on,
        description_code="loan.receipt_allocated",
        ref=facts.loan_id,
    )


def credit_used(facts: LoanFacts, settlement: Settlement, *, on: date, effective_on: date) -> Entry:
    """The client's money that lay with us pays what fell due."""
    return Entry(
        key=f"loan:{facts.loan_id}:credit_used:{on.isoformat()}",
        lines=tuple(_settled(facts.loan_id, settlement)),
        effective_on=effective_on,
        description_code="loan.credit_used",
        ref=facts.loan_id,
    )


def _settled(loan_id: LoanId, settlement: Settlement) -> Iterator[Line]:
    change = settlement.book.credit - settlement.credit_before
    if change.tiyn < 0:
        yield from debit(Chart.CLIENT_CREDIT, -change, loan_id)
    yield from credit(Chart.PRINCIPAL_RECEIVABLE, settlement.part(*PRINCIPAL), loan_id)
    yield from credit(Chart.INTEREST_RECEIVABLE, settlement.part(*INTEREST), loan_id)
    yield from credit(Chart.PENALTY_RECEIVABLE, settlement.part(Component.PENALTY), loan_id)
    if change.tiyn > 0:
        yield from credit(Chart.CLIENT_CREDIT, change, loan_id)
