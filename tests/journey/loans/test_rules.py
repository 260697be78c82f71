"""The pure rules of loans: the order of the Law, penalties day by day, what comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesie.foundation.norms.rules import Calendar
from nesie.foundation.terms import rules as terms
from nesie.foundation.terms.rules import Method, Terms, Unit
from nesie.journey.loans import rules
from nesie.journey.loans.rules import Claim, Component
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from tests.journey.loans.books import LAW, OPENED_ON, ORDER, TERMS, facts_of

DAY = timedelta(days=1)
any_claims = st.lists(
    st.builds(
        Claim,
        component=st.sampled_from(Component),
        number=st.one_of(st.none(), st.integers(1, 24)),
        amount=st.integers(1, 10**7).map(Money),
    ),
    max_size=12,
)


def opened(loan_terms: Terms = TERMS, delay: rules.DelayNorms = LAW) -> rules.Book:
    facts = facts_of(loan_terms, delay=delay)
    return rules.open_book(facts, terms.schedule(loan_terms, facts.opened_on), Calendar())


class TestOrder:
    def test_it_is_the_laws(self) -> None:
        """Law 56-V, art. 6 p. 1-1, word for word."""
        assert rules.order_for(consumer=True, contract_on=OPENED_ON) == (
            Component.OVERDUE_PRINCIPAL,
            Component.OVERDUE_INTEREST,
            Component.PENALTY,
            Component.CURRENT_PRINCIPAL,
            Component.CURRENT_INTEREST,
            Component.COSTS,
        )

    def test_no_order_is_made_up(self) -> None:
        with pytest.raises(rules.NoOrder):
            rules.order_for(consumer=True, contract_on=date(2019, 11, 27))

    def test_a_borrower_in_business_is_a_natural_person_too(self) -> None:
        assert rules.order_for(consumer=False, contract_on=OPENED_ON) == ORDER

    @given(st.integers(0, 10**8).map(Money), any_claims)
    def test_nothing_is_lost_and_no_later_claim_is_paid_before_an_earlier_one(
        self, money: Money, owed: list[Claim]
    ) -> None:
        paid, rest = rules.allocate(money, owed, ORDER)
        assert Money.total(part.amount for part in paid) + rest == money
        total = Money.total(claim.amount for claim in owed)
        assert rest == max(ZERO, money - total)
        if paid and money < total:
            last = ORDER.index(paid[-1].component)
            for component in ORDER[:last]:
                claimed = Money.total(claim.amount for claim in owed if claim.component is component)
                assert Money.total(part.amount for part in paid if part.component is component) == claimed


class TestPenalty:
    def test_the_rate_falls_after_ninety_days_of_a_payments_delay(self) -> None:
        bullet = Terms(Money.tenge(100_000), Rate.percent(10), Method.BULLET, 1, every=10, unit=Unit.DAYS)
        # A high ceiling and no stop: only the rates are looked at.
        book = opened(bullet, replace(LAW, stop_days=None, year_cap=Decimal(5)))
        due = terms.schedule(bullet, OPENED_ON).rows[0]
        penalties: dict[int, Money] = {}
        for _ in range(105):
            book, accrued = rules.accrue_day(book)
            penalties[(accrued.day - due.due_on).days] = accrued.penalty
        assert penalties[0] == ZERO
        half_percent, later = Fraction(due.payment.tiyn, 200), Fraction(due.payment.tiyn * 3, 10_000)
        assert abs(penalties[1].tiyn - half_percent) < 1
        assert abs(penalties[90].tiyn - half_percent) < 1
        assert abs(penalties[91].tiyn - later) < 1

    @pytest.mark.parametrize(
        ("signed", "day", "years"),
        [
            (date(2026, 11, 24), date(2026, 11, 24), 0),
            (date(2026, 11, 24), date(2027, 11, 23), 0),
            (date(2026, 11, 24), date(2027, 11, 24), 1),
            (date(2024, 2, 29), date(2025, 2, 28), 0),
            (date(2024, 2, 29), date(2025, 3, 1), 1),
        ],
    )
    def test_years_of_the_contract(self, signed: date, day: date, years: int) -> None:
        assert rules.contract_year(signed, day) == years

    def test_a_ceiling_leaves_a_part_of_a_tiyn_off(self) -> None:
        assert LAW.most_penalty_a_year(Money(1_999)) == Money(199)


class TestLastDayWithoutDelay:
    def test_days_off_in_a_row_are_all_passed_over(self) -> None:
        daily = Terms(Money.tenge(90_000), Rate.percent(36), Method.ANNUITY, 3, every=1, unit=Unit.DAYS)
        facts = facts_of(daily)
        wednesday = OPENED_ON + DAY
        off = Calendar({wednesday: False, wednesday + DAY: False})
        book = rules.open_book(facts, terms.schedule(daily, OPENED_ON), off)
        friday = wednesday + 2 * DAY
        assert [due.grace_until_on for due in book.dues] == [friday, friday, friday]
        book = rules.advance(book, friday, ORDER)
        assert rules.days_past_due(book, friday) == 0
        assert {claim.component for claim in rules.claims(book)} == {
            Component.CURRENT_PRINCIPAL,
            Component.CURRENT_INTEREST,
        }
        late, accrued = rules.accrue_day(book)
        assert accrued.days_past_due == 1
        assert accrued.overdue == Money.total(due.left for due in book.dues)
        assert late.penalty == Money.rounded(Fraction(accrued.overdue.tiyn, 200))

    def test_days_of_the_first_rate_are_counted_from_the_working_day(self) -> None:
        bullet = Terms(Money.tenge(100_000), Rate.percent(10), Method.BULLET, 1, every=10, unit=Unit.DAYS)
        book = opened(bullet, replace(LAW, switch_days=2, stop_days=None))
        (due,) = book.dues
        shifted = replace(book, dues=(replace(due, grace_until_on=due.due_on + 3 * DAY),))
        shifted = rules.advance(shifted, due.due_on, ORDER)
        penalties = []
        for _ in range(6):
            shifted, accrued = rules.accrue_day(shifted)
            penalties.append(accrued.penalty)
        owed = shifted.dues[0].left
        half, later = Money.rounded(Fraction(owed.tiyn, 200)), Money.rounded(Fraction(owed.tiyn * 3, 10_000))
        assert penalties[:3] == [ZERO] * 3
        assert all(abs((got - true).tiyn) <= 1 for got, true in zip(penalties[3:], (half, half, later), strict=True))


class TestNextPayment:
    def test_before_the_first_due_day_it_is_the_first_instalment(self) -> None:
        book = opened()
        row = terms.schedule(TERMS, OPENED_ON).rows[0]
        for _ in range(3):
            following = rules.next_payment(book)
            assert following is not None
            assert (following.due_on, following.principal, following.interest) == (
                row.due_on,
                row.principal,
                row.interest,
            )
            book = rules.advance(book, book.accrued_on + DAY, ORDER)

    def test_what_is_overdue_is_asked_for_with_the_next_instalment(self) -> None:
        rows = terms.schedule(TERMS, OPENED_ON).rows
        book = rules.advance(opened(), rows[0].due_on + 5 * DAY, ORDER)
        following = rules.next_payment(book)
        assert following is not None
        assert following.due_on == rows[1].due_on
        assert following.principal == rows[0].principal + rows[1].principal
        assert following.penalty == book.penalty

    def test_after_the_last_due_day_everything_is_owed_at_once(self) -> None:
        rows = terms.schedule(TERMS, OPENED_ON).rows
        book = rules.advance(opened(), rows[-1].due_on + 5 * DAY, ORDER)
        following = rules.next_payment(book)
        assert following is not None
        assert (following.due_on, following.total) == (book.accrued_on, book.debt)

    def test_money_that_lies_with_us_is_taken_off(self) -> None:
        row = terms.schedule(TERMS, OPENED_ON).rows[0]
        book = rules.settle(opened(), row.payment - Money(100), ORDER).book
        following = rules.next_payment(book)
        assert following is not None
        assert following.total == Money(100)

    def test_nothing_is_asked_for_when_nothing_is_owed(self) -> None:
        assert rules.next_payment(rules.settle(opened(), TERMS.principal, ORDER).book) is None
