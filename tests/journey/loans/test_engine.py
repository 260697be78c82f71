"""Properties of the loan engine: over any loan and anything that may happen to it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from nesie.foundation.norms.rules import Calendar
from nesie.foundation.terms import rules as terms
from nesie.journey.loans import rules
from nesie.journey.loans.rules import AnyEvent, Book, Goes, Life, LoanFacts, Status, Word
from nesie.journey.loans.rules.desk import Desk
from nesie.kernel.money import ZERO, Money
from tests.examples import examples
from tests.journey.loans.books import TERMS, facts_of
from tests.journey.loans.lives import DAY, any_facts, any_loan, life_of, plan_of, step_by_step

often = settings(
    max_examples=examples(20),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
seldom = settings(often, max_examples=examples(8))
Loan = tuple[LoanFacts, list[AnyEvent]]


def held(life: Life) -> dict[Word, int]:
    """What each account of the loan holds at the end."""
    found = dict.fromkeys(Word, 0)
    for lines in rules.journal(life).values():
        assert sum(lines.values()) == 0
        off = sum(lines.get(word, 0) for word in Word if word in _OFF_BALANCE)
        assert off == 0
        for word, amount in lines.items():
            found[word] += amount
    return found


_OFF_BALANCE = {
    Word.WRITTEN_OFF_PRINCIPAL,
    Word.WRITTEN_OFF_INTEREST,
    Word.WRITTEN_OFF_PENALTY,
    Word.MEMO_INTEREST,
    Word.MEMO_PENALTY,
    Word.OFF_BALANCE_CONTRA,
}


class TestAnyLife:
    @given(any_loan())
    @often
    def test_the_journal_is_the_book(self, loan: Loan) -> None:
        life = life_of(*loan)
        book, found = life.book, held(life)
        assert found[Word.PRINCIPAL_RECEIVABLE] == book.principal.tiyn
        assert found[Word.INTEREST_RECEIVABLE] == book.interest.tiyn
        assert found[Word.PENALTY_RECEIVABLE] == book.penalty_owed.tiyn
        assert found[Word.CLIENT_CREDIT] == -book.credit.tiyn
        assert found[Word.MEMO_INTEREST] == book.memo_interest.tiyn
        assert found[Word.MEMO_PENALTY] == book.memo_penalty.tiyn
        assert found[Word.WRITTEN_OFF_PRINCIPAL] == book.recourse.principal.tiyn
        assert found[Word.WRITTEN_OFF_INTEREST] == book.recourse.interest.tiyn
        assert found[Word.WRITTEN_OFF_PENALTY] == book.recourse.penalty.tiyn

    @given(any_loan())
    @often
    def test_nothing_is_owed_below_nothing_and_no_money_is_lost(self, loan: Loan) -> None:
        life = life_of(*loan)
        book = life.book
        for due in book.dues:
            assert min(due.principal_left, due.interest_left, due.penalty_left, due.held, due.principal) >= ZERO
        assert min(book.penalty, book.credit, book.memo_interest, book.memo_penalty, book.period_held) >= ZERO
        assert book.period_accrued >= book.period_paid >= ZERO
        for move in life.moves:
            paid = Money.total(part.amount for part in move.paid)
            if move.code in ("loan.receipt_allocated", "loan.credit_used", "loan.refinanced"):
                assert move.received + move.credit_before == paid + move.credit_after

    @given(any_loan())
    @often
    def test_a_closed_loan_owes_nothing_and_an_open_one_something(self, loan: Loan) -> None:
        book = life_of(*loan).book
        assert (book.status is Status.ACTIVE) == bool(book.debt)

    @given(any_loan(), st.randoms(use_true_random=False))
    @seldom
    def test_the_order_of_entry_changes_nothing(self, loan: Loan, chance: random.Random) -> None:
        facts, happened = loan
        entered = list(happened)
        chance.shuffle(entered)
        assert life_of(facts, entered) == life_of(facts, happened)

    @given(any_loan())
    @seldom
    def test_a_replay_is_what_a_book_moved_day_by_day_comes_to(self, loan: Loan) -> None:
        facts, happened = loan
        # On one day the fast path is for the last event of it only.
        assume(len({event.on for event in happened}) == len(happened))
        assume(not any(isinstance(event, rules.MORNING) and event.on == facts.opened_on for event in happened))
        *_, book = step_by_step(facts, happened)
        assert _standing(book) == _standing(life_of(facts, happened).book)

    @given(any_loan())
    @seldom
    def test_the_frozen_book_forgets_nothing(self, loan: Loan) -> None:
        facts, happened = loan
        for days in (10, 45, 150):
            book = life_of(facts, happened, days).book
            assert Desk(book).book() == book

    @given(any_loan(), st.integers(0, 8))
    @seldom
    def test_a_reversed_event_never_was(self, loan: Loan, which: int) -> None:
        facts, happened = loan
        assume(happened)
        gone = happened[which % len(happened)]
        undone = rules.Reversed(ref="undo", on=gone.on + 60 * DAY, of=gone.ref)
        without = [event for event in happened if event is not gone]
        assert life_of(facts, [*happened, undone]) == life_of(facts, without)

    @given(any_loan(), st.integers(0, 8))
    @seldom
    def test_the_difference_is_all_that_must_be_posted(self, loan: Loan, known: int) -> None:
        facts, happened = loan
        before = rules.journal(life_of(facts, happened[:known]))
        after = rules.journal(life_of(facts, happened))
        change = rules.difference(before, after)
        assert all(sum(lines.values()) == 0 for lines in change.values())
        posted = {key: dict(lines) for key, lines in before.items()}
        for key, lines in change.items():
            for word, amount in lines.items():
                at = posted.setdefault(key, {})
                at[word] = at.get(word, 0) + amount
        kept = {key: {word: amount for word, amount in lines.items() if amount} for key, lines in posted.items()}
        assert {key: lines for key, lines in kept.items() if lines} == after

    @given(any_loan())
    @often
    def test_events_survive_storage(self, loan: Loan) -> None:
        for event in loan[1]:
            assert rules.from_json(event.to_json()) == event


def _standing(book: Book) -> Book:
    """A book that has ended stands on the day of its last event; which day it is read on does not matter."""
    return book if book.status is Status.ACTIVE else replace(book, accrued_on=book.facts.opened_on)


class TestPace:
    @given(any_loan(), st.integers(0, 120))
    @often
    def test_ordinary_days_are_the_pace_of_the_book(self, loan: Loan, days: int) -> None:
        """What the set-based day close builds on: between two changes everything is linear in the days."""
        book = life_of(*loan, days).book
        assume(book.status is Status.ACTIVE)
        pace = rules.bases(book)
        assert pace.next_change_on is not None
        while book.accrued_on + DAY < pace.next_change_on:
            after, day = rules.accrue_day(book)
            assert _by_pace(book, pace) == (after, day.days_past_due)
            assert replace(rules.bases(after), next_change_on=None) == replace(pace, next_change_on=None)
            assert rules.bases(after).next_change_on == pace.next_change_on
            book = after


def _by_pace(book: Book, pace: rules.Bases) -> tuple[Book, int]:
    day = book.accrued_on + DAY
    weight = pace.day_part or 0
    if pace.day_part is None:
        weight = terms.weight(pace.day_count, book.accrued_on, day)

    def rounded(total: int) -> Money:
        return Money.rounded(Fraction(pace.numerator * total, pace.denominator))

    after = book.period_weight + (0 if pace.interest_goes is Goes.NOTHING else pace.base.tiyn * weight)
    interest = rounded(after) - rounded(book.period_weight)
    found = replace(book, accrued_on=day, period_weight=after)
    if pace.interest_goes is Goes.ACCRUED:
        found = replace(found, period_accrued=book.period_accrued + interest)
    elif pace.interest_goes is Goes.HELD:
        found = replace(found, period_held=book.period_held + interest)
    else:
        found = replace(found, memo_interest=book.memo_interest + interest)
    norms = book.facts.delay
    if pace.penalty_goes is not Goes.NOTHING:
        exact = book.penalty_exact + (
            pace.late_first.tiyn * norms.first_day_rate + pace.late_later.tiyn * norms.later_day_rate
        )
        total = min(Money.rounded(Fraction(exact)), pace.penalty_most)
        added = total - book.penalty_year_accrued
        found = replace(found, penalty_exact=exact, penalty_year_accrued=total)
        if pace.penalty_goes is Goes.ACCRUED:
            found = replace(found, penalty=book.penalty + added)
        else:
            found = replace(found, memo_penalty=book.memo_penalty + added)
    if pace.overdue_since is None:
        return found, 0
    counted = day if pace.delay_stopped_since is None else pace.delay_stopped_since - DAY
    return found, (counted - pace.overdue_since).days


class TestInterest:
    @given(any_facts(stop=False), st.integers(1, 140))
    @often
    def test_nothing_drifts_however_the_days_are_split(self, facts: LoanFacts, days: int) -> None:
        """Interest of each period is the exact one rounded once, on every day of it."""
        life = life_of(facts, [], days)
        book = life.book
        assert Money.total(day.interest for day in life.days) == book.interest
        start, left = facts.opened_on, facts.amount
        agreed = facts.terms
        assert agreed is not None
        for due in book.dues[: book.period - 1]:
            part = _part(agreed, start, due.due_on)
            assert due.interest == terms.interest(left, facts.annual_rate, part)
            start = due.due_on
        if book.next_due is not None and agreed.period_interest is terms.PeriodInterest.DAILY:
            part = terms.year_fraction(facts.day_count, start, book.accrued_on)
            assert book.period_accrued == terms.interest(left, facts.annual_rate, part)

    @pytest.mark.clause("13-suspend-accrual")
    @given(any_facts(stop=False), st.integers(1, 120), st.integers(1, 60))
    @often
    def test_from_the_day_of_the_suspension_nothing_accrues(self, facts: LoanFacts, day: int, length: int) -> None:
        since = facts.opened_on + day * DAY
        paused = life_of(facts, [rules.Suspended(ref="s", on=since)], day + length)
        before = life_of(facts, [], day - 1)
        assert paused.book.interest == before.book.interest
        assert paused.book.penalty_owed == before.book.penalty_owed
        for one in paused.days:
            if one.day >= since:
                assert (one.interest, one.penalty, one.memo_interest, one.memo_penalty) == (ZERO,) * 4
        assert rules.journal(paused) == rules.journal(before)

    def test_a_loan_repaid_in_full_during_the_pause_owes_nothing_when_it_ends(self) -> None:
        facts = facts_of(TERMS)
        events: list[rules.AnyEvent] = [rules.Suspended(ref="s", on=facts.opened_on + 5 * DAY)]
        debt = life_of(facts, events, 10).book.debt
        events.append(rules.Received(ref="all", on=facts.opened_on + 10 * DAY, amount=debt))
        repaid = life_of(facts, events, 12).book
        assert (repaid.status, repaid.debt) == (rules.Status.CLOSED, ZERO)
        with pytest.raises(rules.LoanEnded):
            rules.check_resumable(repaid, facts.opened_on + 12 * DAY)
        # Heard of in the other order: the pause had ended before the payment became known.
        events.append(rules.Resumed(ref="r", on=facts.opened_on + 15 * DAY))
        life = life_of(facts, events, 20)
        assert (life.book.status, life.book.debt, life.book.held) == (rules.Status.CLOSED, ZERO, ZERO)

    @pytest.mark.clause("13-resume")
    @given(any_facts(stop=False), st.integers(1, 100), st.integers(1, 60), st.integers(0, 60))
    @often
    def test_a_pause_that_ends_costs_the_interest_of_no_pause_and_no_more_penalty(
        self, facts: LoanFacts, day: int, length: int, more: int
    ) -> None:
        # Within one year of the contract: a pause may carry days of delay into the next one, with a cap of its own.
        facts = replace(facts, contract_on=facts.opened_on)
        since, until = facts.opened_on + day * DAY, facts.opened_on + (day + length) * DAY
        pause = [rules.Suspended(ref="s", on=since), rules.Resumed(ref="r", on=until)]
        paused, never = life_of(facts, pause, day + length + more), life_of(facts, [], day + length + more)
        assert paused.book.interest == never.book.interest
        assert paused.book.held == ZERO
        assert [due.interest for due in paused.book.dues] == [due.interest for due in never.book.dues]
        assert paused.book.penalty_owed <= never.book.penalty_owed
        for one in paused.days:
            if since <= one.day < until:
                assert (one.interest, one.penalty) == (ZERO, ZERO)
        (added,) = [move for move in paused.moves] or [None]
        owed = Money.total(one.held for one in paused.days)
        assert (added is None and not owed) or (
            added is not None and (added.on, added.lines[0][1]) == (until, owed.tiyn)
        )

    @pytest.mark.clause("E23-13")
    @given(any_facts(stop=False), st.integers(1, 100), st.integers(1, 60))
    @seldom
    def test_under_the_edition_of_2023_the_lender_may_leave_the_interest_of_the_pause(
        self, facts: LoanFacts, day: int, length: int
    ) -> None:
        since, until = facts.opened_on + day * DAY, facts.opened_on + (day + length) * DAY
        pause = [rules.Suspended(ref="s", on=since), rules.Resumed(ref="r", on=until, with_interest=False)]
        life = life_of(facts, pause, day + length + 30)
        never = life_of(facts, [], day + length + 30)
        let_go = Money.total(one.held for one in life.days)
        assert life.book.interest + let_go == never.book.interest
        assert life.book.held == ZERO


def _part(agreed: terms.Terms, start: date, end: date) -> Fraction:
    """The part of a year of a regular period, said again."""
    if agreed.period_interest is terms.PeriodInterest.DAILY:
        return terms.year_fraction(agreed.day_count, start, end)
    if agreed.unit is terms.Unit.MONTHS:
        return Fraction(agreed.every, 12)
    return Fraction((end - start).days, terms.DENOMINATOR[agreed.day_count])


class TestPenalty:
    @given(any_loan())
    @often
    def test_a_contract_year_never_costs_more_than_the_law_lets(self, loan: Loan) -> None:
        facts, happened = loan
        life = life_of(facts, happened)
        issued = facts.amount + Money.total(event.amount for event in happened if isinstance(event, rules.TranchePaid))
        years: dict[int, int] = {}
        for day in life.days:
            year = rules.contract_year(facts.contract_on, day.day)
            years[year] = years.get(year, 0) + day.penalty.tiyn + day.memo_penalty.tiyn
            assert years[year] <= facts.delay.most_penalty_a_year(issued).tiyn
            most = day.overdue.tiyn * max(facts.delay.first_day_rate, facts.delay.later_day_rate)
            assert day.penalty.tiyn <= most + 1

    @given(any_facts(), st.integers(1, 150))
    @often
    def test_beyond_the_stop_nothing_is_claimed_but_all_is_noted(self, facts: LoanFacts, days: int) -> None:
        life = life_of(facts, [], days)
        stop = facts.delay.stop_days
        free = life_of(replace(facts, delay=replace(facts.delay, stop_days=None)), [], days)
        for day, unstopped in zip(life.days, free.days, strict=True):
            if stop is not None and day.days_past_due > stop:
                assert (day.interest, day.penalty) == (ZERO, ZERO)
                assert day.memo_interest == unstopped.interest
                # Of less than without the stop: the interest that is no claim is no overdue payment either.
                assert day.memo_penalty <= unstopped.penalty + Money(1)
            else:
                assert (day.interest, day.penalty) == (unstopped.interest, unstopped.penalty)
                assert (day.memo_interest, day.memo_penalty) == (ZERO, ZERO)


class TestEnds:
    @pytest.mark.clause("13-writeoff", "13-recourse")
    @given(any_loan(), st.booleans())
    @often
    def test_a_write_off_leaves_nothing_claimed_and_keeps_the_claim_apart(self, loan: Loan, recourse: bool) -> None:
        facts, happened = loan
        before = life_of(facts, happened).book
        assume(before.status is Status.ACTIVE)
        off = rules.WrittenOff(ref="w", on=before.accrued_on, sequence="z", recourse=recourse)
        (move,) = rules.apply(before, off).moves
        book = rules.apply(before, off).book
        assert (book.principal, book.interest, book.penalty_owed, book.held, book.debt) == (ZERO,) * 5
        assert (book.memo_interest, book.memo_penalty) == (ZERO, ZERO)
        assert book.status is Status.WRITTEN_OFF
        assert book.recourse.total == before.recourse.total + (before.debt if recourse else ZERO)
        assert dict(move.lines).get(Word.CREDIT_LOSSES, 0) == before.debt.tiyn
        later = life_of(facts, [*happened, off], 200)
        assert later.book.debt == ZERO
        assert all(day.day <= off.on for day in later.days)

    @pytest.mark.clause("13-recourse")
    @given(any_loan(), st.integers(1, 90_000_00).map(Money))
    @seldom
    def test_a_claim_off_the_books_can_be_recovered_or_brought_back(self, loan: Loan, money: Money) -> None:
        before = life_of(*loan).book
        assume(before.status is Status.ACTIVE)
        off = rules.apply(before, rules.WrittenOff(ref="w", on=before.accrued_on)).book
        got = rules.apply(off, rules.Recovered(ref="r", on=off.accrued_on + DAY, amount=money)).book
        claim = off.recourse.total
        assert claim == before.debt + before.recourse.total
        assert got.recourse.total == claim - min(money, claim)
        assert got.credit == off.credit + max(ZERO, money - claim)
        back = rules.apply(
            off, rules.Reinstated(ref="b", on=off.accrued_on + 9 * DAY, due_on=off.accrued_on + 20 * DAY)
        )
        assert back.book.debt == claim
        assert back.book.recourse.total == ZERO
        assert rules.accrue_day(back.book)[1].interest == ZERO

    @given(any_loan(), st.integers(0, 60))
    @often
    def test_a_payoff_quote_pays_off_exactly(self, loan: Loan, days: int) -> None:
        facts, happened = loan
        today = life_of(facts, happened).book
        assume(today.status is Status.ACTIVE)
        order = facts.repayment_order
        book = rules.advance(today, today.accrued_on + days * DAY, order)
        assume(book.debt)
        quote = rules.payoff(book)
        paid = rules.settle(book, quote.total, order)
        assert paid.full
        assert (paid.book.debt, paid.book.credit) == (ZERO, book.credit - min(book.credit, book.debt))
        assert Money.total(part.amount for part in paid.paid) == quote.principal + quote.interest + quote.penalty
        if quote.total:
            assert not rules.settle(book, quote.total - Money(1), order).full
        known = [
            *happened,
            rules.Received(ref="q", on=book.accrued_on, sequence="z", amount=quote.total),
        ]
        assert life_of(facts, known, (book.accrued_on - facts.opened_on).days).book.debt == ZERO


class TestEarly:
    @given(
        any_facts(stop=False), st.integers(1, 140), st.integers(1, 90_000_00).map(Money), st.sampled_from(rules.Wish)
    )
    @often
    def test_an_early_part_is_principal_and_never_makes_the_loan_longer(
        self, facts: LoanFacts, day: int, money: Money, wish: rules.Wish
    ) -> None:
        on = facts.opened_on + day * DAY
        before = life_of(facts, [], day).book
        assume(before.debt)
        after = rules.apply(before, rules.Received(ref="p", on=on, amount=money, wish=wish)).book
        claimed = Money.total(claim.amount for claim in rules.claims(before))
        extra = max(ZERO, min(money, before.debt) - claimed)
        if money >= before.debt:
            assert after.status is Status.CLOSED
            return
        if wish is rules.Wish.KEEP:
            assert after.credit == extra
            return
        ahead = Money.total(due.principal_left for due in before.dues[before.period - 1 :])
        assert after.credit == extra - min(extra, ahead)
        left = Money.total(due.principal_left for due in after.dues[after.period - 1 :])
        assert left == ahead - min(extra, ahead)
        assert len(after.dues) <= len(before.dues)
        if wish is not rules.Wish.REDUCE_TERM:
            assert len(after.dues) == len(before.dues)
        assert [due.due_on for due in after.dues] == [due.due_on for due in before.dues][: len(after.dues)]
        if before.annual_rate.ratio and extra:
            assert Money.total(one.interest for one in rules.expected(after)) <= Money.total(
                one.interest for one in rules.expected(before)
            ) + Money(len(before.dues))


class TestExplained:
    @given(any_loan(), st.integers(1, 120))
    @often
    def test_every_figure_of_a_day_follows_from_the_inputs_told(self, loan: Loan, number: int) -> None:
        facts, happened = loan
        day = facts.opened_on + number * DAY
        life = life_of(facts, happened, number)
        told = rules.explain(facts, plan_of(facts), Calendar(), happened, day)
        accrued = [one for one in life.days if one.day == day]
        assert [figure.name for figure in told.figures[:2]] == (["interest", "penalty"] if accrued else [])
        for one in accrued:
            interest, penalty = told.figures[:2]
            assert interest.amount == one.interest + one.held + one.memo_interest
            assert penalty.amount == one.penalty + one.memo_penalty
            assert _again(interest) == interest.amount
            assert _penalty_again(penalty) == penalty.amount
            claimed = one.interest if interest.goes is Goes.ACCRUED else one.held + one.memo_interest
            assert interest.amount == claimed
        assert [move for move, _ in told.moves] == [move for move in life.moves if move.on == day]
        for move, figures in told.moves:
            for figure in figures:
                assert figure.rule.format(**figure.inputs)
            parts = [figure.amount for figure in figures if "place" in figure.inputs]
            assert parts == [part.amount for part in move.paid]


def _again(figure: rules.Figure) -> Money:
    given = figure.inputs
    if figure.goes is Goes.NOTHING:
        return ZERO

    def rounded(weight: int) -> Money:
        return Money.rounded(Fraction(given["numerator"] * weight, given["denominator"]))

    return rounded(given["weight_after"]) - rounded(given["weight_before"])


def _penalty_again(figure: rules.Figure) -> Money:
    given = figure.inputs
    if figure.goes is Goes.NOTHING:
        return ZERO
    grown = given["late_first"].tiyn * given["first_rate"] + given["late_later"].tiyn * given["later_rate"]
    assert given["exact_before"] + grown == given["exact_after"]

    def capped(exact: object) -> Money:
        return min(Money.rounded(Fraction(str(exact))), given["most"])

    return capped(given["exact_after"]) - capped(given["exact_before"])
