"""Anything happens on any days and is heard of in any order: book, ledger and rows are those of a fresh computation."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nesie.foundation.ledger import actions as ledger_actions
from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.models import ClosedMonth, EntryLine
from nesie.foundation.ledger.rules import Chart, Entry, credit, debit
from nesie.foundation.norms import queries as norms
from nesie.foundation.terms import rules as terms
from nesie.foundation.terms.rules import Method, Terms
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions.recording import record
from nesie.journey.loans.models import AccrualCorrection, Allocation, AllocationPart, LoanEvent
from nesie.journey.loans.queries.books import accruals_of
from nesie.kernel.actor import worker
from nesie.kernel.ids import new_id
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from tests.examples import examples
from tests.journey.loans.books import OPENED_ON, at, close_days, open_, rolled_back

DAY = timedelta(days=1)
LENGTH = 130
TERMS = Terms(Money.tenge(120_000), Rate.percent(36), Method.ANNUITY, 4)


def on(number: int) -> date:
    return OPENED_ON + number * DAY


def money_in(facts: rules.LoanFacts, amount: Money, day: date) -> None:
    """As payments books a receipt for a contract: on its day, or the first open one."""
    if amount:
        lines = (*debit(Chart.FUNDING, amount), *credit(Chart.RECEIPTS_UNALLOCATED, amount, facts.contract_id))
        ledger_actions.post(Entry(f"in:{new_id()}", lines, ledger.open_day(day), "test", facts.loan_id), at(day))


days = st.integers(1, LENGTH)
sums = st.integers(1, 60_000_00)
wishes = st.sampled_from(rules.Wish)
happenings = st.lists(
    st.one_of(
        st.tuples(st.just("received"), days, sums, wishes),
        st.tuples(st.just("suspended"), days, st.integers(1, 40), st.booleans()),
        st.tuples(
            st.just("halted"), days, st.integers(0, 30), st.sampled_from(["conscript", "bankruptcy", "collector"])
        ),
        st.tuples(st.just("forgiven"), days, st.integers(1, 5_000_00), st.none()),
        st.tuples(st.just("rate"), days, st.integers(0, 36), st.none()),
    ),
    min_size=1,
    max_size=7,
)


def events_of(life: list[tuple[str, int, int, Any]]) -> list[rules.AnyEvent]:
    found: list[rules.AnyEvent] = []
    free_from = 1  # suspensions do not overlap
    for number, (kind, day, size, more) in enumerate(life):
        ref = f"{number}:{new_id()}"
        if kind == "received":
            found.append(rules.Received(ref=ref, on=on(day), sequence=f"{number:03}", amount=Money(size), wish=more))
        elif kind == "suspended":
            start = max(day, free_from)
            end = min(start + size, LENGTH)
            if start < end:
                found.append(rules.Suspended(ref=ref, on=on(start), sequence="a"))
                found.append(rules.Resumed(ref=f"{ref}r", on=on(end), sequence="b", with_interest=more))
                free_from = end + 1
        elif kind == "halted":
            found.append(rules.Halted(ref=ref, on=on(day), halt=rules.HaltKind(more), until=on(day + size)))
        elif kind == "forgiven":
            parts = rules.Parts(Money(size), Money(size // 10), Money(size // 20))
            found.append(rules.Forgiven(ref=ref, on=on(day), sequence=f"{number:03}", parts=parts))
        else:
            found.append(rules.RateChanged(ref=ref, on=on(day), sequence=f"{number:03}", rate=Rate.percent(size)))
    return found


def fresh(facts: rules.LoanFacts, events: list[rules.AnyEvent], until: date) -> rules.Life:
    plan = terms.schedule(TERMS, facts.opened_on)
    return rules.replay(facts, plan, norms.calendar(), events, until)


def ledger_by_day(facts: rules.LoanFacts) -> dict[tuple[date, str], int]:
    """Debits less credits of the loan's own accounts and of income, by the day the effect belongs to."""
    found: defaultdict[tuple[date, str], int] = defaultdict(int)
    names = {chart.value: chart.name.lower() for chart in Chart}
    for line in EntryLine.objects.select_related("entry").exclude(entry__description_code="test"):
        found[line.entry.value_on, names[line.account_id]] += line.debit_tiyn - line.credit_tiyn
    return {key: tiyn for key, tiyn in found.items() if tiyn}


def journal_by_day(life: rules.Life) -> dict[tuple[date, str], int]:
    found: defaultdict[tuple[date, str], int] = defaultdict(int)
    for (day, _), lines in rules.journal(life).items():
        for word, tiyn in lines.items():
            found[day, word.value] += tiyn
    return {key: tiyn for key, tiyn in found.items() if tiyn}


def rows_by_day(facts: rules.LoanFacts) -> dict[date, tuple[int, int, int]]:
    """Interest, penalty and days of delay of each day: the day's own row and what was put right."""
    found: defaultdict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in [*accruals_of(facts.loan_id), *AccrualCorrection.objects.filter(loan_id=facts.loan_id)]:
        for place, tiyn in enumerate((row.interest_tiyn, row.penalty_tiyn, row.days_past_due)):
            found[row.day][place] += tiyn
    return {day: (a, b, c) for day, (a, b, c) in found.items() if a or b or c}


def days_of(life: rules.Life) -> dict[date, tuple[int, int, int]]:
    found = {day.day: (day.interest.tiyn, day.penalty.tiyn, day.days_past_due) for day in life.days}
    return {day: figures for day, figures in found.items() if any(figures)}


def paid_by_move(facts: rules.LoanFacts) -> dict[tuple[str, date, str, int | None], int]:
    found: defaultdict[tuple[str, date, str, int | None], int] = defaultdict(int)
    for part in AllocationPart.objects.filter(allocation__loan_id=facts.loan_id).select_related("allocation__event"):
        row = part.allocation
        found[row.event.key if row.event else "", row.on, part.component, part.number] += part.amount_tiyn
    return {key: tiyn for key, tiyn in found.items() if tiyn}


def parts_of(life: rules.Life) -> dict[tuple[str, date, str, int | None], int]:
    found: defaultdict[tuple[str, date, str, int | None], int] = defaultdict(int)
    for move in life.moves:
        for part in move.paid:
            found[move.ref, move.on, part.component.value, part.number] += part.amount.tiyn
    return {key: tiyn for key, tiyn in found.items() if tiyn}


def stated(facts: rules.LoanFacts) -> rules.Balances:
    """What the lines of the statement come to."""
    return queries.statement(worker(), facts.loan_id)[-1].after


def check(facts: rules.LoanFacts, events: list[rules.AnyEvent], until: date) -> None:
    life = fresh(facts, events, until)
    stored = queries.book(facts.loan_id)
    assert stored == life.book
    assert stated(facts) == rules.Balances(
        stored.principal, stored.interest, stored.penalty_owed, stored.credit,
        stored.held, stored.memo_interest, stored.memo_penalty,
    )  # fmt: skip
    assert ledger_by_day(facts) == journal_by_day(life)
    assert rows_by_day(facts) == days_of(life)
    assert paid_by_move(facts) == parts_of(life)
    assert queries.differences() == ()
    assert ledger.trial_balance(until).difference == ZERO


@pytest.mark.clause("7.5", "13-suspend-accrual")
@given(happenings, st.randoms(use_true_random=False), st.lists(st.integers(0, LENGTH), max_size=8), st.booleans())
@settings(
    max_examples=examples(8),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_order_of_entry_never_changes_the_result(
    db: None, life: list[tuple[str, int, int, Any]], random: Random, heard: list[int], taken_back: bool
) -> None:
    """Each event is heard of on its day or any day after, days are closed meanwhile, and some are taken back again."""
    with rolled_back():
        facts = open_(TERMS).facts
        events = events_of(life)
        entered: list[rules.AnyEvent] = []
        # When each is heard of: a random day, not before its own; a morning's event not before its pair.
        entry = sorted(
            (random.randint((event.on - OPENED_ON).days, LENGTH), place) for place, event in enumerate(events)
        )
        for day, place in entry:
            close_days(on(day))
            event = events[place]
            if isinstance(event, rules.Received):
                money_in(facts, event.amount, event.on)
            record(facts.loan_id, event, at(on(day)))
            entered.append(event)
        if taken_back:
            gone = random.choice(events)
            back = rules.Reversed(ref=f"{gone.ref}-back", on=on(LENGTH), of=gone.ref)
            close_days(on(LENGTH))
            record(facts.loan_id, back, at(on(LENGTH)))
            entered.append(back)
        close_days(on(LENGTH))
        stored = queries.book(facts.loan_id)
        check(facts, entered, stored.accrued_on if stored.status is not rules.Status.ACTIVE else on(LENGTH))


def test_a_closed_month_stays_as_it_was(db: None) -> None:
    """What is heard of after the month was closed is posted on the first open day and keeps the day it belongs to."""
    with rolled_back():
        facts = open_(TERMS).facts
        close_days(date(2027, 1, 20))
        ClosedMonth.objects.create(last_day=date(2026, 12, 31), closed_at=at(date(2027, 1, 20)))
        december = ledger.trial_balance(date(2026, 12, 31))
        money_in(facts, Money.tenge(30_000), date(2026, 12, 10))
        event = rules.Received(ref="late", on=date(2026, 12, 10), amount=Money.tenge(30_000))
        record(facts.loan_id, event, at(date(2027, 1, 20)))
        assert ledger.trial_balance(date(2026, 12, 31)) == december
        moved = EntryLine.objects.filter(entry__key__startswith="loan-", entry__value_on__lte=date(2026, 12, 31))
        assert {line.effective_on for line in moved if line.entry.recorded_at == at(date(2027, 1, 20))} == {
            date(2027, 1, 1)
        }
        check(facts, [event], date(2027, 1, 20))


def test_the_same_event_again_changes_nothing(db: None) -> None:
    with rolled_back():
        facts = open_(TERMS).facts
        close_days(on(40))
        money_in(facts, Money.tenge(10_000), on(20))
        event = rules.Received(ref="once", on=on(20), amount=Money.tenge(10_000))
        first = record(facts.loan_id, event, at(on(40)))
        rows = (LoanEvent.objects.count(), Allocation.objects.count(), EntryLine.objects.count())
        again = record(facts.loan_id, event, at(on(41)))
        assert (first.fresh, again.fresh, again.event_id) == (True, False, first.event_id)
        assert queries.book(facts.loan_id).accrued_on == on(40)
        assert (LoanEvent.objects.count(), Allocation.objects.count(), EntryLine.objects.count()) == rows
        other = rules.Received(ref="once", on=on(20), amount=Money.tenge(20_000))
        with pytest.raises(rules.EventDiffers), transaction.atomic():
            record(facts.loan_id, other, at(on(41)))
        for wrong, refusal in ((on(42), rules.EventInFuture), (OPENED_ON - DAY, rules.EventBeforeLoan)):
            event = rules.Received(ref="wrong", on=wrong, amount=Money.tenge(1))
            with pytest.raises(refusal), transaction.atomic():
                record(facts.loan_id, event, at(on(41)))


def test_a_payment_that_closed_the_loan_bounces_and_the_loan_runs_again(db: None) -> None:
    """Days its neighbours were closed for meanwhile are its own too, and it goes on with them."""
    with rolled_back():
        facts, neighbour = open_(TERMS).facts, open_(TERMS).facts
        close_days(on(30))
        debt = queries.book(facts.loan_id).debt
        money_in(facts, debt, on(30))
        full = rules.Received(ref="full", on=on(30), amount=debt)
        assert record(facts.loan_id, full, at(on(30))).after.status is rules.Status.CLOSED
        close_days(on(45))
        back = rules.Reversed(ref="full-back", on=on(45), of="full")
        assert record(facts.loan_id, back, at(on(45))).after.status is rules.Status.ACTIVE
        close_days(on(60))
        mine, other = queries.book(facts.loan_id), queries.book(neighbour.loan_id)
        assert mine.accrued_on == on(60)
        assert (mine.principal, mine.interest, mine.penalty) == (other.principal, other.interest, other.penalty)
        assert queries.differences() == ()
        assert ledger.trial_balance(on(60)).difference == ZERO


@pytest.mark.clause("7.5")
@given(happenings, st.integers(0, 60))
@settings(
    max_examples=examples(5),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_what_is_quoted_is_what_is_posted(db: None, life: list[tuple[str, int, int, Any]], ahead: int) -> None:
    """Whatever happened to the loan, the sum quoted for a day repays it in full on that day, and not a tiyn more."""
    with rolled_back():
        facts = open_(TERMS).facts
        for event in sorted(events_of(life), key=rules.order_in_day):
            if event.on > on(LENGTH):
                continue
            close_days(event.on)
            if isinstance(event, rules.Received):
                money_in(facts, event.amount, event.on)
            record(facts.loan_id, event, at(event.on))
        close_days(on(LENGTH))
        book = queries.book(facts.loan_id)
        if book.status is not rules.Status.ACTIVE:
            return
        day = on(LENGTH + ahead)
        quote = queries.quote_payoff(worker(), facts.loan_id, day)
        close_days(day)
        if queries.book(facts.loan_id).status is not rules.Status.ACTIVE:
            return  # the client's own money repaid it meanwhile
        less = rules.Received(ref="less", on=day, amount=Money(quote.total.tiyn - 1))
        if quote.total.tiyn > 1:
            with transaction.atomic():
                money_in(facts, less.amount, day)
                assert record(facts.loan_id, less, at(day)).after.status is rules.Status.ACTIVE
                transaction.set_rollback(True)
        money_in(facts, quote.total, day)
        done = record(facts.loan_id, rules.Received(ref="all", on=day, amount=quote.total), at(day))
        assert done.after.status is rules.Status.CLOSED
        assert (done.after.debt, done.after.credit) == (ZERO, ZERO)
        assert queries.differences() == ()
