"""The annual effective rate: the published cases word for word, and what any root must be."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nesie.foundation.terms import rules
from nesie.foundation.terms.rules import Caps, Flow, Method, NoGesv, Terms, Unit
from nesie.kernel.money import Money
from nesie.kernel.rate import Rate

GRANTED = date(2026, 1, 15)
SHORT = Caps(gesv=Rate.of("1.79"), day_rate_below=Rate.of("0.003"), most_days=45, most_amount=Money.tenge("194625"))
GENERAL = Caps(gesv=Rate.of("0.46"))


def bullet(interest_part: Fraction, days: int) -> tuple[Terms, rules.Schedule]:
    """100,000 tenge repaid at once; interest is a part of the loan over the whole term."""
    rate = Rate(interest_part * 365 / days)
    terms = Terms(Money.tenge(100_000), rate, Method.BULLET, 1, every=days, unit=Unit.DAYS)
    return terms, rules.schedule(terms, GRANTED)


def daily(rate_per_day: str, days: int) -> tuple[Terms, rules.Schedule]:
    return bullet(Fraction(rate_per_day) * days, days)


class TestPublishedCases:
    @pytest.mark.parametrize(
        ("part", "days", "unrounded", "shown"),
        [
            (Fraction("0.2"), 45, "338.7811", "338.8"),
            (Fraction("0.25"), 45, "511.0094", "511.0"),
            (Fraction("0.003") * 45, 45, "179.3042", "179.3"),
            (Fraction("0.003") * 30, 30, "185.3354", "185.3"),
            (Fraction("0.0029") * 45, 45, "170.4478", "170.4"),
            (Fraction("0.0029") * 30, 30, "175.9261", "175.9"),
            (Fraction("0.0029") * 15, 15, "181.8273", "181.8"),
            (Fraction("0.0029") * 7, 7, "185.1655", "185.2"),
        ],
    )
    def test_one_repayment(self, part: Fraction, days: int, unrounded: str, shown: str) -> None:
        found = rules.gesv(rules.flows(bullet(part, days)[1]))
        assert found.unrounded_pct.quantize(Decimal("0.0001")) == Decimal(unrounded)
        assert found.shown_pct == Decimal(shown)

    def test_the_consumer_loan(self) -> None:
        payments = [Flow(rules.add_months(GRANTED, month), -Money.tenge("30288.75")) for month in range(1, 13)]
        found = rules.gesv([Flow(GRANTED, Money.tenge(300_000)), *payments])
        assert found.unrounded_pct.quantize(Decimal("0.0001")) == Decimal("44.1968")
        assert found.shown_pct == Decimal("44.2")

    def test_the_directive_example(self) -> None:
        """APR-1PAY: 500 lent on 10 October 2012, 510 repaid on 15 October."""
        found = rules.gesv([Flow(date(2012, 10, 10), Money.tenge(500)), Flow(date(2012, 10, 15), -Money.tenge(510))])
        assert found.unrounded_pct.quantize(Decimal("0.001")) == Decimal("324.436")

    @pytest.mark.parametrize(
        ("days", "rate"),
        [(5, "0.28309"), (7, "0.28389"), (10, "0.28510"), (15, "0.28712"), (20, "0.28916"), (30, "0.29330")],
    )
    def test_the_largest_daily_rate_under_the_cap(self, days: int, rate: str) -> None:
        """regulation.md 2.3: the effective rate binds, not 0.3 % a day."""
        percent = Decimal(rate)
        over = str((percent + Decimal("0.00002")) / 100)
        under = str((percent - Decimal("0.00002")) / 100)
        assert rules.gesv(rules.flows(daily(under, days)[1])).unrounded_pct < 179
        assert rules.gesv(rules.flows(daily(over, days)[1])).unrounded_pct > 179


class TestAnyFlows:
    @given(
        st.integers(100, 10**10),
        st.lists(st.tuples(st.integers(1, 4000), st.integers(1, 10**10)), min_size=1, max_size=40),
    )
    @settings(max_examples=200, deadline=None)
    def test_the_root_is_a_root(self, lent: int, paid: list[tuple[int, int]]) -> None:
        flows = [Flow(GRANTED, Money(lent)), *(Flow(GRANTED + timedelta(days=d), -Money(m)) for d, m in paid)]
        try:
            found = rules.gesv(flows)
        except NoGesv:
            # Only a rate beyond all sense has none: more than the loan back for each day of a hundred days.
            first = min(day for day, _ in paid)
            assert sum(tiyn for _, tiyn in paid) > lent * Decimal("1.0828") ** first
            return
        # Below, twelve decimals of a percent are too few to tell one root from another.
        if found.unrounded_pct > -99:
            assert abs(rules.residual(flows, found.unrounded_pct)) < Decimal("1e-9")

    @given(st.integers(1, 10**10), st.integers(1, 4000))
    def test_a_free_loan_costs_nothing(self, lent: int, days: int) -> None:
        flows = [Flow(GRANTED, Money(lent)), Flow(GRANTED + timedelta(days=days), -Money(lent))]
        assert rules.gesv(flows).unrounded_pct == 0

    @pytest.mark.parametrize(
        "flows",
        [
            [],
            [Flow(GRANTED, Money(100))],
            [Flow(GRANTED, -Money(100)), Flow(date(2026, 2, 1), Money(90))],
            [Flow(GRANTED, Money(100)), Flow(GRANTED, -Money(100))],
        ],
    )
    def test_flows_without_a_rate_are_refused(self, flows: list[Flow]) -> None:
        with pytest.raises(NoGesv):
            rules.gesv(flows)

    def test_flows_that_several_rates_answer_to_are_refused(self) -> None:
        """100 out, 230 in a year later, 132 out a year after that: 10 % and 20 % both fit."""
        years = [date(2025, 1, 1), date(2026, 1, 1), date(2027, 1, 1)]
        flows = [Flow(day, Money.tenge(amount)) for day, amount in zip(years, (100, -230, 132), strict=True)]
        with pytest.raises(NoGesv, match="more than one"):
            rules.gesv(flows)

    def test_a_line_drawn_again_after_it_was_repaid_has_one_rate(self) -> None:
        """Each time 20 % for a year, so 20 % in all."""
        years = [date(2025, 1, 1), date(2026, 1, 1), date(2027, 1, 1), date(2028, 1, 1)]
        flows = [Flow(day, Money.tenge(amount)) for day, amount in zip(years, (100, -120, 50, -60), strict=True)]
        assert rules.gesv(flows).shown_pct == Decimal("20.0")

    def test_money_that_goes_out_last_never_comes_back(self) -> None:
        flows = [
            Flow(GRANTED, Money.tenge(100)),
            Flow(GRANTED + timedelta(days=10), -Money.tenge(50)),
            Flow(GRANTED + timedelta(days=20), Money.tenge(100)),
        ]
        with pytest.raises(NoGesv):
            rules.gesv(flows)

    def test_a_first_day_that_nets_to_nothing_is_no_loan(self) -> None:
        later = [Flow(GRANTED + timedelta(days=10), -Money(90)), Flow(GRANTED + timedelta(days=20), Money(80))]
        with pytest.raises(NoGesv, match="first"):
            rules.gesv([Flow(GRANTED, Money(100)), Flow(GRANTED, -Money(100)), *later])

    def test_a_rate_below_nothing_is_told(self) -> None:
        """Half comes back after a year: minus 50 %."""
        flows = [Flow(date(2025, 1, 1), Money.tenge(100)), Flow(date(2026, 1, 1), -Money.tenge(50))]
        assert rules.gesv(flows).unrounded_pct == Decimal("-50.000000000000")

    def test_shown_half_goes_up(self) -> None:
        """One year later 112.35 for 100 is exactly 12.35 %: shown as 12.4."""
        flows = [Flow(date(2025, 1, 1), Money.tenge(100)), Flow(date(2026, 1, 1), -Money.tenge("112.35"))]
        assert rules.gesv(flows) == rules.Gesv(Decimal("12.350000000000"), Decimal("12.4"))
