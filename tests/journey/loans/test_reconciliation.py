"""The loans held against the books: nothing differs, and what somebody bends is found and said aloud."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from nesie.entrypoints.cli.main import main
from nesie.entrypoints.jobs import journey
from nesie.foundation.ledger import actions as books
from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.models import ClosedMonth
from nesie.foundation.ledger.rules import Chart, Entry, Obstacle, credit, debit
from nesie.journey.loans import actions, queries, rules
from nesie.journey.loans.actions.recording import record
from nesie.kernel.actor import worker
from nesie.kernel.money import Money
from tests.journey.loans.books import OPENED_ON, at, close_days, open_
from tests.journey.loans.test_together import alone

__all__ = ["alone"]
DAY = timedelta(days=1)
STEP = next(step for step in journey.STEPS if "held against the books" in step.name)


@pytest.mark.usefixtures("alone")
class TestReconciliation:
    def test_it_is_made_once_a_day_after_the_day_close(self, fresh_db: Any) -> None:
        with transaction.atomic():
            open_()
        today = OPENED_ON + DAY
        assert journey.move(at(today), steps=[STEP]) == 0, "the day is not closed yet"
        with transaction.atomic():
            close_days(today)
        assert journey.move(at(today), steps=[STEP]) == 1
        assert journey.move(at(today), steps=[STEP]) == 0
        newest = ledger.reconciled(queries.PART)
        assert newest is not None
        assert (newest.as_of, newest.compared, newest.differing) == (today, 1, 0)

    def test_a_tiyn_too_much_is_found_and_bars_the_closing_of_the_month(
        self, fresh_db: Any, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with transaction.atomic():
            loan = open_()
        day = (OPENED_ON + timedelta(days=62)).replace(day=1)
        with transaction.atomic():
            close_days(day)
        month_end = day - DAY
        assert ledger.obstacles(month_end, day) == (Obstacle.NOT_RECONCILED,)
        actions.reconcile_loans(worker(), at(day), day=day)
        assert ledger.obstacles(month_end, day) == ()
        with transaction.atomic():
            lines = (
                *debit(Chart.PRINCIPAL_RECEIVABLE, Money(1), loan.facts.loan_id),
                *credit(Chart.CHARTER_CAPITAL, Money(1)),
            )
            books.post(Entry("test:bent", lines, day, "test", loan.facts.loan_id), at(day))
        found = actions.reconcile_loans(worker(), at(day), day=day)
        assert [(one.thing, one.booked - one.own) for one in found.examples] == [(loan.facts.loan_id, Money(1))]
        assert ledger.obstacles(month_end, day) == (Obstacle.DIFFERENCES,)
        assert main(["ledger", "reconcile"]) == 1
        assert "1 of 1 loans differ from the books." in capsys.readouterr().out

    def test_what_lives_on_off_the_balance_sheet_is_compared_too(self, fresh_db: Any) -> None:
        with transaction.atomic():
            facts = open_().facts
            close_days(OPENED_ON + 10 * DAY)
            lost = rules.WrittenOff(ref="lost", on=OPENED_ON + 10 * DAY, ground="uncollectable")
            record(facts.loan_id, lost, at(OPENED_ON + 10 * DAY))
        assert queries.differences() == ()
        found = actions.reconcile_loans(worker(), at(OPENED_ON + 10 * DAY), day=OPENED_ON + 10 * DAY)
        claim = queries.book(facts.loan_id).recourse
        totals = {one.account: (one.own, one.booked) for one in found.totals}
        assert totals[Chart.WRITTEN_OFF_PRINCIPAL.value] == (claim.principal, claim.principal)
        assert totals[Chart.WRITTEN_OFF_INTEREST.value] == (claim.interest, claim.interest)
        assert claim.interest
        assert Chart.PRINCIPAL_RECEIVABLE.value not in totals, "nothing is receivable"
        with transaction.atomic():
            lines = (
                *debit(Chart.WRITTEN_OFF_INTEREST, Money(7), facts.loan_id),
                *credit(Chart.OFF_BALANCE_CONTRA, Money(7)),
            )
            books.post(Entry("test:bent", lines, OPENED_ON + 10 * DAY, "test", facts.loan_id), at(OPENED_ON + 10 * DAY))
        (one,) = queries.differences()
        assert (one.account, one.ledger - one.loan) == (Chart.WRITTEN_OFF_INTEREST, Money(7))

    def test_a_month_keeps_what_it_was_closed_on(self, fresh_db: Any) -> None:
        with transaction.atomic():
            open_()
        day = (OPENED_ON + timedelta(days=32)).replace(day=1)
        with transaction.atomic():
            close_days(day)
        made = actions.reconcile_loans(worker(), at(day), day=day)
        (kept,) = ledger.comparisons_to_keep()
        ClosedMonth.objects.create(last_day=day - DAY, closed_at=at(day), compared=[kept])
        (month,) = ledger.closed_months()
        assert month.compared == (made,)
        (own, booked) = {one.account: (one.own, one.booked) for one in made.totals}[Chart.PRINCIPAL_RECEIVABLE.value]
        assert own == booked == Money.tenge(120_000)

    def test_a_month_whose_days_are_not_closed_cannot_close(self, fresh_db: Any) -> None:
        with transaction.atomic():
            open_()
        after = (OPENED_ON + timedelta(days=62)).replace(day=1)
        assert Obstacle.DAY_CLOSE_BEHIND in ledger.obstacles(after - DAY, after)

    def test_a_thing_of_the_books_is_known_by_its_loan(self, fresh_db: Any) -> None:
        with transaction.atomic():
            facts = open_().facts
        known = queries.named({facts.loan_id, facts.contract_id})
        assert {one.number for one in known.values()} == {facts.number}
        assert queries.loan_of_number(facts.number) == facts.loan_id
        assert queries.loan_of_number("none") is None
