"""Loans for tests of this room: opened from plain facts, paid by receipts straight from the clearing account.

Everything happens in a savepoint that is rolled back, so the contracts these loans name need not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal

from django.db import transaction

from nesie.foundation.ledger import actions as ledger
from nesie.foundation.ledger.rules import Chart, Entry, credit, debit
from nesie.foundation.terms.rules import Method, Terms
from nesie.journey.loans import rules
from nesie.journey.loans.actions import accrual, opening
from nesie.journey.loans.actions.allocate_receipt import ReceiptAllocated, use_money
from nesie.kernel.actor import worker
from nesie.kernel.ids import ClientId, ContractId, LoanId, ReceiptId, new_id
from nesie.kernel.money import Money
from nesie.kernel.rate import Rate

OPENED_ON = date(2026, 11, 24)
LAW = rules.DelayNorms(Decimal("0.005"), Decimal("0.0003"), 90, Decimal("0.1"), 90)
ORDER = rules.order_for(consumer=True, contract_on=OPENED_ON)
TERMS = Terms(Money.tenge(120_000), Rate.percent(36), Method.ANNUITY, 6)


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def at(day: date) -> datetime:
    """Nine in the morning in Almaty."""
    return datetime.combine(day, time(4), UTC)


def facts_of(terms: Terms, *, opened_on: date = OPENED_ON, delay: rules.DelayNorms = LAW) -> rules.LoanFacts:
    loan_id = new_id()
    return rules.LoanFacts(
        loan_id=LoanId(loan_id),
        contract_id=ContractId(new_id()),
        client_id=ClientId(new_id()),
        number=str(loan_id)[:16],
        amount=terms.principal,
        annual_rate=terms.annual_rate,
        day_count=terms.day_count,
        opened_on=opened_on,
        contract_on=opened_on,
        consumer=True,
        delay=delay,
        terms=terms,
    )


def open_(terms: Terms = TERMS, *, opened_on: date = OPENED_ON, delay: rules.DelayNorms = LAW) -> rules.Book:
    """A loan in the database, its money paid out through the clearing account."""
    facts = facts_of(terms, opened_on=opened_on, delay=delay)
    pay_in = (*debit(Chart.FUNDING, facts.amount), *credit(Chart.CHARTER_CAPITAL, facts.amount))
    ledger.post(Entry(f"in:{facts.loan_id}", pay_in, opened_on, "test", facts.loan_id), at(opened_on))
    pay_out = (
        *debit(Chart.DISBURSEMENTS_IN_TRANSIT, facts.amount, facts.contract_id),
        *credit(Chart.FUNDING, facts.amount),
    )
    ledger.post(Entry(f"out:{facts.loan_id}", pay_out, opened_on, "test", facts.loan_id), at(opened_on))
    return opening.write_loan(facts, terms, at(opened_on))


def receive(
    facts: rules.LoanFacts,
    amount: Money,
    on: date,
    *,
    now: datetime | None = None,
    posted_on: date | None = None,
    receipt_id: ReceiptId | None = None,
) -> ReceiptAllocated:
    """Money on the bank account, then on the loan."""
    receipt_id = receipt_id or ReceiptId(new_id())
    booked = (*debit(Chart.FUNDING, amount), *credit(Chart.RECEIPTS_UNALLOCATED, amount, facts.contract_id))
    ledger.post(Entry(f"receipt:{receipt_id}", booked, posted_on or on, "test", receipt_id), at(on))
    return use_money(worker(), facts.loan_id, amount, on, now or at(on), receipt_id=receipt_id)


def close_days(day: date) -> accrual.Accrued:
    return accrual.catch_up(day, at(day))
