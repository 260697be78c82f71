"""Whatever the terms: what must hold of every schedule, every rate and every plan of a rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nesie.foundation.norms.rules import Calendar
from nesie.foundation.terms import rules
from nesie.foundation.terms.rules import (
    DayCount,
    Flow,
    Method,
    NonWorkingDay,
    PeriodInterest,
    Schedule,
    Terms,
    TermsUnfit,
    Unit,
    dates,
)
from nesie.foundation.terms.rules.schedule import Periods, level_payment
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate

PURE = settings(deadline=None, derandomize=True, database=None)
CALENDAR = Calendar()

# Month ends and leap days are where dates go wrong, so they come often.
lent_on = st.dates(date(2019, 1, 1), date(2031, 12, 31)) | st.sampled_from(
    [date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29), date(2025, 1, 30), date(2027, 2, 28), date(2028, 8, 31)]
)
principals = st.integers(1, 99) | st.integers(1, 2_000_000_00)
percents = st.builds(lambda millionths: Rate(Fraction(millionths, 10**8)), st.integers(0, 400 * 10**6))
GAPS = {Unit.MONTHS: 3, Unit.WEEKS: 6, Unit.DAYS: 45}


@st.composite
def parts_of(draw: st.DrawFn, principal: int, count: int) -> tuple[Money, ...]:
    cuts = sorted(draw(st.lists(st.integers(0, principal), min_size=count - 1, max_size=count - 1)))
    return tuple(Money(after - before) for before, after in pairwise([0, *cuts, principal]))


@st.composite
def any_terms(draw: st.DrawFn, *methods: Method) -> Terms:
    method = draw(st.sampled_from(methods or tuple(Method)))
    unit, count, principal = draw(st.sampled_from(Unit)), draw(st.integers(1, 40)), draw(principals)
    named = method is Method.CUSTOM or (method is Method.FLAT and draw(st.booleans()))
    can_have_balloon = method is not Method.BULLET and not named
    return Terms(
        Money(principal),
        draw(percents),
        method,
        count,
        every=draw(st.integers(1, GAPS[unit])),
        unit=unit,
        day_count=draw(st.sampled_from(DayCount)),
        payment_step=Money(draw(st.sampled_from([1, 1, 7, 100, 1000_00]))),
        period_interest=draw(st.sampled_from(PeriodInterest)),
        grace_principal=0 if named else draw(st.integers(0, count - 1)),
        grace_interest=draw(st.integers(0, count - 1)),
        principal_parts=draw(parts_of(principal, count)) if named else None,
        balloon=draw(st.none() | st.builds(Money, st.integers(0, principal))) if can_have_balloon else None,
        due_day=draw(st.none() | st.integers(1, 31)) if unit is Unit.MONTHS else None,
        non_working_day=draw(st.sampled_from(NonWorkingDay)),
    )


def planned(terms: Terms, on: date, accrued: Fraction = Fraction(0)) -> Schedule:
    """The schedule; terms that by their nature give none are not the matter here."""
    try:
        return rules.schedule(terms, on, calendar=CALENDAR, accrued=accrued)
    except TermsUnfit as unfit:
        assume(unfit.field not in ("payment", "non_working_day", "first_due_on"))
        raise


class TestAnySchedule:
    @given(any_terms(), lent_on)
    @settings(PURE, max_examples=400)
    def test_principal_sums_nothing_is_negative_and_the_rows_are_as_many_as_agreed(
        self, terms: Terms, on: date
    ) -> None:
        plan = planned(terms, on)
        assert [row.number for row in plan.rows] == list(range(1, terms.instalments + 1))
        assert plan.totals.principal == terms.principal
        assert plan.rows[-1].balance == ZERO
        balance, before = terms.principal, on
        for row in plan.rows:
            balance -= row.principal
            assert row.balance == balance
            assert row.payment == row.interest + row.principal
            assert min(row.interest, row.principal, row.balance) >= ZERO
            assert row.due_on > before
            before = row.due_on
        assert plan.totals.payment == terms.principal + plan.overpayment

    @given(any_terms(), lent_on)
    @settings(PURE, max_examples=200)
    def test_grace_is_grace(self, terms: Terms, on: date) -> None:
        rows = planned(terms, on).rows
        assert all(not row.principal for row in rows[: terms.grace_principal])
        assert all(not row.interest for row in rows[: terms.grace_interest])
        if terms.balloon is not None:
            assert rows[-1].principal >= terms.balloon

    @given(any_terms(), lent_on)
    @settings(PURE, max_examples=200)
    def test_interest_is_what_the_balance_earned(self, terms: Terms, on: date) -> None:
        """Never more than the exact interest on the balances, but for half a tiyn of each period."""
        plan = planned(terms, on)
        agreed = dates.agreed_days(terms, on)
        parts = dates.fractions(terms, on, agreed, tuple(row.due_on for row in plan.rows))
        balances = [terms.principal, *(row.balance for row in plan.rows)]
        flat = terms.method is Method.FLAT
        bases = [terms.principal if flat and balance else balance for balance in balances[:-1]]
        exact = sum(
            (base.tiyn * part * terms.annual_rate.ratio for base, part in zip(bases, parts, strict=True)), Fraction(0)
        )
        assert abs(plan.overpayment.tiyn - exact) <= Fraction(len(parts), 2)

    @given(any_terms(), lent_on)
    @settings(PURE, max_examples=100)
    def test_days_off_are_left_where_they_should_be(self, terms: Terms, on: date) -> None:
        days = [row.due_on for row in planned(terms, on).rows]
        agreed = dates.agreed_days(terms, on)
        if terms.non_working_day is NonWorkingDay.LEAVE:
            assert tuple(days) == agreed
        else:
            assert all(CALENDAR.is_working(day) for day in days)
            later = terms.non_working_day is NonWorkingDay.NEXT
            assert all((day >= was) if later else (day <= was) for day, was in zip(days, agreed, strict=True))

    @given(any_terms(), lent_on)
    @settings(PURE, max_examples=100)
    def test_due_days_keep_their_number(self, terms: Terms, on: date) -> None:
        assume(terms.unit is Unit.MONTHS)
        number = terms.due_day or on.day
        for day in dates.agreed_days(terms, on):
            assert day.day == number or (day.day < number and (day + timedelta(days=1)).month != day.month)

    @given(any_terms())
    @settings(PURE, max_examples=100)
    def test_terms_survive_being_written_down(self, terms: Terms) -> None:
        assert Terms.from_json(terms.to_json()) == terms


class TestEqualPayments:
    @given(any_terms(Method.ANNUITY, Method.FLAT), lent_on)
    @settings(PURE, max_examples=300)
    def test_they_are_one_multiple_of_the_step_within_a_step_of_the_exact_one(self, terms: Terms, on: date) -> None:
        terms = replace(terms, principal_parts=None)
        plan = planned(terms, on)
        agreed = dates.agreed_days(terms, on)
        parts = dates.fractions(terms, on, agreed, tuple(row.due_on for row in plan.rows))
        exact = level_payment(Periods(terms, parts, Fraction(0)))
        floor = max(terms.grace_principal, terms.grace_interest + 1 if terms.grace_interest else 0)
        balloon = terms.balloon or ZERO
        level = {row.payment for row in plan.rows[floor:-1] if row.principal and row.balance > balloon}
        assert len(level) <= 1
        for payment in level:
            assert payment.tiyn % terms.payment_step.tiyn == 0
            assert abs(payment.tiyn - exact) < terms.payment_step.tiyn

    @given(any_terms(Method.DIFFERENTIATED), lent_on)
    @settings(PURE, max_examples=100)
    def test_parts_of_principal_are_equal_and_the_last_takes_the_residue(self, terms: Terms, on: date) -> None:
        rows = planned(terms, on).rows[terms.grace_principal :]
        parts = {row.principal for row in rows[:-1]}
        assert len(parts) <= 1
        for part in parts:
            residue = rows[-1].principal - (terms.balloon or ZERO) - part
            assert ZERO <= residue < Money(terms.payment_step.tiyn * len(rows))

    @given(any_terms(Method.FIXED_PAYMENT), lent_on)
    @settings(PURE, max_examples=100)
    def test_a_payment_rounded_up_leaves_the_last_no_larger(self, terms: Terms, on: date) -> None:
        terms = replace(terms, grace_interest=0)
        rows = planned(terms, on).rows[terms.grace_principal :]
        assume(len(rows) > 1)
        # Rounding the interest of each period, half a tiyn at most, is all that the last may pay more.
        last = rows[-1].payment - (terms.balloon or ZERO)
        assert last.tiyn <= max(rows[0].payment.tiyn, rows[0].interest.tiyn) + len(rows) * _growth(terms)


def _growth(terms: Terms) -> int:
    """How much half a tiyn can have become by the last instalment, in whole tiyn and generously."""
    longest = Fraction(terms.every * {Unit.MONTHS: 62, Unit.WEEKS: 7, Unit.DAYS: 1}[terms.unit] + 15, 360)
    return int((1 + terms.annual_rate.ratio * longest) ** terms.instalments) + 1


class TestDays:
    @given(st.sampled_from(DayCount), lent_on, st.lists(st.integers(0, 400), max_size=6))
    @settings(PURE, max_examples=200)
    def test_interest_does_not_depend_on_how_days_are_split(self, count: DayCount, on: date, gaps: list[int]) -> None:
        end, parts = on, Fraction(0)
        for gap in gaps:
            parts += rules.year_fraction(count, end, end + timedelta(days=gap))
            end += timedelta(days=gap)
        assert parts == rules.year_fraction(count, on, end)

    @given(lent_on, st.integers(1, 60))
    @settings(PURE, max_examples=100)
    def test_equal_months_are_twelfths(self, on: date, months: int) -> None:
        terms = Terms(Money(1000), Rate.percent(10), Method.BULLET, months, period_interest=PeriodInterest.EQUAL)
        agreed = dates.agreed_days(terms, on)
        assert set(dates.fractions(terms, on, agreed, agreed)) == {Fraction(1, 12)}

    @given(lent_on, st.integers(0, 800))
    @settings(PURE, max_examples=200)
    def test_months_between_are_whole_months_and_less_than_one_more(self, on: date, days: int) -> None:
        end = on + timedelta(days=days)
        found = rules.months_between(on, end)
        whole = int(found)
        assert rules.add_months(on, whole) <= end < rules.add_months(on, whole + 1)
        assert rules.months_between(on, rules.add_months(on, whole)) == whole


class TestRate:
    @given(any_terms(), lent_on)
    @settings(PURE, max_examples=150)
    def test_the_root_is_a_root(self, terms: Terms, on: date) -> None:
        money = rules.flows(planned(terms, on))
        try:
            found = rules.gesv(money)
        except rules.NoGesv:
            assume(False)
        assert abs(rules.residual(money, found.unrounded_pct)) < Decimal("1e-9")
        assert found.unrounded_pct >= 0

    @given(
        st.lists(st.tuples(st.integers(0, 400), st.integers(1, 10**8)), max_size=4),
        st.lists(st.tuples(st.integers(1, 700), st.integers(1, 10**8)), min_size=1, max_size=8),
        lent_on,
    )
    @settings(PURE, max_examples=150)
    def test_tranches_and_payments_on_any_days(
        self, draws: list[tuple[int, int]], paid: list[tuple[int, int]], on: date
    ) -> None:
        first = 10**8
        money = [
            Flow(on, Money(first)),
            *(Flow(on + timedelta(days=day), Money(amount)) for day, amount in draws),
            *(Flow(on + timedelta(days=day), Money(-amount)) for day, amount in paid),
        ]
        try:
            found = rules.gesv(money)
        except rules.NoGesv:
            return
        assume(found.unrounded_pct > -99)  # next to a total loss twelve decimals are few
        assert abs(rules.residual(money, found.unrounded_pct)) < Decimal("1e-9")


class TestRest:
    @given(any_terms(), lent_on, st.integers(0, 1200), st.integers(1, 100))
    @settings(PURE, max_examples=150)
    def test_a_rest_repays_its_balance_on_the_days_that_were_left(
        self, terms: Terms, on: date, days: int, part: int
    ) -> None:
        plan = planned(terms, on)
        day = on + timedelta(days=days)
        assume(day < plan.last_due_on)
        before = [row for row in plan.rows if row.due_on <= day]
        left = plan.rows[len(before) :]
        balance = Money((before[-1].balance if before else terms.principal).tiyn * part // 100)
        assume(balance)
        assume(terms.unit is Unit.MONTHS or dates.agreed_days(terms, on)[len(before)] > day)
        smaller = rules.rest(terms, plan, day, balance, calendar=CALENDAR)
        again = planned(smaller, day)
        assert [row.due_on for row in again.rows] == [row.due_on for row in left]
        assert again.totals.principal == balance
        fewer = rules.shortened(terms, plan, day, balance, calendar=CALENDAR)
        short = planned(fewer, day)
        assert len(short.rows) <= len(left)
        assert [row.due_on for row in short.rows] == [row.due_on for row in left[: len(short.rows)]]
        assert short.totals.principal == balance
        assert min(row.principal for row in short.rows) >= ZERO

    @given(any_terms(Method.ANNUITY), lent_on, st.integers(1, 99))
    @settings(PURE, max_examples=80)
    def test_a_shortened_loan_keeps_its_payment(self, terms: Terms, on: date, part: int) -> None:
        terms = replace(terms, grace_principal=0, grace_interest=0, balloon=None, non_working_day=NonWorkingDay.LEAVE)
        plan = planned(terms, on)
        assume(len(plan.rows) > 2)
        first = plan.rows[0]
        balance = Money(first.balance.tiyn * part // 100)
        assume(balance)
        short = planned(rules.shortened(terms, plan, first.due_on, balance), first.due_on)
        usual = plan.rows[1].payment
        assert all(row.payment == max(usual, row.interest) for row in short.rows[:-1])
        assert len(short.rows) == len(plan.rows) - 1 or short.rows[-1].payment <= usual
