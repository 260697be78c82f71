"""What the Law says of servicing, each said once in figures; and the speed of a replay."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from nesie.foundation.norms.rules import Calendar
from nesie.foundation.terms import rules as terms
from nesie.foundation.terms.rules import Method, Terms, Unit
from nesie.journey.loans import rules
from nesie.journey.loans.rules import AnyEvent, Component, Goes, HaltKind, Life, LoanFacts, Parts, PlanRow, Status, Wish
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from tests.journey.loans.books import LAW, OPENED_ON, TERMS, facts_of

DAY = timedelta(days=1)
FACTS = facts_of(TERMS)
PLAN = terms.schedule(TERMS, OPENED_ON)


class EveryDay:
    def working_day_from(self, day: date) -> date:
        return day


def lived(days: int, *happened: AnyEvent, facts: LoanFacts = FACTS) -> Life:
    assert facts.terms is not None
    plan = terms.schedule(facts.terms, OPENED_ON)
    return rules.replay(facts, plan, EveryDay(), happened, OPENED_ON + days * DAY)


def on(day: int) -> date:
    return OPENED_ON + day * DAY


def day_of(life: Life, day: date) -> rules.DayAccrued:
    return next(one for one in life.days if one.day == day)


class TestHalts:
    def test_a_conscript_owes_no_interest_and_no_penalty_of_the_service(self) -> None:
        call_up = rules.Halted(ref="c", on=on(10), halt=HaltKind.CONSCRIPT, until=on(60))
        life = lived(90, call_up)
        for one in life.days:
            if on(10) <= one.day <= on(60):
                assert (one.interest, one.penalty, one.held, one.memo_interest) == (ZERO,) * 4
        assert day_of(life, on(61)).interest > ZERO
        # What fell due in the service can be paid on the first day after it without delay.
        assert day_of(life, on(61)).days_past_due == 0
        assert day_of(life, on(62)).days_past_due == 1

    def test_while_a_collector_works_interest_is_noted_and_delay_goes_on(self) -> None:
        life = lived(80, rules.Halted(ref="c", on=on(40), halt=HaltKind.COLLECTOR))
        plain = lived(80)
        today, free = day_of(life, on(70)), day_of(plain, on(70))
        assert (today.interest, today.penalty, today.memo_penalty) == (ZERO, ZERO, ZERO)
        assert today.memo_interest == free.interest
        assert today.days_past_due == free.days_past_due > 0
        assert life.book.memo_interest == Money.total(one.memo_interest for one in life.days)

    def test_the_strictest_of_two_halts_holds(self) -> None:
        life = lived(
            50,
            rules.Suspended(ref="s", on=on(10)),
            rules.Halted(ref="b", on=on(20), halt=HaltKind.BANKRUPTCY, until=on(30), interest=Goes.NOTHING),
            rules.Resumed(ref="r", on=on(40)),
        )
        kinds = {on(15): "held", on(25): "nothing", on(35): "held", on(45): "claimed"}
        for day, kind in kinds.items():
            one = day_of(life, day)
            assert bool(one.held) == (kind == "held")
            assert bool(one.interest) == (kind == "claimed")

    def test_a_court_says_itself_what_stands_still(self) -> None:
        act = rules.Halted(ref="c", on=on(40), halt=HaltKind.COURT, interest=Goes.ACCRUED, stops_penalty=True)
        life = lived(80, act, rules.Released(ref="x", on=on(70), of="c"))
        assert day_of(life, on(69)).penalty == ZERO < day_of(life, on(69)).interest
        assert day_of(life, on(70)).penalty > ZERO

    def test_days_of_delay_before_a_pause_are_not_forgotten(self) -> None:
        first = PLAN.rows[0].due_on
        since, until = first + 11 * DAY, first + 31 * DAY
        life = lived((until - OPENED_ON).days, rules.Suspended(ref="s", on=since), rules.Resumed(ref="r", on=until))
        assert day_of(life, since - DAY).days_past_due == 10
        assert day_of(life, until - DAY).days_past_due == 10
        assert day_of(life, until).days_past_due == 11


class TestChangedTerms:
    def rescheduled(self, **more: object) -> tuple[rules.Book, rules.Book]:
        before = lived(75).book
        late = rules.overdue(before)
        assert late[2] > 0
        assert before.penalty_owed > ZERO
        rows = tuple(
            PlanRow(on(75 + 30 * number), on(75 + 30 * number), Money(before.principal.tiyn // 4))
            for number in (1, 2, 3, 4)
        )
        rows = (
            replace(rows[0], interest=before.interest),
            *rows[1:3],
            replace(rows[3], penalty=before.penalty_owed, principal=before.principal - rows[0].principal * 3),
        )
        event = rules.Rescheduled(
            ref="n",
            on=before.accrued_on,
            change=rules.Change.RESTRUCTURED,
            rows=rows,
            **more,  # type: ignore[arg-type]  # fields of the event
        )
        return before, rules.apply(before, event).book

    def test_overdue_interest_and_penalty_never_bear_interest(self) -> None:
        """Law 56-V, art. 4 p. 6, 7."""
        before, after = self.rescheduled()
        assert after.debt == before.debt
        assert (after.principal, after.interest, after.penalty_owed) == (
            before.principal,
            before.interest,
            before.penalty_owed,
        )
        assert rules.bases(after).base == before.principal
        _, day = rules.accrue_day(after)
        assert day.principal == before.principal
        assert (day.days_past_due, day.penalty) == (0, ZERO)

    def test_no_penalty_is_reckoned_from_a_penalty(self) -> None:
        _, after = self.rescheduled()
        last = after.dues[-1]
        late = rules.advance(after, last.due_on + DAY, FACTS.repayment_order)
        pace = rules.bases(late)
        assert pace.late_first + pace.late_later == Money.total(due.left for due in late.dues)
        assert late.penalty_owed > last.penalty

    def test_what_is_forgiven_is_taken_off_first(self) -> None:
        before, after = self.rescheduled(forgiven=Parts(Money(500_00), Money(100), Money(7)))
        assert before.principal - after.principal == Money(500_00)
        assert before.interest - after.interest == Money(100)
        assert before.penalty_owed - after.penalty_owed == Money(7)
        assert [due.principal_left.tiyn >= 0 for due in after.dues] == [True] * len(after.dues)

    def test_a_payment_heard_of_later_shortens_the_signed_schedule_from_its_end(self) -> None:
        rows = tuple(PlanRow(on(40 + 30 * n), on(40 + 30 * n), Money(3_000_000)) for n in range(4))
        change = rules.Rescheduled(ref="n", on=on(20), change=rules.Change.PROLONGED, rows=rows)
        early = rules.Received(ref="m", on=on(10), amount=Money(4_000_000), wish=Wish.REDUCE_TERM)
        without, with_it = lived(20, change).book, lived(20, change, early).book
        assert [due.principal.tiyn for due in without.dues] == [3_000_000] * 4
        assert [due.principal.tiyn for due in with_it.dues] == [3_000_000, 3_000_000, 2_000_000, 0]

    def test_another_rate_begins_with_the_night_after_its_day(self) -> None:
        cut = rules.RateChanged(ref="r", on=on(10), rate=Rate.percent(10), keep=rules.Keep.PRINCIPAL)
        life = lived(20, cut)
        old = Money.rounded(Fraction(12_000_000 * 36 * 10, 100 * 365))
        assert life.book.period_accrued == old + Money.rounded(Fraction(12_000_000 * 10 * 10, 100 * 365))
        assert [due.principal for due in life.book.dues] == [row.principal for row in PLAN.rows]

    def test_fewer_payments_lose_no_penalty_that_was_to_be_paid_with_them(self) -> None:
        _, after = self.rescheduled()
        paid = rules.Received(ref="m", on=after.accrued_on, amount=Money(9_000_000), wish=Wish.REDUCE_TERM)
        shorter = rules.apply(after, paid).book
        assert shorter.principal == after.principal - Money(9_000_000)
        assert shorter.penalty_owed == after.penalty_owed
        assert shorter.interest == after.interest

    def test_a_new_schedule_has_instalments(self) -> None:
        with pytest.raises(ValueError, match="at least one"):
            rules.Rescheduled(ref="n", on=on(1), change=rules.Change.PROLONGED, rows=())

    def test_what_is_called_is_due_that_day(self) -> None:
        row = PlanRow(on(20), on(20), FACTS.amount)
        life = lived(21, rules.Rescheduled(ref="c", on=on(20), change=rules.Change.CALLED, rows=(row,)))
        (due,) = life.book.dues
        assert due.interest == Money.total(one.interest for one in life.days[:20])
        assert life.days[-1].days_past_due == 1


class TestMoney:
    def test_more_than_is_owed_is_the_clients_and_can_be_given_back(self) -> None:
        too_much = rules.Received(ref="m", on=on(5), amount=Money(20_000_000))
        back = rules.CreditRefunded(ref="b", on=on(6), amount=Money(90_000_000))
        paid = lived(5, too_much)
        assert paid.book.status is Status.CLOSED
        assert paid.book.credit == Money(20_000_000) - FACTS.amount - Money.total(one.interest for one in paid.days)
        assert lived(6, too_much, back).book.credit == ZERO

    def test_the_orders_of_the_cases_pay_an_older_instalment_whole(self) -> None:
        order = (Component.CURRENT_INTEREST, Component.CURRENT_PRINCIPAL)
        owed = [
            rules.Claim(Component.CURRENT_PRINCIPAL, 1, Money(10)),
            rules.Claim(Component.CURRENT_INTEREST, 2, Money(10)),
            rules.Claim(Component.CURRENT_INTEREST, None, Money(10)),
        ]
        numbers = [part.number for part in rules.allocate(Money(30), owed, order)[0]]
        assert numbers == [None, 2, 1]
        numbers = [part.number for part in rules.allocate(Money(30), owed, order, by_instalment=True)[0]]
        assert numbers == [1, 2, None]

    def test_a_new_loan_pays_the_old_one_and_the_clients_own_money_stays(self) -> None:
        before = rules.apply(lived(10).book, rules.Received(ref="m", on=on(10), amount=Money(5_000))).book
        paid = rules.apply(before, rules.Refinanced(ref="f", on=on(10), amount=Money(90_000_000), by="new"))
        assert (paid.book.status, paid.book.debt, paid.book.credit) == (Status.CLOSED, ZERO, Money(5_000))
        assert dict(paid.moves[0].lines)[rules.Word.REFINANCED] == before.debt.tiyn

    def test_a_tranche_raises_what_a_year_of_penalty_may_cost(self) -> None:
        more = rules.TranchePaid(ref="t", on=on(5), amount=Money(12_000_000))
        book = lived(6, more).book
        assert book.amount_issued == Money(24_000_000)
        assert rules.bases(book).penalty_most == LAW.most_penalty_a_year(Money(24_000_000))
        assert book.principal == Money(24_000_000)


def test_an_event_of_another_day_needs_a_replay() -> None:
    book = lived(10).book
    for event in (
        rules.Received(ref="a", on=on(9), amount=Money(1)),
        rules.Received(ref="a", on=on(11), amount=Money(1)),
        rules.Suspended(ref="a", on=on(10)),
        rules.Reversed(ref="a", on=on(10), of="b"),
    ):
        with pytest.raises(rules.NeedsReplay):
            rules.apply(book, event)
    assert rules.apply(book, rules.Suspended(ref="a", on=on(11))).book.halts


def test_only_what_stands_last_in_its_day_fits_on_top() -> None:
    money = rules.Received(ref="m", on=on(10), sequence="5", amount=Money(1))
    earlier, later = replace(money, ref="e", sequence="4"), replace(money, ref="l", sequence="6")
    change = rules.Forgiven(ref="f", on=on(10), parts=Parts())
    assert rules.fits(later, [money, change])
    assert not rules.fits(earlier, [money])
    assert not rules.fits(change, [money])
    assert rules.fits(change, [])
    assert not rules.fits(change, [], credit_used=True)


@pytest.mark.parametrize("pays", ["never", "daily", "late"])
def test_a_long_life_is_replayed_in_two_seconds(pays: str) -> None:
    """2,400 days and 2,000 instalments; in seconds of its own work, so that a busy machine does not count."""
    agreed = Terms(Money.tenge(2_000_000), Rate.percent(30), Method.DIFFERENTIATED, 2000, every=1, unit=Unit.DAYS)
    facts = replace(facts_of(agreed), delay=replace(LAW, year_cap=Decimal(1)))
    after = {"never": 9999, "daily": 1, "late": 100}[pays]
    happened: list[AnyEvent] = [
        rules.Received(ref=f"{number}", on=on(number + after), amount=Money(150_000)) for number in range(2400 - after)
    ]
    plan = terms.schedule(agreed, OPENED_ON)
    start = time.process_time()
    life = rules.replay(facts, plan, EveryDay(), happened, on(2400))
    rules.journal(life)
    assert time.process_time() - start < 2
    assert len(life.days) > 1900


def test_the_days_off_known_when_the_loan_is_opened_count() -> None:
    off = Calendar({PLAN.rows[0].due_on: False})
    life = rules.replay(FACTS, PLAN, off, [], PLAN.rows[0].due_on + DAY)
    assert life.days[-1].days_past_due == 0
