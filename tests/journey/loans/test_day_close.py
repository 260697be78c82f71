"""The set-based day close and the pure rules are one arithmetic: every row, book and tiyn, whatever a loan has."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nesie.foundation.ledger import actions as ledger_actions
from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import AccountRef, Chart, Entry, credit, debit
from nesie.foundation.terms.rules import DayCount, Method, PeriodInterest, Terms, Unit
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions import accrual
from nesie.journey.loans.actions.keeping import save_book
from nesie.journey.loans.models import LoanState
from nesie.kernel.ids import new_id
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from tests.examples import examples
from tests.journey.loans.books import LAW, at, close_days, open_, rolled_back

DAY = timedelta(days=1)

penalties = st.sampled_from(
    [
        LAW,
        replace(LAW, stop_days=None),
        replace(LAW, switch_days=4, stop_days=15, later_day_rate=Decimal("0.00034567")),
        replace(LAW, switch_days=0, year_cap=Decimal("0.003")),
    ]
)


@st.composite
def any_terms(draw: st.DrawFn) -> Terms:
    method = draw(st.sampled_from([Method.ANNUITY, Method.DIFFERENTIATED, Method.BULLET, Method.FLAT]))
    unit = draw(st.sampled_from(Unit))
    equal = unit is Unit.MONTHS and draw(st.booleans())
    return Terms(
        principal=Money(draw(st.integers(1_00, 900_000_00))),
        annual_rate=Rate(Fraction(draw(st.integers(0, 1_100_000)), 1_000_000)),
        method=method,
        instalments=draw(st.integers(1, 5)),
        unit=unit,
        every=draw(st.sampled_from([1, 2, 9])) if unit is not Unit.MONTHS else 1,
        day_count=draw(st.sampled_from(DayCount)),
        period_interest=PeriodInterest.EQUAL if equal else PeriodInterest.DAILY,
    )


changes = st.lists(
    st.tuples(
        st.integers(0, 40),  # days before
        st.one_of(
            st.tuples(st.just("pay"), st.integers(1, 120)),
            st.tuples(st.just("rate"), st.integers(0, 90)),
            st.tuples(st.just("suspend"), st.just(0)),
            st.tuples(st.just("resume"), st.integers(0, 1)),
            st.tuples(st.just("halt"), st.sampled_from([0, 1, 2, 3])),
            st.tuples(st.just("forgive"), st.integers(1, 100)),
        ),
    ),
    max_size=6,
)


def event_of(book: rules.Book, kind: str, size: int, number: int) -> rules.AnyEvent | None:
    """What happens to the loan, if it can."""
    on, morning, ref = book.accrued_on, book.accrued_on + DAY, str(number)
    suspended = any(halt.kind is rules.HaltKind.SUSPENSION and halt.until is None for halt in book.halts)
    if book.status is not rules.Status.ACTIVE:
        return None
    if kind == "pay":
        return rules.Received(ref=ref, on=on, amount=Money(max(1, book.debt.tiyn * size // 100)))
    if kind == "rate" and book.next_due:
        return rules.RateChanged(ref=ref, on=on, rate=Rate.percent(size))
    if kind == "suspend" and not suspended:
        return rules.Suspended(ref=ref, on=morning)
    if kind == "resume" and suspended:
        return rules.Resumed(ref=ref, on=morning, with_interest=bool(size))
    if kind == "halt":
        what = [rules.HaltKind.CONSCRIPT, rules.HaltKind.BANKRUPTCY, rules.HaltKind.COLLECTOR, rules.HaltKind.COURT]
        return rules.Halted(ref=ref, on=morning, halt=what[size], until=morning + 11 * DAY)
    if kind == "forgive" and book.penalty:
        return rules.Forgiven(ref=ref, on=on, parts=rules.Parts(penalty=Money(max(1, book.penalty.tiyn * size // 100))))
    return None


class TestOneArithmetic:
    @given(any_terms(), penalties, st.dates(date(2027, 6, 1), date(2028, 4, 1)), changes, st.integers(1, 130))
    @settings(
        max_examples=examples(12),
        phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a smaller case costs minutes of a database
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    def test_rows_and_books_equal_the_rules(
        self, db: None, agreed: Terms, delay: rules.DelayNorms, opened_on: date, lived: Any, last: int
    ) -> None:
        with rolled_back():
            pure = open_(agreed, opened_on=opened_on, delay=delay)
            assert queries.book(pure.facts.loan_id) == pure
            told: list[rules.DayAccrued] = []
            for number, (days, (kind, size)) in enumerate([*lived, (last, ("none", 0))]):
                pure = self._days(pure, days, told)
                event = event_of(pure, kind, size, number)
                if event is not None:
                    changed = rules.apply(pure, event).book
                    self._credit(pure, changed)
                    save_book(pure, changed)
                    pure = changed
                assert queries.book(pure.facts.loan_id) == pure
            assert list(queries.days_written(pure.facts.loan_id)) == told
            for account, of in (
                (Chart.INTEREST_INCOME, lambda one: one.interest),
                (Chart.PENALTY_INCOME, lambda one: one.penalty),
                (Chart.OFF_BALANCE_CONTRA, lambda one: one.memo_interest + one.memo_penalty),
            ):
                total = Money.total(of(one) for one in told)
                assert abs(ledger.balance(AccountRef(account.value)).tiyn) == total.tiyn
            assert ledger.trial_balance(pure.accrued_on).difference == ZERO
            assert position(pure) == (pure.principal, pure.interest, pure.penalty_owed, pure.credit)

    def _credit(self, before: rules.Book, after: rules.Book) -> None:
        """Money that lies with us lies in the ledger too: from there the day close uses it."""
        come = after.credit - before.credit
        size, loan_id = max(come, -come), after.facts.loan_id
        lines = (*debit(Chart.FUNDING, size), *credit(Chart.CLIENT_CREDIT, size, loan_id))
        if come < ZERO:
            lines = (*debit(Chart.CLIENT_CREDIT, size, loan_id), *credit(Chart.FUNDING, size))
        if come:
            ledger_actions.post(Entry(str(new_id()), lines, after.accrued_on, "test", new_id()), at(after.accrued_on))

    def _days(self, pure: rules.Book, days: int, told: list[rules.DayAccrued]) -> rules.Book:
        for _ in range(days):
            if pure.status is not rules.Status.ACTIVE or not pure.debt:
                break
            close_days(pure.accrued_on + DAY)
            pure, accrued = rules.accrue_day(pure)
            told.append(accrued)
            if pure.credit:  # what lies with us pays what fell due, in the database too
                pure = rules.settle(pure, ZERO, pure.facts.repayment_order).book
        return pure


def position(book: rules.Book) -> tuple[Money, ...]:
    """The loan in the view of the whole book."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT principal_tiyn, interest_tiyn, penalty_tiyn, credit_tiyn FROM loans_position WHERE loan_id = %s",
            [book.facts.loan_id],
        )
        return tuple(Money(tiyn) for tiyn in cursor.fetchone())


def test_the_meter_of_the_database_reads_as_the_rules(db: None) -> None:
    days = [date(2027, 12, 25) + n * DAY for n in range(80)] + [date(1, 1, 1), date(2100, 12, 31)]
    days += [date(year, month, calendar.monthrange(year, month)[1]) for year in (2027, 2028) for month in range(1, 13)]
    with connection.cursor() as cursor:
        for count in DayCount:
            cursor.execute(
                "SELECT array_agg(loans_meter(%s, day) ORDER BY number) FROM unnest(%s::date[]) WITH ORDINALITY"
                " AS day(day, number)",
                [count.value, days],
            )
            assert cursor.fetchone()[0] == [rules.meter(count, day) for day in days]


class TestAhead:
    """A loan that was written on before its chunk is passed by when the chunk comes to that day."""

    def test_a_loan_ahead_gets_each_day_once(self, db: None) -> None:
        with rolled_back():
            ahead, behind = open_(), open_()
            opened_on = ahead.facts.opened_on
            accrual.brought_to(ahead.facts.loan_id, opened_on + 40 * DAY, at(opened_on + 40 * DAY))
            close_days(opened_on + 60 * DAY)
            for book in (ahead, behind):
                days = [one.day for one in queries.days_written(book.facts.loan_id)]
                assert days == [opened_on + n * DAY for n in range(1, 61)]
            first, second = queries.days_written(ahead.facts.loan_id), queries.days_written(behind.facts.loan_id)
            assert first == second
            assert queries.differences() == ()

    def test_a_loan_told_of_late_gets_the_days_its_chunk_has_closed(self, db: None) -> None:
        with rolled_back():
            early = open_()
            opened_on = early.facts.opened_on
            close_days(opened_on + 9 * DAY)
            late = open_(opened_on=opened_on + 2 * DAY)
            assert queries.book(late.facts.loan_id).accrued_on == opened_on + 9 * DAY
            assert len(queries.days_written(late.facts.loan_id)) == 7
            assert close_days(opened_on + 10 * DAY).loan_days == 2
            assert queries.differences() == ()

    def test_an_ordinary_day_leaves_the_row_of_a_loan_alone(self, db: None) -> None:
        with rolled_back():
            book = open_()
            close_days(book.facts.opened_on + DAY)
            before = LoanState.objects.values().get(loan_id=book.facts.loan_id)
            close_days(book.facts.opened_on + 20 * DAY)
            assert LoanState.objects.values().get(loan_id=book.facts.loan_id) == before

    def test_a_loan_that_goes_on_again_must_be_where_its_chunk_is(self, db: None) -> None:
        with rolled_back():
            book, other = open_(), open_()
            ended = rules.apply(book, rules.WrittenOff(ref="1", on=book.accrued_on, ground="")).book
            save_book(book, ended)
            close_days(other.accrued_on + 5 * DAY)
            assert queries.days_written(book.facts.loan_id) == ()
            with pytest.raises(ValueError, match="brought to the day"):
                save_book(ended, book)
