"""Schedules: published cases, and properties over any terms."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nesie.foundation.terms import rules
from nesie.foundation.terms.rules import DayCount, Method, Terms, TermsUnfit, Unit
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate

days = st.dates(date(2019, 1, 1), date(2034, 12, 31))
day_counts = st.sampled_from(DayCount)


@st.composite
def any_terms(draw: st.DrawFn, *methods: Method) -> Terms:
    unit = draw(st.sampled_from(Unit))
    return Terms(
        principal=Money(draw(st.integers(1, 10_000_000_00))),
        annual_rate=Rate(Fraction(draw(st.integers(0, 2_000_000)), 1_000_000)),
        method=draw(st.sampled_from(methods or (Method.ANNUITY, Method.DIFFERENTIATED, Method.BULLET))),
        instalments=draw(st.integers(1, 60)),
        every=draw(st.integers(1, 3 if unit is Unit.MONTHS else 30)),
        unit=unit,
        day_count=draw(day_counts),
        payment_step=Money(draw(st.sampled_from([1, 1, 100, 100_00, 1_000_00]))),
    )


class TestAnySchedule:
    @given(any_terms(), days)
    @settings(max_examples=200, deadline=None)
    def test_the_parts_sum_to_the_loan_and_nothing_is_negative(self, terms: Terms, disbursed_on: date) -> None:
        plan = rules.schedule(terms, disbursed_on)
        assert len(plan.rows) == terms.instalments
        assert plan.totals.principal == terms.principal
        assert plan.totals.payment == terms.principal + plan.overpayment
        assert plan.rows[-1].balance == ZERO
        balance, before = terms.principal, disbursed_on
        for row in plan.rows:
            fraction = rules.year_fraction(terms.day_count, before, row.due_on)
            assert row.interest == rules.interest(balance, terms.annual_rate, fraction)
            assert row.payment == row.interest + row.principal
            assert min(row.interest, row.principal, row.balance) >= ZERO
            assert row.due_on > before
            balance, before = row.balance, row.due_on

    @given(any_terms(), days)
    @settings(max_examples=50, deadline=None)
    def test_it_survives_being_written_down(self, terms: Terms, disbursed_on: date) -> None:
        plan = rules.schedule(terms, disbursed_on)
        assert Terms.from_json(terms.to_json()) == terms
        assert rules.Schedule.from_json(plan.to_json()) == plan


class TestAnnuity:
    @given(any_terms(Method.ANNUITY), days)
    @settings(max_examples=200, deadline=None)
    def test_payments_are_equal_multiples_of_the_step_but_for_the_last(self, terms: Terms, disbursed_on: date) -> None:
        rows = rules.schedule(terms, disbursed_on).rows
        equal = [row for row in rows[:-1] if row.principal and row.balance]
        assert len({row.payment for row in equal}) <= 1
        assert all(row.payment.tiyn % terms.payment_step.tiyn == 0 for row in equal)

    @given(st.integers(1_000_000, 200_000_000), st.integers(1, 100), st.integers(2, 36), days)
    @settings(max_examples=100, deadline=None)
    def test_the_last_payment_of_a_consumer_loan_is_nearly_equal(
        self, principal: int, percent: int, instalments: int, disbursed_on: date
    ) -> None:
        """Rounding a payment to a tiyn moves the last one by that half tiyn, grown, for each other payment."""
        terms = Terms(Money(principal), Rate.percent(percent), Method.ANNUITY, instalments)
        rows = rules.schedule(terms, disbursed_on).rows
        assert abs(rows[-1].payment.tiyn - rows[0].payment.tiyn) <= 30 * instalments

    def test_the_published_consumer_loan(self) -> None:
        """300,000 at 37 % a year, 12 equal months from 2026-01-15: 30,288.75 on each 15th."""
        terms = Terms(Money.tenge(300_000), Rate.percent(37), Method.ANNUITY, 12, day_count=DayCount.THIRTY_360)
        plan = rules.schedule(terms, date(2026, 1, 15))
        assert {row.payment for row in plan.rows[:-1]} == {Money.tenge("30288.75")}
        assert [row.due_on.day for row in plan.rows] == [15] * 12

    @pytest.mark.parametrize(
        ("terms", "disbursed_on", "payments", "interest"),
        [
            pytest.param(
                Terms(Money.tenge(100), Rate.percent("9.4822"), Method.ANNUITY, 6, day_count=DayCount.THIRTY_360),
                date(2024, 1, 1),
                "17.13 17.13 17.13 17.13 17.13 17.13",
                "0.79 0.66 0.53 0.40 0.27 0.13",
                id="FIN-EMI-C3155",
            ),
            pytest.param(
                Terms(
                    Money.tenge(100),
                    Rate.percent("9.4822"),
                    Method.ANNUITY,
                    6,
                    every=2,
                    unit=Unit.WEEKS,
                    day_count=DayCount.ACT_360,
                ),
                date(2024, 1, 1),
                "16.88 16.88 16.88 16.88 16.88 16.90",
                "0.37 0.31 0.25 0.19 0.12 0.06",
                id="FIN-EMI-C3158",
            ),
            pytest.param(
                Terms(Money.tenge(10_000), Rate.percent(12), Method.ANNUITY, 6, day_count=DayCount.ACT_ACT),
                date(2023, 12, 12),
                "1725.56 1725.56 1725.56 1725.56 1725.56 1725.59",
                "101.81 85.14 64.05 51.58 33.45 17.36",
                id="FIN-EMI-C3152",
            ),
            pytest.param(
                Terms(Money.tenge("331.77"), Rate.percent("10.65"), Method.ANNUITY, 5, day_count=DayCount.ACT_ACT),
                date(2023, 12, 12),
                "68.14 68.14 68.14 68.14 68.12",
                "3.00 2.41 1.70 1.21 0.59",
                id="FIN-EMI-C3164",
            ),
            pytest.param(
                Terms(
                    Money.tenge(100),
                    Rate.percent("9.4822"),
                    Method.ANNUITY,
                    6,
                    unit=Unit.WEEKS,
                    day_count=DayCount.ACT_364,
                ),
                date(2024, 1, 1),
                "16.77 16.77 16.77 16.77 16.77 16.78",
                "0.18 0.15 0.12 0.09 0.06 0.03",
                id="FIN-UNIT-WEEKLY-364",
            ),
        ],
    )
    def test_other_published_loans(self, terms: Terms, disbursed_on: date, payments: str, interest: str) -> None:
        """Under each case's own convention; agreement to 0.01."""
        rows = rules.schedule(terms, disbursed_on).rows
        for row, payment, charged in zip(rows, payments.split(), interest.split(), strict=True):
            assert abs(row.payment.tiyn - Money.tenge(payment).tiyn) <= 1
            assert abs(row.interest.tiyn - Money.tenge(charged).tiyn) <= 1

    def test_a_published_loan_in_whole_units(self) -> None:
        """FIN-RS03: 18 payments of 305, act/365 through a leap year, interest 487.33."""
        terms = Terms(Money.tenge(5000), Rate.percent(12), Method.ANNUITY, 18, payment_step=Money.tenge(1))
        plan = rules.schedule(terms, date(2022, 11, 1))
        assert {row.payment for row in plan.rows[:-1]} == {Money.tenge(305)}
        assert plan.overpayment == Money.tenge("487.33")


class TestDifferentiated:
    @given(any_terms(Method.DIFFERENTIATED), days)
    @settings(max_examples=100, deadline=None)
    def test_parts_of_principal_are_equal_but_for_the_last(self, terms: Terms, disbursed_on: date) -> None:
        rows = rules.schedule(terms, disbursed_on).rows
        assert len({row.principal for row in rows[:-1]}) <= 1
        assert all(row.principal <= rows[-1].principal for row in rows)


class TestFixedPayment:
    def test_payments_are_round_and_the_last_is_smaller(self) -> None:
        terms = Terms(Money.tenge(300_000), Rate.percent(36), Method.FIXED_PAYMENT, 12, payment_step=Money.tenge(1000))
        rows = rules.schedule(terms, date(2026, 11, 24)).rows
        assert {row.payment for row in rows[:-1]} == {Money.tenge(31_000)}
        assert ZERO < rows[-1].payment < Money.tenge(31_000)

    def test_a_payment_that_repays_too_early_is_refused(self) -> None:
        terms = Terms(Money.tenge(300_000), Rate.percent(36), Method.FIXED_PAYMENT, 12, payment=Money.tenge(60_000))
        with pytest.raises(TermsUnfit, match="before its last instalment"):
            rules.schedule(terms, date(2026, 11, 24))


class TestDays:
    @given(day_counts, days, st.integers(0, 800), st.integers(0, 800))
    @settings(max_examples=300, deadline=None)
    def test_weights_add_up_however_the_days_are_split(
        self, day_count: DayCount, start: date, first: int, second: int
    ) -> None:
        middle, end = start + timedelta(days=first), start + timedelta(days=first + second)
        split = rules.weight(day_count, start, middle) + rules.weight(day_count, middle, end)
        assert split == rules.weight(day_count, start, end)

    @given(day_counts, days)
    @settings(max_examples=100, deadline=None)
    def test_no_day_weighs_less_than_nothing(self, day_count: DayCount, day: date) -> None:
        assert rules.weight(day_count, day - timedelta(days=1), day) >= 0

    @pytest.mark.parametrize("year", [2023, 2024])
    def test_a_whole_year_is_one_by_act_act(self, year: int) -> None:
        fraction = rules.year_fraction(DayCount.ACT_ACT, date(year - 1, 12, 31), date(year, 12, 31))
        assert fraction == 1

    def test_a_year_boundary_is_split(self) -> None:
        """Days of 2023 are divided by 365, days of 2024 by 366."""
        fraction = rules.year_fraction(DayCount.ACT_ACT, date(2023, 12, 12), date(2024, 1, 12))
        assert fraction == Fraction(19, 365) + Fraction(12, 366)

    def test_a_month_end_does_not_creep(self) -> None:
        terms = Terms(Money.tenge(1000), Rate.percent(10), Method.ANNUITY, 4)
        due = rules.due_days(terms, date(2026, 10, 31))
        assert due == (date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28))

    def test_a_first_due_day_of_ones_own_moves_the_others(self) -> None:
        terms = Terms(Money.tenge(1000), Rate.percent(10), Method.ANNUITY, 2, first_due_on=date(2026, 12, 5))
        assert rules.due_days(terms, date(2026, 10, 31)) == (date(2026, 12, 5), date(2027, 1, 5))
        with pytest.raises(TermsUnfit):
            rules.due_days(terms, date(2026, 12, 5))


class TestTerms:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"principal": ZERO},
            {"annual_rate": Rate.percent(-1)},
            {"instalments": 0},
            {"instalments": 3001},
            {"every": 0},
            {"payment_step": ZERO},
            {"payment": Money(1)},
        ],
    )
    def test_senseless_terms_are_refused(self, wrong: dict[str, object]) -> None:
        fair = {"principal": Money(1), "annual_rate": Rate.percent(1), "method": Method.ANNUITY, "instalments": 1}
        with pytest.raises(TermsUnfit):
            Terms(**{**fair, **wrong})  # type: ignore[arg-type]  # wrong on purpose
