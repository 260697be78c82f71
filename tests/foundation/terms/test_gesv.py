"""The annual effective rate: the published cases word for word, and what any root must be."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nesie.foundation.terms import rules
from nesie.foundation.terms.rules import Caps, DayCount, Flow, Method, NoGesv, Terms, Unit
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

    def test_shown_half_goes_up(self) -> None:
        """One year later 112.35 for 100 is exactly 12.35 %: shown as 12.4."""
        flows = [Flow(date(2025, 1, 1), Money.tenge(100)), Flow(date(2026, 1, 1), -Money.tenge("112.35"))]
        assert rules.gesv(flows) == rules.Gesv(Decimal("12.350000000000"), Decimal("12.4"))


class TestCaps:
    def check(self, loan: tuple[Terms, rules.Schedule], caps: Caps) -> None:
        terms, plan = loan
        rules.check_caps(terms, plan, rules.gesv(rules.flows(plan)), caps)

    @pytest.mark.parametrize(("rate", "days"), [("0.0029", 45), ("0.0029", 30), ("0.0028", 5)])
    def test_a_cheap_short_loan_passes(self, rate: str, days: int) -> None:
        self.check(daily(rate, days), SHORT)

    @pytest.mark.parametrize(("rate", "days"), [("0.0029", 15), ("0.0029", 7)])
    def test_a_daily_rate_within_its_limit_can_still_break_the_effective_one(self, rate: str, days: int) -> None:
        with pytest.raises(rules.GesvAboveCap) as refused:
            self.check(daily(rate, days), SHORT)
        assert refused.value.params["cap"] == Decimal("179.0")
        assert "above the limit of 179.0 %" in str(refused.value)

    def test_the_daily_rate_must_be_strictly_less(self) -> None:
        with pytest.raises(rules.DayRateTooHigh):
            self.check(daily("0.003", 45), SHORT)

    def test_the_regime_ends_after_45_days(self) -> None:
        with pytest.raises(rules.TermTooLong):
            self.check(daily("0.001", 46), SHORT)

    def test_the_regime_ends_at_its_amount(self) -> None:
        for amount, refused in (("194625", False), ("194625.01", True)):
            terms = Terms(Money.tenge(amount), Rate.percent(50), Method.BULLET, 1, every=30, unit=Unit.DAYS)
            loan = (terms, rules.schedule(terms, GRANTED))
            if refused:
                with pytest.raises(rules.AmountTooLarge):
                    self.check(loan, SHORT)
            else:
                self.check(loan, SHORT)

    def test_the_unrounded_value_decides(self) -> None:
        """46.04 % is shown as 46.0 and is refused all the same; exactly 46 % passes."""
        terms = Terms(Money.tenge(100), Rate.percent("46.04"), Method.BULLET, 1, every=365, unit=Unit.DAYS)
        plan = rules.schedule(terms, GRANTED)
        rate = rules.gesv(rules.flows(plan))
        assert rate.shown_pct == Decimal("46.0")
        with pytest.raises(rules.GesvAboveCap):
            rules.check_caps(terms, plan, rate, GENERAL)
        terms = Terms(Money.tenge(100), Rate.percent(46), Method.BULLET, 1, every=365, unit=Unit.DAYS)
        self.check((terms, rules.schedule(terms, GRANTED)), GENERAL)

    def test_an_overpayment_limit_holds_where_there_is_one(self) -> None:
        caps = Caps(gesv=Rate.of(10), overpayment=Rate.of("0.1"))
        self.check(bullet(Fraction("0.1"), 30), caps)
        with pytest.raises(rules.OverpaymentTooLarge):
            self.check(bullet(Fraction("0.11"), 30), caps)

    def test_the_published_consumer_loan_is_under_the_general_cap(self) -> None:
        terms = Terms(Money.tenge(300_000), Rate.percent(37), Method.ANNUITY, 12, day_count=DayCount.THIRTY_360)
        self.check((terms, rules.schedule(terms, GRANTED)), GENERAL)
