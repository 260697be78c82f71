"""The day close and payments at the same time, with real commits: nothing doubled, nothing lost, nobody stuck."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from nesie.foundation.audit.rules import NotPermitted
from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.models import ClosedMonth
from nesie.journey.loans import actions, queries, rules
from nesie.journey.loans.models import LoanTransition
from nesie.kernel.actor import client, worker
from nesie.kernel.ids import ReceiptId, new_id
from nesie.kernel.money import ZERO, Money
from tests.journey.loans.books import OPENED_ON, at, open_, receive

DAY = timedelta(days=1)


@pytest.fixture
def alone(fresh_db: Any, owner_sql: Callable[..., list[tuple[Any, ...]]]) -> None:
    """Loans stand alone in this database: the contracts and receipts they name are not made here."""
    foreign = owner_sql(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f'"
        " AND conrelid::regclass::text LIKE 'loans_%' AND confrelid::regclass::text NOT LIKE 'loans_%'"
    )
    for table, name in foreign:
        owner_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def at_once(*works: Callable[[], object]) -> list[BaseException]:
    failures: list[BaseException] = []
    ready = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        try:
            ready.wait(10)
            work()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return failures


@pytest.mark.usefixtures("alone")
class TestTogether:
    def test_fifty_receipts_of_one_loan_at_once_are_all_counted_whatever_their_order(self) -> None:
        """Each by a session of its own, in sums all different and booked on three days, some of them heard of late."""
        with transaction.atomic():
            book = open_()
        last = OPENED_ON + 35 * DAY
        came = [(Money.tenge(1_000 + 37 * number), last - (number % 3) * DAY) for number in range(50)]
        receipts = [ReceiptId(new_id()) for _ in came]

        def payer(receipt_id: ReceiptId, amount: Money, on: date) -> Callable[[], object]:
            def pay() -> None:
                with transaction.atomic():
                    receive(book.facts, amount, on, now=at(last), receipt_id=receipt_id)

            return pay

        assert at_once(*(payer(receipt_id, *one) for receipt_id, one in zip(receipts, came, strict=True))) == []
        stored = queries.book(book.facts.loan_id)
        paid = queries.position(worker(), book.facts.loan_id).payments
        assert sorted((payment.on, payment.amount) for payment in paid) == sorted((on, amount) for amount, on in came)
        one_by_one = [
            rules.Received(ref=f"receipt:{receipt_id}", on=on, amount=amount)
            for receipt_id, (amount, on) in zip(receipts, came, strict=True)
        ]
        plan, calendar = queries.opening_plan(book.facts.loan_id)
        assert stored == rules.replay(book.facts, plan, calendar, one_by_one, last).book
        assert book.amount_issued - stored.principal > ZERO
        assert queries.differences() == ()
        assert ledger.trial_balance(last).difference == ZERO

    def test_two_day_closes_and_payments_at_once_accrue_each_day_once(self) -> None:
        with transaction.atomic():
            books = [open_() for _ in range(6)]
        last = OPENED_ON + 40 * DAY

        def close() -> None:
            actions.accrue_day(worker(), at(last), day=last, chunk=0)

        def pay() -> None:
            for book in books:
                with transaction.atomic():
                    receive(book.facts, Money.tenge(25_000), OPENED_ON + 31 * DAY, now=at(last))

        assert at_once(close, close, pay) == []
        actions.accrue_day(worker(), at(last), day=last, chunk=0)
        for book in books:
            assert len(queries.accruals(worker(), book.facts.loan_id)) == 40
        assert queries.differences() == ()
        assert ledger.trial_balance(last).difference == ZERO

    def test_money_that_closes_a_loan_twice_over_closes_it_once(self) -> None:
        with transaction.atomic():
            book = open_()
        on = OPENED_ON + 3 * DAY
        total = queries.quote_payoff(worker(), book.facts.loan_id, on).total

        def pay() -> None:
            with transaction.atomic():
                receive(book.facts, total, on)

        assert at_once(pay, pay) == []
        assert queries.book(book.facts.loan_id).credit == total
        moves = LoanTransition.objects.filter(loan_id=book.facts.loan_id).order_by("number")
        assert [move.status for move in moves] == ["active", "closed"]


@pytest.mark.usefixtures("alone")
class TestClosedMonth:
    def test_days_missed_in_a_closed_month_are_posted_on_the_first_open_day(self) -> None:
        with transaction.atomic():
            book = open_()
        end = date(2026, 11, 30)
        first_open, today = end + DAY, end + 3 * DAY
        actions.accrue_day(worker(), at(end - 2 * DAY), day=end - 2 * DAY, chunk=0)
        with transaction.atomic():
            ClosedMonth.objects.create(last_day=end, closed_at=at(first_open))
        before = ledger.trial_balance(end)
        with transaction.atomic():
            receipt_on = end - DAY  # booked by the bank in the closed month, heard of later
            receive(book.facts, Money.tenge(1000), receipt_on, posted_on=first_open, now=at(today))
        actions.accrue_day(worker(), at(today), day=today, chunk=0)
        assert ledger.trial_balance(end) == before
        assert len(queries.accruals(worker(), book.facts.loan_id)) == (today - OPENED_ON).days
        assert queries.differences() == ()


@pytest.mark.usefixtures("alone")
class TestAccrueDay:
    def test_it_runs_for_the_systems_own_job_alone_and_not_ahead_of_time(self) -> None:
        with transaction.atomic():
            open_()
        day = OPENED_ON + DAY
        with pytest.raises(NotPermitted):
            actions.accrue_day(client(new_id()), at(day), day=day, chunk=0)
        with pytest.raises(rules.DayTooFar):
            actions.accrue_day(worker(), at(day), day=day + DAY, chunk=0)
        assert actions.accrue_day(worker(), at(day), day=day, chunk=0).loan_days == 1
        assert actions.accrue_day(worker(), at(day), day=day, chunk=0).loan_days == 0
