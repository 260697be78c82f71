"""Loans on real PostgreSQL: the day close, payments, payoff; always equal to the ledger to the tiyn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import AccountRef, Chart
from nesie.foundation.norms.models import DayOverride
from nesie.foundation.norms.rules import Calendar
from nesie.foundation.terms import rules as terms
from nesie.foundation.terms.rules import DayCount, Method, Terms
from nesie.journey.loans import queries, rules
from nesie.journey.loans.models import AllocationPart, LoanTransition
from nesie.kernel.actor import client, worker
from nesie.kernel.ids import new_id
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from nesie.kernel.refused import NotFound
from tests.examples import examples
from tests.journey.loans.books import (
    LAW,
    OPENED_ON,
    ORDER,
    TERMS,
    at,
    close_days,
    open_,
    receive,
    rolled_back,
)

DAY = timedelta(days=1)


@pytest.fixture
def savepoint(db: None) -> Any:
    with rolled_back():
        yield


def due_day(number: int) -> date:
    return terms.due_days(TERMS, OPENED_ON)[number - 1]


def true_books(on: date) -> None:
    assert queries.differences() == ()
    assert ledger.trial_balance(on).difference == ZERO


@pytest.mark.usefixtures("savepoint")
class TestOpening:
    def test_the_money_in_transit_becomes_principal(self) -> None:
        book = open_()
        in_transit = AccountRef(Chart.DISBURSEMENTS_IN_TRANSIT.value, book.facts.contract_id)
        assert ledger.balance(in_transit) == ZERO
        view = queries.position(worker(), book.facts.loan_id)
        assert (view.principal, view.interest, view.penalty) == (TERMS.principal, ZERO, ZERO)
        assert view.status is rules.Status.ACTIVE
        true_books(OPENED_ON)

    def test_the_schedule_is_that_of_the_terms_from_the_day_of_payment(self) -> None:
        book = open_()
        plan = terms.schedule(TERMS, OPENED_ON)
        rows = queries.position(worker(), book.facts.loan_id).rows
        assert [(row.due_on, row.principal, row.balance) for row in rows] == [
            (row.due_on, row.principal, row.balance) for row in plan.rows
        ]
        assert [row.interest for row in rows] == [row.interest for row in plan.rows]


@pytest.mark.usefixtures("savepoint")
class TestDayClose:
    def test_a_day_adds_interest_once(self) -> None:
        book = open_()
        first = close_days(OPENED_ON + DAY)
        assert first.interest == Money.rounded(Fraction(12_000_000 * 36, 100 * 365))
        assert close_days(OPENED_ON + DAY).loan_days == 0
        assert queries.position(worker(), book.facts.loan_id).interest == first.interest
        true_books(OPENED_ON + DAY)

    def test_missed_days_are_caught_up_with_an_entry_each(self) -> None:
        book = open_()
        assert close_days(OPENED_ON + 10 * DAY).loan_days == 10
        assert len(queries.accruals(worker(), book.facts.loan_id)) == 10
        interest = AccountRef(Chart.INTEREST_RECEIVABLE.value, book.facts.loan_id)
        for days in (1, 5, 10):
            exact = Fraction(12_000_000 * 36 * days, 100 * 365)
            assert ledger.balance(interest, OPENED_ON + days * DAY) == Money.rounded(exact)

    def test_loans_of_different_days_are_closed_together(self) -> None:
        early, late = open_(), open_(opened_on=OPENED_ON + 3 * DAY)
        assert close_days(OPENED_ON + 5 * DAY).loan_days == 5 + 2
        assert {queries.book(book.facts.loan_id).accrued_on for book in (early, late)} == {OPENED_ON + 5 * DAY}

    def test_nothing_waits_when_all_is_closed(self) -> None:
        open_()
        assert queries.to_accrue(OPENED_ON + DAY)
        close_days(OPENED_ON + DAY)
        assert not queries.to_accrue(OPENED_ON + DAY)


@pytest.mark.usefixtures("savepoint")
class TestPaymentsOnTime:
    @pytest.mark.clause("7.5")
    def test_a_loan_paid_to_the_day_costs_what_its_schedule_says_and_closes(self) -> None:
        book = open_()
        plan = terms.schedule(TERMS, OPENED_ON)
        for row in plan.rows:
            close_days(row.due_on)
            view = queries.position(worker(), book.facts.loan_id)
            assert view.next_payment is not None
            assert (view.next_payment.due_on, view.next_payment.total) == (row.due_on, row.payment)
            used = receive(book.facts, row.payment, row.due_on)
            assert (used.principal, used.interest, used.penalty, used.credit) == (
                row.principal,
                row.interest,
                ZERO,
                ZERO,
            )
            true_books(row.due_on)
        view = queries.position(worker(), book.facts.loan_id)
        assert (view.status, view.debt, view.closed_on) == (rules.Status.CLOSED, ZERO, plan.last_due_on)
        assert [(payment.on, payment.amount) for payment in view.payments] == [
            (row.due_on, row.payment) for row in plan.rows
        ]
        assert close_days(plan.last_due_on + 30 * DAY).loan_days == 0

    def test_money_that_comes_early_waits_as_the_clients_and_pays_on_the_day(self) -> None:
        book = open_()
        row = terms.schedule(TERMS, OPENED_ON).rows[0]
        used = receive(book.facts, row.payment, row.due_on - 5 * DAY)
        assert (used.principal, used.credit) == (ZERO, row.payment)
        assert ledger.available(AccountRef(Chart.CLIENT_CREDIT.value, book.facts.loan_id)) == row.payment
        close_days(row.due_on)
        view = queries.position(worker(), book.facts.loan_id)
        assert (view.credit, view.principal) == (ZERO, TERMS.principal - row.principal)
        assert view.rows[0].state is rules.RowState.PAID
        true_books(row.due_on)

    def test_the_last_instalment_paid_early_closes_the_loan_on_its_day(self) -> None:
        book = open_()
        plan = terms.schedule(TERMS, OPENED_ON)
        for row in plan.rows[:-1]:
            receive(book.facts, row.payment, row.due_on)
        assert not receive(book.facts, plan.rows[-1].payment - Money(1_000_00), plan.last_due_on - DAY).closed
        assert receive(book.facts, Money(1_000_00), plan.last_due_on).closed
        moves = LoanTransition.objects.filter(loan_id=book.facts.loan_id).order_by("number")
        assert [move.status for move in moves] == ["active", "closed"]


@pytest.mark.usefixtures("savepoint")
class TestDelay:
    def test_penalty_is_half_a_percent_of_the_overdue_payment_a_day(self) -> None:
        book = open_()
        close_days(due_day(1) + 10 * DAY)
        view = queries.position(worker(), book.facts.loan_id)
        overdue = terms.schedule(TERMS, OPENED_ON).rows[0].payment
        assert view.overdue_principal + view.overdue_interest == overdue
        assert view.days_past_due == 10
        assert view.penalty == Money.rounded(Fraction(overdue.tiyn * 10 * 5, 1000))
        assert view.rows[0].state is rules.RowState.OVERDUE
        true_books(due_day(1) + 10 * DAY)

    def test_a_payment_on_the_due_day_is_not_late(self) -> None:
        book = open_()
        close_days(due_day(1))
        assert queries.position(worker(), book.facts.loan_id).days_past_due == 0

    def test_penalties_of_a_contract_year_stop_at_a_tenth_of_the_loan(self) -> None:
        business = replace(LAW, stop_days=None)
        book = open_(delay=business)
        close_days(OPENED_ON + 364 * DAY)
        cap = Money(TERMS.principal.tiyn // 10)
        assert queries.book(book.facts.loan_id).penalty == cap
        # The next contract year has a ceiling of its own.
        close_days(date(2027, 11, 24) + 400 * DAY)
        assert queries.book(book.facts.loan_id).penalty <= cap + cap + cap
        assert queries.book(book.facts.loan_id).penalty > cap
        true_books(date(2027, 11, 24) + 400 * DAY)

    def test_nothing_accrues_after_ninety_days_of_delay(self) -> None:
        book = open_()
        close_days(due_day(1) + 90 * DAY)
        at_the_stop = queries.position(worker(), book.facts.loan_id)
        close_days(due_day(1) + 200 * DAY)
        later = queries.position(worker(), book.facts.loan_id)
        assert (later.interest, later.penalty) == (at_the_stop.interest, at_the_stop.penalty)
        assert later.days_past_due == 200

    @pytest.mark.parametrize(
        ("part", "expected"),
        [
            (Fraction(1, 2), ("overdue_principal",)),
            (Fraction(1), ("overdue_principal", "overdue_interest")),
            (Fraction(2), ("overdue_principal", "overdue_interest", "penalty")),
        ],
    )
    def test_money_too_little_goes_in_the_order_of_the_law(self, part: Fraction, expected: tuple[str, ...]) -> None:
        book = open_()
        close_days(due_day(1) + 20 * DAY)
        view = queries.position(worker(), book.facts.loan_id)
        sums = {1: view.overdue_principal, 2: view.overdue_interest, 3: view.penalty}
        target = {
            "overdue_principal": Money(sums[1].tiyn // 2),
            "overdue_interest": sums[1] + Money(sums[2].tiyn // 2),
            "penalty": sums[1] + sums[2] + Money(sums[3].tiyn // 2),
        }[expected[-1]]
        used = receive(book.facts, target, due_day(1) + 20 * DAY)
        went = {
            "overdue_principal": used.principal,
            "overdue_interest": used.interest,
            "penalty": used.penalty,
        }
        assert tuple(name for name, money in went.items() if money) == expected
        assert used.credit == ZERO
        true_books(due_day(1) + 20 * DAY)


@pytest.mark.usefixtures("savepoint")
class TestDueOnADayOff:
    """The second instalment is due on Sunday 24 January 2027: the contract and the Civil Code give it until Monday."""

    def paid_once(self) -> rules.Book:
        book = open_()
        receive(book.facts, terms.schedule(TERMS, OPENED_ON).rows[0].payment, due_day(1))
        return book

    def test_the_next_working_day_is_not_late(self) -> None:
        book, row = self.paid_once(), terms.schedule(TERMS, OPENED_ON).rows[1]
        monday = due_day(2) + DAY
        assert (due_day(2).weekday(), monday.weekday()) == (6, 0)
        close_days(monday)
        view = queries.position(worker(), book.facts.loan_id)
        assert (view.days_past_due, view.overdue_principal, view.overdue_interest, view.penalty) == (
            0,
            ZERO,
            ZERO,
            ZERO,
        )
        assert view.rows[1].state is rules.RowState.DUE
        assert view.next_payment is not None
        assert (view.next_payment.due_on, view.next_payment.grace_until_on) == (due_day(2), monday)
        assert view.next_payment.total == row.payment
        used = receive(book.facts, row.payment, monday)
        assert (used.principal, used.interest, used.penalty) == (row.principal, row.interest, ZERO)
        parts = AllocationPart.objects.filter(allocation__loan_id=book.facts.loan_id, allocation__on=monday)
        assert set(parts.values_list("component", flat=True)) == {"current_principal", "current_interest"}
        # Interest goes on by the contract: Monday's night was still on the principal that was not paid on Sunday.
        night = Fraction((TERMS.principal - terms.schedule(TERMS, OPENED_ON).rows[0].principal).tiyn * 36, 100 * 365)
        assert queries.position(worker(), book.facts.loan_id).interest == Money.rounded(night)
        true_books(monday)

    def test_delay_is_counted_from_the_working_day(self) -> None:
        book, row = self.paid_once(), terms.schedule(TERMS, OPENED_ON).rows[1]
        tuesday = due_day(2) + 2 * DAY
        close_days(tuesday)
        view = queries.position(worker(), book.facts.loan_id)
        assert view.days_past_due == 1
        assert view.rows[1].state is rules.RowState.OVERDUE
        assert view.penalty == Money.rounded(Fraction(row.payment.tiyn * 5, 1000))
        true_books(tuesday)

    def test_a_day_declared_later_rewrites_nothing_agreed_before(self) -> None:
        before = open_()
        DayOverride.objects.create(
            day=due_day(2) + DAY, is_working=False, act="an order", set_at=at(OPENED_ON), set_by=new_id()
        )
        after = open_()
        last_days = [queries.book(book.facts.loan_id).dues[1].grace_until_on for book in (before, after)]
        assert last_days == [due_day(2) + DAY, due_day(2) + 2 * DAY]


@pytest.mark.usefixtures("savepoint")
class TestPayoff:
    @pytest.mark.parametrize("days", [0, 1, 17, 31, 45, 120, 181, 230])
    def test_the_quote_is_what_closes_the_loan_to_the_tiyn(self, days: int) -> None:
        book = open_()
        on = OPENED_ON + days * DAY
        quote = queries.quote_payoff(worker(), book.facts.loan_id, on)
        with rolled_back():
            short = receive(book.facts, quote.total - Money(1), on)
            assert not short.closed
        used = receive(book.facts, quote.total, on)
        assert used.closed
        assert (used.principal, used.interest, used.penalty, used.credit) == (
            quote.principal,
            quote.interest,
            quote.penalty,
            ZERO,
        )
        true_books(on)

    def test_a_quote_counts_the_money_that_lies_with_us(self) -> None:
        book = open_()
        receive(book.facts, Money.tenge(50_000), OPENED_ON + 3 * DAY)
        quote = queries.quote_payoff(worker(), book.facts.loan_id, OPENED_ON + 40 * DAY)
        used = receive(book.facts, quote.total, OPENED_ON + 40 * DAY)
        assert used.closed
        assert used.credit == ZERO

    def test_more_than_the_debt_stays_the_clients(self) -> None:
        book = open_()
        quote = queries.quote_payoff(worker(), book.facts.loan_id, OPENED_ON + DAY)
        used = receive(book.facts, quote.total + Money(777), OPENED_ON + DAY)
        assert used.closed
        assert used.credit == Money(777)
        again = receive(book.facts, Money(23), OPENED_ON + 9 * DAY)
        assert again.credit == Money(800)
        true_books(OPENED_ON + 9 * DAY)

    def test_a_quote_for_a_past_day_is_refused(self) -> None:
        book = open_()
        close_days(OPENED_ON + 5 * DAY)
        with pytest.raises(rules.QuoteInThePast):
            queries.quote_payoff(worker(), book.facts.loan_id, OPENED_ON + 4 * DAY)


@pytest.mark.usefixtures("savepoint")
class TestLateNews:
    def test_money_booked_on_a_day_already_accrued_takes_effect_on_that_day(self) -> None:
        """As if it had been heard of in time, to the tiyn: the day of payment counts, not the day of our hearing."""
        late, in_time = open_(), open_()
        due = due_day(1)
        close_days(due - DAY)
        receive(in_time.facts, Money.tenge(40_000), due - DAY)
        close_days(due + 10 * DAY)
        used = receive(late.facts, Money.tenge(40_000), due - DAY, now=at(due + 10 * DAY))
        assert used.on == due - DAY
        heard, known = (queries.book(one.facts.loan_id) for one in (late, in_time))
        assert replace(heard, facts=known.facts) == known
        true_books(due + 10 * DAY)


@pytest.mark.usefixtures("savepoint")
class TestWhoSees:
    def test_a_client_sees_own_loans_only(self) -> None:
        book = open_()
        mine, stranger = client(book.facts.client_id), client(new_id())
        assert queries.position(mine, book.facts.loan_id).loan_id == book.facts.loan_id
        assert len(queries.positions_of_client(mine, book.facts.client_id)) == 1
        assert queries.positions_of_client(stranger, book.facts.client_id) == ()
        for look in (
            lambda: queries.position(stranger, book.facts.loan_id),
            lambda: queries.quote_payoff(stranger, book.facts.loan_id, OPENED_ON),
            lambda: queries.statement(stranger, book.facts.loan_id),
            lambda: queries.accruals(stranger, book.facts.loan_id),
            lambda: queries.loans(mine, limit=10),
        ):
            with pytest.raises(NotFound):
                look()


@pytest.mark.usefixtures("savepoint")
class TestStatement:
    def test_every_line_leads_to_the_debt_of_the_position(self) -> None:
        book = open_()
        close_days(due_day(1) + 3 * DAY)
        receive(book.facts, Money.tenge(30_000), due_day(1) + 3 * DAY)
        close_days(due_day(2) + 2 * DAY)
        lines = queries.statement(worker(), book.facts.loan_id)
        assert lines[0].kind == "opened"
        assert lines[-1].debt == queries.position(worker(), book.facts.loan_id).debt
        assert Money.total(line.principal + line.interest + line.penalty for line in lines) == lines[-1].debt
        assert {line.kind for line in lines} == {"opened", "interest", "penalty", "fell_due", "received", "credit_used"}


amounts = st.integers(1, 60_000_00)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("days"), st.integers(1, 45)),
        st.tuples(st.just("money"), amounts),
        st.tuples(st.just("instalment"), st.integers(1, 3)),
        st.tuples(st.just("payoff"), st.integers(0, 1)),
    ),
    min_size=1,
    max_size=14,
)


@st.composite
def any_terms(draw: st.DrawFn) -> Terms:
    return Terms(
        principal=Money(draw(st.integers(1, 200_000_00))),
        annual_rate=Rate(Fraction(draw(st.integers(0, 1_100_000)), 1_000_000)),
        method=draw(st.sampled_from([Method.ANNUITY, Method.DIFFERENTIATED, Method.BULLET])),
        instalments=draw(st.integers(1, 6)),
        unit=draw(st.sampled_from(terms.Unit)),
        every=draw(st.sampled_from([1, 2, 7])),
        day_count=draw(st.sampled_from(DayCount)),
    )


class TestAnyLife:
    """Money comes on any days and in any sums: the database, the pure rules and the ledger agree on every tiyn."""

    @pytest.mark.clause("7.5")
    @given(any_terms(), steps, st.sampled_from([90, 20, None]), st.dates(date(2026, 8, 25), date(2027, 3, 5)))
    @settings(
        max_examples=examples(25),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    def test_positions_equal_the_ledger_and_the_pure_rules(
        self, db: None, loan_terms: Terms, life: list[tuple[str, int]], stop: int | None, opened_on: date
    ) -> None:
        with rolled_back():
            delay = replace(LAW, stop_days=stop, switch_days=15)
            pure = open_(loan_terms, opened_on=opened_on, delay=delay)
            day = opened_on
            for kind, size in life:
                if kind == "days":
                    day += size * DAY
                    close_days(day)
                    pure = rules.advance(pure, day, ORDER)
                else:
                    money = _money(pure, kind, size)
                    if not money:
                        continue
                    receive(pure.facts, money, day)
                    pure = rules.apply(pure, rules.Received(ref=str(new_id()), on=day, amount=money)).book
                    if pure.status is rules.Status.CLOSED:
                        pure = replace(pure, accrued_on=day)  # where it stands since money last came
                stored = queries.book(pure.facts.loan_id)
                assert stored == pure
                assert min(stored.principal, stored.interest, stored.penalty, stored.credit) >= ZERO
                assert queries.differences() == ()
                assert _late_only_after_a_working_day(stored)
            assert ledger.trial_balance(day).difference == ZERO
            view = queries.position(worker(), pure.facts.loan_id)
            assert view.debt == queries.statement(worker(), pure.facts.loan_id)[-1].debt
            paid = Money.total(payment.amount for payment in view.payments)
            spent = Money.total(payment.principal + payment.interest + payment.penalty for payment in view.payments)
            assert paid == spent + view.credit


def _late_only_after_a_working_day(book: rules.Book) -> bool:
    """Said again in the words of the contract, apart from the rules: at least one working day lay behind the client."""
    late = rules.overdue(book)[2]
    if not late:
        return True
    chance = [due.due_on + n * DAY for due in book.dues for n in range((book.accrued_on - due.due_on).days)]
    return any(Calendar().is_working(day) for day in chance)


def _money(book: rules.Book, kind: str, size: int) -> Money:
    if kind == "money":
        return Money(size)
    if kind == "payoff":
        return max(ZERO, book.debt - book.credit - Money(size))
    following = rules.next_payment(book)
    return following.total * size if following else ZERO


class TestNoDrift:
    @given(any_terms(), st.lists(st.integers(1, 40), min_size=1, max_size=8))
    @settings(max_examples=100, deadline=None)
    def test_interest_does_not_depend_on_how_days_are_split(self, loan_terms: Terms, splits: list[int]) -> None:
        from tests.journey.loans.books import facts_of

        facts = facts_of(loan_terms)
        book = rules.open_book(facts, terms.schedule(loan_terms, facts.opened_on), Calendar())
        day, total = facts.opened_on, ZERO
        for days in splits:
            day += days * DAY
            book = rules.advance(book, day, ORDER)
        for due in book.dues:
            total += due.interest
        first = book.dues[0]
        if first.due_on <= day:
            fraction = terms.year_fraction(loan_terms.day_count, facts.opened_on, first.due_on)
            assert first.interest == terms.interest(loan_terms.principal, loan_terms.annual_rate, fraction)
        assert book.interest == total + book.period_accrued

    @given(st.integers(1, 10**9), st.integers(0, 400), st.decimals("0.0001", "0.02", places=4))
    @settings(max_examples=100, deadline=None)
    def test_a_year_of_penalty_never_passes_its_ceiling(self, principal: int, days: int, rate: Decimal) -> None:
        from tests.journey.loans.books import facts_of

        loan_terms = Terms(Money(principal), Rate.percent(40), Method.BULLET, 1, every=10, unit=terms.Unit.DAYS)
        facts = facts_of(loan_terms, delay=replace(LAW, stop_days=None, first_day_rate=rate))
        book = rules.open_book(facts, terms.schedule(loan_terms, facts.opened_on), Calendar())
        book = rules.advance(book, facts.opened_on + min(days, 364) * DAY, ORDER)
        assert book.penalty <= Money(principal // 10)
