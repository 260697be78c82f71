"""The limits of the Law on the cost of a loan: a gate on exact values, with its reason."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from nesie.foundation.terms import rules
from nesie.foundation.terms.rules import Caps, DayCount, Flow, Method, Terms, Unit
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

    @pytest.mark.parametrize(
        ("day_count", "annual"),
        [
            (DayCount.ACT_360, "1.08"),
            (DayCount.ACT_364, "1.092"),
            (DayCount.ACT_365, "1.095"),
            (DayCount.ACT_ACT, "1.095"),
            (DayCount.THIRTY_360, "1.08"),
        ],
    )
    def test_what_a_day_costs_follows_the_day_count(self, day_count: DayCount, annual: str) -> None:
        """0.3 % a day exactly is refused; a hair less passes by this limit."""
        caps = Caps(gesv=Rate.of(1000), day_rate_below=Rate.of("0.003"))
        hair = Fraction(1, 10**9)
        for ratio, refused in ((Fraction(annual), True), (Fraction(annual) - hair, False)):
            terms = Terms(
                Money.tenge(100), Rate(ratio), Method.BULLET, 1, every=30, unit=Unit.DAYS, day_count=day_count
            )
            loan = (terms, rules.schedule(terms, GRANTED))
            if refused:
                with pytest.raises(rules.DayRateTooHigh):
                    self.check(loan, caps)
            else:
                self.check(loan, caps)

    @pytest.mark.clause("8.3")
    def test_real_flows_of_tranches_stand_under_the_same_limit(self) -> None:
        """A tranche on the way; what is repaid decides, the reason names the rate and the limit."""
        drawn = [Flow(GRANTED, Money.tenge(100_000)), Flow(GRANTED + timedelta(days=30), Money.tenge(50_000))]
        fair = rules.gesv([*drawn, Flow(GRANTED + timedelta(days=90), -Money.tenge(161_000))])
        rules.check_gesv(fair, GENERAL)
        dear = rules.gesv([*drawn, Flow(GRANTED + timedelta(days=90), -Money.tenge(165_000))])
        with pytest.raises(rules.GesvAboveCap) as refused:
            rules.check_gesv(dear, GENERAL)
        assert refused.value.params == {"gesv": dear.unrounded_pct.quantize(Decimal("0.0001")), "cap": Decimal("46.0")}

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
