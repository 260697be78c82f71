"""The less usual terms: flat interest, parts of principal, grace, balloons, due days and days off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from nesie.foundation.norms.rules import Calendar
from nesie.foundation.terms import rules
from nesie.foundation.terms.rules import (
    DayCount,
    Method,
    NonWorkingDay,
    PeriodInterest,
    Row,
    Terms,
    TermsUnfit,
    Unit,
)
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate

LENT_ON = date(2022, 11, 1)
WHOLE = Money.tenge(1)
LOAN = Terms(
    Money.tenge(5000),
    Rate.percent(12),
    Method.ANNUITY,
    18,
    payment_step=WHOLE,
    period_interest=PeriodInterest.EQUAL,
)


def rows(terms: Terms, lent_on: date = LENT_ON) -> tuple[Row, ...]:
    return rules.schedule(terms, lent_on).rows


def amounts(*tenge: str | int) -> list[Money]:
    return [Money.tenge(amount) for amount in tenge]


class TestFlat:
    def test_interest_is_on_the_whole_loan_to_its_end(self) -> None:
        found = rows(replace(LOAN, method=Method.FLAT))
        assert {row.interest for row in found} == {Money.tenge(50)}
        assert [row.payment for row in found] == amounts(*[328] * 17, 324)

    def test_without_interest_the_last_takes_the_residue(self) -> None:
        terms = Terms(Money.tenge(1000), Rate.percent(0), Method.FLAT, 6, payment_step=WHOLE)
        assert [row.payment for row in rows(terms)] == amounts(167, 167, 167, 167, 167, 165)

    def test_parts_of_principal_can_be_named(self) -> None:
        parts = tuple(amounts(0, 4000, 1000))
        found = rows(replace(LOAN, method=Method.FLAT, instalments=3, principal_parts=parts))
        assert [row.payment for row in found] == amounts(50, 4050, 1050)

    def test_a_step_that_would_repay_it_too_soon_is_taken_downwards_so_that_all_its_interest_falls_due(self) -> None:
        # 1000 and 12 times 10 of interest make 12 payments of 93.33: of 104 each, ten and a part of one would do.
        terms = replace(LOAN, principal=Money.tenge(1000), method=Method.FLAT, instalments=12)
        found = rows(replace(terms, payment_step=Money.tenge(26)))
        assert [row.payment for row in found] == amounts(*[78] * 11, 262)
        assert {row.interest for row in found} == {Money.tenge(10)}
        without_interest = replace(terms, annual_rate=Rate.percent(0), payment_step=Money.tenge(50))
        assert [row.payment for row in rows(without_interest)] == amounts(*[100] * 10, 0, 0)

    def test_a_step_above_the_payment_itself_leaves_no_interest_after_the_principal(self) -> None:
        terms = replace(LOAN, principal=Money.tenge(1000), method=Method.FLAT, instalments=4)
        found = rows(replace(terms, payment_step=Money.tenge(600)))
        assert [(row.interest, row.principal) for row in found] == [
            (Money.tenge(10), Money.tenge(590)), (Money.tenge(10), Money.tenge(410)), (ZERO, ZERO), (ZERO, ZERO),
        ]  # fmt: skip

    def test_a_part_of_nothing_at_the_end_costs_nothing(self) -> None:
        parts = tuple(amounts(1000, 4000, 0))
        found = rows(replace(LOAN, method=Method.FLAT, instalments=3, principal_parts=parts))
        assert [row.payment for row in found] == amounts(1050, 4050, 0)


class TestGrace:
    def test_grace_on_principal_is_interest_only(self) -> None:
        found = rows(replace(LOAN, grace_principal=3))
        assert [row.payment for row in found[:4]] == amounts(50, 50, 50, 361)
        assert found[-1].payment == Money.tenge("354.87")

    def test_interest_of_grace_waits_for_the_next_instalment(self) -> None:
        found = rows(replace(LOAN, grace_principal=6, grace_interest=3))
        assert [row.payment for row in found[:7]] == amounts(0, 0, 0, 200, 50, 50, 444)
        assert Money.total(row.interest for row in found) == Money.tenge("631.09")

    def test_grace_on_interest_alone_leaves_the_principal_where_it_was(self) -> None:
        plain, graced = rows(LOAN), rows(replace(LOAN, grace_interest=2))
        assert [row.principal for row in graced] == [row.principal for row in plain]
        assert [row.interest for row in graced[:2]] == [ZERO, ZERO]
        assert graced[2].interest == Money.total(row.interest for row in plain[:3])
        assert graced[3:] == plain[3:]


class TestBalloon:
    @pytest.mark.parametrize("method", [Method.ANNUITY, Method.DIFFERENTIATED, Method.FLAT, Method.FIXED_PAYMENT])
    def test_a_balloon_stays_for_the_last_instalment(self, method: Method) -> None:
        found = rows(replace(LOAN, method=method, balloon=Money.tenge(2000)))
        assert found[-2].balance >= Money.tenge(2000)
        regular = found[-1].payment - Money.tenge(2000)
        assert ZERO <= regular <= found[0].payment + Money.tenge(18)
        assert Money.total(row.principal for row in found) == LOAN.principal

    @pytest.mark.parametrize("balloon", [0, 2000, 4999])
    def test_the_payment_repays_what_the_balloon_leaves(self, balloon: int) -> None:
        """By the textbook: payment = (loan - balloon discounted) * rate / (1 - discount), here within its step."""
        discount = 1.01**-18
        exact = (5000 - balloon * discount) * 0.01 / (1 - discount)
        found = rows(replace(LOAN, balloon=Money.tenge(balloon), payment_step=Money(1)))
        assert abs(found[0].payment.tiyn / 100 - exact) < 0.01
        regular = found[-1].payment - Money.tenge(balloon)
        assert abs((regular - found[0].payment).tiyn) <= 18

    def test_flat_spreads_what_the_balloon_leaves(self) -> None:
        found = rows(replace(LOAN, method=Method.FLAT, instalments=4, balloon=Money.tenge(1000)))
        assert [row.payment for row in found] == amounts(1050, 1050, 1050, 2050)

    def test_parts_spread_what_the_balloon_leaves(self) -> None:
        found = rows(replace(LOAN, method=Method.DIFFERENTIATED, instalments=4, balloon=Money.tenge(1000)))
        assert [row.principal for row in found] == amounts(1000, 1000, 1000, 2000)

    def test_a_loan_that_is_all_balloon_pays_interest_only(self) -> None:
        found = rows(replace(LOAN, balloon=LOAN.principal))
        assert [row.principal for row in found[:-1]] == [ZERO] * 17
        assert found[-1].payment == Money.tenge(5050)


class TestCustom:
    def test_each_part_of_principal_is_as_named(self) -> None:
        parts = tuple(amounts(1000, 0, 4000))
        found = rows(replace(LOAN, method=Method.CUSTOM, instalments=3, principal_parts=parts))
        assert tuple(row.principal for row in found) == parts
        assert [row.interest for row in found] == amounts(50, 40, 40)

    @pytest.mark.parametrize(
        ("parts", "method"),
        [
            ([5000], Method.CUSTOM),
            ([2500, 2499], Method.CUSTOM),
            ([6000, -1000], Method.CUSTOM),
            (None, Method.CUSTOM),
            ([2500, 2500], Method.ANNUITY),
        ],
    )
    def test_parts_that_do_not_fit_are_refused(self, parts: list[int] | None, method: Method) -> None:
        named = tuple(amounts(*parts)) if parts is not None else None
        with pytest.raises(TermsUnfit) as refused:
            replace(LOAN, method=method, instalments=2, principal_parts=named)
        assert refused.value.field == "principal_parts"


class TestEqualPeriods:
    @pytest.mark.parametrize("day_count", [DayCount.THIRTY_360, DayCount.ACT_360])
    def test_days_are_counted_one_by_one_over_a_31st(self, day_count: DayCount) -> None:
        terms = replace(LOAN, unit=Unit.DAYS, every=40, instalments=1, day_count=day_count)
        found = rows(terms, date(2025, 12, 20))
        assert found[0].interest == rules.interest(LOAN.principal, LOAN.annual_rate, Fraction(40, 360))

    def test_a_year_boundary_is_split_in_weeks_too(self) -> None:
        terms = replace(LOAN, unit=Unit.WEEKS, every=4, instalments=1, day_count=DayCount.ACT_ACT)
        found = rows(terms, date(2023, 12, 18))
        part = Fraction(13, 365) + Fraction(15, 366)
        assert found[0].interest == rules.interest(LOAN.principal, LOAN.annual_rate, part)

    def test_a_short_first_period_counts_its_days_by_their_month(self) -> None:
        """From 5 January to 1 February: 27 of 31 days of a month."""
        terms = replace(LOAN, method=Method.BULLET, instalments=2, first_due_on=date(2024, 2, 1))
        found = rows(terms, date(2024, 1, 5))
        assert found[0].interest == rules.interest(LOAN.principal, LOAN.annual_rate, Fraction(27, 31 * 12))
        assert found[1].interest == Money.tenge(50)

    def test_a_first_day_that_is_the_usual_one_is_a_whole_step(self) -> None:
        for lent_on, first in ((date(2026, 1, 31), date(2026, 2, 28)), (date(2026, 2, 28), date(2026, 3, 31))):
            terms = replace(LOAN, method=Method.BULLET, instalments=1, first_due_on=first, due_day=31)
            assert rows(terms, lent_on)[0].interest == Money.tenge(50)

    def test_a_month_is_a_twelfth_however_long(self) -> None:
        found = rows(replace(LOAN, method=Method.BULLET, instalments=4), date(2026, 1, 31))
        assert {row.interest for row in found} == {Money.tenge(50)}
        assert [row.due_on.day for row in found] == [28, 31, 30, 31]

    def test_a_longer_first_period_counts_its_days_by_their_month(self) -> None:
        """From 1 January to 18 February 2024: a month, and 17 of the 29 days of February."""
        terms = Terms(
            Money.tenge(100),
            Rate.percent("9.4822"),
            Method.FIXED_PAYMENT,
            6,
            payment=Money.tenge("17.13"),
            first_due_on=date(2024, 2, 18),
            day_count=DayCount.THIRTY_360,
            period_interest=PeriodInterest.EQUAL,
        )
        found = rows(terms, date(2024, 1, 1))
        assert [row.interest for row in found] == amounts("1.25", "0.66", "0.53", "0.40", "0.27", "0.14")
        assert found[-1].payment == Money.tenge("17.60")

    @pytest.mark.parametrize(
        ("day_count", "expected"),
        [(DayCount.ACT_364, "0.18"), (DayCount.THIRTY_360, "0.18"), (DayCount.ACT_ACT, "0.18")],
    )
    def test_weeks_are_as_long_as_they_are(self, day_count: DayCount, expected: str) -> None:
        terms = replace(
            LOAN, principal=Money.tenge(100), annual_rate=Rate.percent("9.4822"), unit=Unit.WEEKS, day_count=day_count
        )
        assert rows(terms)[0].interest == Money.tenge(expected)


class TestDueDays:
    def test_a_due_day_makes_the_first_period_short(self) -> None:
        terms = replace(LOAN, instalments=3, due_day=5)
        assert rules.due_days(terms, date(2026, 1, 20)) == (date(2026, 2, 5), date(2026, 3, 5), date(2026, 4, 5))

    def test_the_last_day_of_a_month_stays_the_last(self) -> None:
        terms = replace(LOAN, instalments=3, due_day=31)
        expected = (date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30))
        assert rules.due_days(terms, date(2026, 1, 20)) == expected
        assert rules.due_days(replace(terms, first_due_on=date(2026, 2, 28)), date(2026, 1, 20)) == expected

    def test_days_off_move_an_instalment_when_the_terms_say_so(self) -> None:
        """1 February 2026 is a Sunday, 1 March too; 1 May 2026 is a holiday on a Friday."""
        terms = replace(LOAN, instalments=5, period_interest=PeriodInterest.DAILY)
        lent_on, calendar = date(2026, 1, 1), Calendar()
        later = rules.due_days(replace(terms, non_working_day=NonWorkingDay.NEXT), lent_on, calendar)
        assert later == (date(2026, 2, 2), date(2026, 3, 2), date(2026, 4, 1), date(2026, 5, 4), date(2026, 6, 1))
        sooner = rules.due_days(replace(terms, non_working_day=NonWorkingDay.PREVIOUS), lent_on, calendar)
        assert sooner == (date(2026, 1, 30), date(2026, 2, 27), date(2026, 4, 1), date(2026, 4, 30), date(2026, 6, 1))

    def test_interest_by_days_follows_the_moved_day_equal_periods_do_not(self) -> None:
        moved = replace(LOAN, instalments=1, non_working_day=NonWorkingDay.NEXT, day_count=DayCount.ACT_365)
        plan = rules.schedule(moved, date(2026, 1, 1), calendar=Calendar())
        assert plan.rows[0].interest == Money.tenge(50)
        daily = rules.schedule(
            replace(moved, period_interest=PeriodInterest.DAILY), date(2026, 1, 1), calendar=Calendar()
        )
        assert daily.rows[0].interest == rules.interest(LOAN.principal, LOAN.annual_rate, Fraction(32, 365))

    def test_moving_needs_a_calendar_and_room(self) -> None:
        moved = replace(LOAN, non_working_day=NonWorkingDay.NEXT)
        with pytest.raises(TermsUnfit, match="calendar"):
            rules.schedule(moved, LENT_ON)
        with pytest.raises(TermsUnfit, match="meet"):
            rules.schedule(replace(moved, unit=Unit.DAYS), LENT_ON, calendar=Calendar())


class TestRest:
    """A part repaid early: the same days with smaller payments, or the same payments and fewer of them."""

    LENT = Terms(Money.tenge(5000), Rate.percent(12), Method.ANNUITY, 6, payment_step=WHOLE)

    def test_smaller_payments_as_published(self) -> None:
        """FIN-RP12: 862 becomes 536 for the last four after two larger payments."""
        plan = rules.schedule(self.LENT, LENT_ON)
        left = rules.rest(self.LENT, plan, date(2023, 1, 1), Money.tenge("2090.59"))
        found = rules.schedule(left, date(2023, 1, 1)).rows
        assert [row.payment for row in found] == amounts(536, 536, 536, "534.38")
        assert [row.due_on for row in found] == [row.due_on for row in plan.rows[2:]]

    def test_fewer_payments_as_large(self) -> None:
        plan = rules.schedule(self.LENT, LENT_ON)
        left = rules.shortened(self.LENT, plan, date(2023, 1, 1), Money.tenge("2090.59"))
        found = rules.schedule(left, date(2023, 1, 1)).rows
        assert [row.payment for row in found[:-1]] == amounts(862, 862)
        assert ZERO < found[-1].payment <= Money.tenge(862)

    def test_interest_of_the_running_period_is_paid_with_the_first(self) -> None:
        plan = rules.schedule(self.LENT, LENT_ON)
        day, accrued = date(2022, 11, 21), Fraction(500_000 * 20 * 12, 365 * 100)
        left = rules.rest(self.LENT, plan, day, self.LENT.principal, accrued=accrued)
        again = rules.schedule(left, day, accrued=accrued)
        assert again.rows == plan.rows

    def test_month_ends_come_back(self) -> None:
        plan = rules.schedule(self.LENT, date(2022, 10, 31))
        left = rules.rest(self.LENT, plan, date(2023, 1, 31), Money.tenge(3000))
        assert rules.due_days(left, date(2023, 1, 31)) == tuple(row.due_on for row in plan.rows[3:])

    @pytest.mark.parametrize("method", [Method.DIFFERENTIATED, Method.FLAT])
    def test_parts_of_principal_stay_as_large(self, method: Method) -> None:
        terms = replace(self.LENT, method=method, principal=Money.tenge(6000), period_interest=PeriodInterest.EQUAL)
        plan = rules.schedule(terms, LENT_ON)
        left = rules.shortened(terms, plan, date(2023, 1, 1), Money.tenge(2500))
        assert [row.principal for row in rows(left, date(2023, 1, 1))] == amounts(1000, 1000, 500)

    def test_named_parts_shrink_in_proportion(self) -> None:
        parts = tuple(amounts(1000, 1000, 3000))
        terms = Terms(Money.tenge(5000), Rate.percent(12), Method.CUSTOM, 3, principal_parts=parts)
        left = rules.rest(terms, rules.schedule(terms, LENT_ON), date(2022, 12, 1), Money.tenge(2000))
        assert left.principal_parts == tuple(amounts(500, 1500))

    def test_a_round_payment_too_large_for_the_rest_becomes_equal_ones(self) -> None:
        terms = replace(self.LENT, method=Method.FIXED_PAYMENT, payment_step=Money.tenge(500))
        left = rules.rest(terms, rules.schedule(terms, LENT_ON), date(2022, 12, 1), Money.tenge(600))
        assert left.method is Method.ANNUITY
        assert len(rows(left, date(2022, 12, 1))) == 5

    def test_nothing_left_is_refused(self) -> None:
        plan = rules.schedule(self.LENT, LENT_ON)
        with pytest.raises(TermsUnfit, match="left"):
            rules.rest(self.LENT, plan, plan.last_due_on, Money.tenge(1))


class TestSenselessTerms:
    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"principal": ZERO}, "principal"),
            ({"annual_rate": Rate.percent(-1)}, "annual_rate"),
            ({"instalments": 0}, "instalments"),
            ({"instalments": 3001}, "instalments"),
            ({"every": 0}, "every"),
            ({"payment_step": ZERO}, "payment_step"),
            ({"method": Method.FIXED_PAYMENT, "payment": ZERO}, "payment"),
            ({"payment": WHOLE}, "payment"),
            ({"grace_principal": -1}, "grace_principal"),
            ({"grace_principal": 18}, "grace_principal"),
            ({"grace_interest": 18}, "grace_interest"),
            ({"balloon": Money(-1)}, "balloon"),
            ({"balloon": LOAN.principal + Money(1)}, "balloon"),
            ({"method": Method.BULLET, "balloon": WHOLE}, "balloon"),
            ({"method": Method.FIXED_PAYMENT, "payment": WHOLE, "balloon": WHOLE}, "balloon"),
            ({"due_day": 0}, "due_day"),
            ({"due_day": 32}, "due_day"),
            ({"due_day": 5, "unit": Unit.WEEKS}, "due_day"),
            (
                {
                    "method": Method.CUSTOM,
                    "instalments": 2,
                    "principal_parts": (ZERO, LOAN.principal),
                    "grace_principal": 1,
                },
                "grace_principal",
            ),
            (
                {"method": Method.FLAT, "instalments": 1, "principal_parts": (LOAN.principal,), "balloon": WHOLE},
                "balloon",
            ),
        ],
    )
    def test_they_are_refused_by_their_field(self, wrong: dict[str, object], field: str) -> None:
        with pytest.raises(TermsUnfit) as refused:
            replace(LOAN, **wrong)  # type: ignore[arg-type]  # wrong on purpose
        assert refused.value.field == field

    def test_the_ends_of_what_is_allowed_are_allowed(self) -> None:
        replace(LOAN, instalments=3000)
        replace(LOAN, grace_principal=17, grace_interest=17)
        replace(LOAN, due_day=1)
        replace(LOAN, annual_rate=Rate.percent(0), principal=Money(1), balloon=Money(1))
        rows(replace(LOAN, annual_rate=Rate.percent(0), principal=Money(1), payment_step=Money(1)))

    def test_a_loan_beyond_the_calendar_is_refused(self) -> None:
        with pytest.raises(TermsUnfit) as refused:
            rows(replace(LOAN, every=6000))
        assert refused.value.field == "instalments"
        with pytest.raises(TermsUnfit) as refused:
            rows(replace(LOAN, every=10**9))
        assert refused.value.field == "every"


class TestWrittenDown:
    def test_terms_without_the_newer_fields_are_read(self) -> None:
        written = Terms(Money.tenge(5000), Rate.percent(12), Method.ANNUITY, 6).to_json()
        newer = (
            "period_interest",
            "grace_principal",
            "grace_interest",
            "principal_parts_tiyn",
            "balloon_tiyn",
            "due_day",
            "non_working_day",
        )
        older = {field: value for field, value in written.items() if field not in newer}
        assert Terms.from_json(older) == Terms.from_json(written)

    def test_every_field_survives(self) -> None:
        terms = Terms(
            Money.tenge(5000),
            Rate.percent(12),
            Method.FLAT,
            2,
            period_interest=PeriodInterest.EQUAL,
            grace_interest=1,
            principal_parts=tuple(amounts(2000, 3000)),
            due_day=31,
            non_working_day=NonWorkingDay.NEXT,
        )
        assert Terms.from_json(terms.to_json()) == terms
        balloon = replace(LOAN, balloon=WHOLE, grace_principal=2, first_due_on=LENT_ON)
        assert Terms.from_json(balloon.to_json()) == balloon
