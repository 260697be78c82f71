"""Loans of any kind and anything that can happen to them, for the properties of the engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from nesie.foundation.norms.rules import Calendar
from nesie.foundation.terms import rules as terms
from nesie.foundation.terms.rules import DayCount, Method, PeriodInterest, Terms, Unit
from nesie.journey.loans import rules
from nesie.journey.loans.rules import AnyEvent, Book, Goes, HaltKind, Keep, Life, Parts, PlanRow, Wish
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from tests.journey.loans.books import facts_of

DAY = timedelta(days=1)
NO_STOP = rules.DelayNorms(Decimal("0.005"), Decimal("0.0003"), 15, Decimal("0.1"), None)
_DAYS = 120


@st.composite
def any_terms(draw: st.DrawFn) -> Terms:
    method = draw(st.sampled_from([Method.ANNUITY, Method.DIFFERENTIATED, Method.BULLET, Method.FLAT]))
    return Terms(
        principal=Money(draw(st.integers(1, 200_000_00))),
        annual_rate=Rate(Fraction(draw(st.integers(0, 1_100_000)), 1_000_000)),
        method=method,
        instalments=draw(st.integers(1, 7)),
        unit=draw(st.sampled_from(Unit)),
        every=draw(st.sampled_from([1, 2, 9])),
        day_count=draw(st.sampled_from(DayCount)),
        payment_step=Money(draw(st.sampled_from([1, 100]))),
        period_interest=draw(st.sampled_from(PeriodInterest)),
    )


@st.composite
def any_facts(draw: st.DrawFn, *, stop: bool = True) -> rules.LoanFacts:
    """Facts with norms of short terms, so that a few months show every rule; stops only where they are wanted."""
    norms = replace(NO_STOP, stop_days=draw(st.sampled_from([20, None]))) if stop else NO_STOP
    opened_on = draw(st.dates(date(2023, 11, 1), date(2027, 3, 5)))
    facts = facts_of(draw(any_terms()), opened_on=opened_on, delay=norms)
    signed = opened_on - draw(st.sampled_from([0, 1, 300])) * DAY
    return replace(facts, contract_on=signed, level=draw(st.booleans()))


def plan_of(facts: rules.LoanFacts) -> terms.Schedule:
    assert facts.terms is not None
    return terms.schedule(facts.terms, facts.opened_on)


def life_of(facts: rules.LoanFacts, happened: list[AnyEvent], days: int = _DAYS) -> Life:
    return rules.replay(facts, plan_of(facts), Calendar(), happened, facts.opened_on + days * DAY)


_money = st.one_of(st.integers(1, 50_000_00), st.integers(1, 5_000)).map(Money)
_parts = st.builds(Parts, *[st.one_of(st.just(ZERO), _money)] * 3)


@st.composite
def _rows(draw: st.DrawFn, on: date) -> tuple[PlanRow, ...]:
    rows = []
    for _ in range(draw(st.integers(1, 4))):
        on += draw(st.integers(1, 40)) * DAY
        wait = draw(st.sampled_from([0, 0, 2])) * DAY
        rows.append(PlanRow(on, on + wait, *(draw(st.one_of(st.just(ZERO), _money)) for _ in range(3))))
        on += wait
    return tuple(rows)


@st.composite
def _event(draw: st.DrawFn, number: int, on: date) -> AnyEvent:
    what = {"ref": f"e{number:02}", "on": on, "sequence": draw(st.sampled_from(["a", "b", "c"]))}
    rate = st.integers(0, 900_000).map(lambda millionths: Rate(Fraction(millionths, 1_000_000)))
    kinds: list[st.SearchStrategy[AnyEvent]] = [
        st.builds(rules.Received, amount=_money, wish=st.sampled_from(Wish), **_just(what)),
        st.builds(rules.Received, amount=_money, **_just(what)),
        st.builds(rules.CreditRefunded, amount=_money, **_just(what)),
        st.builds(rules.Suspended, **_just(what)),
        st.builds(rules.Resumed, with_interest=st.booleans(), **_just(what)),
        st.builds(
            rules.Halted,
            halt=st.sampled_from(HaltKind),
            until=st.one_of(st.none(), st.integers(0, 40).map(lambda days: on + days * DAY)),
            interest=st.one_of(st.none(), st.sampled_from(Goes)),
            stops_delay=st.one_of(st.none(), st.booleans()),
            **_just(what),
        ),
        st.builds(rules.Released, of=st.integers(0, 9).map(lambda other: f"e{other:02}"), **_just(what)),
        st.builds(rules.RateChanged, rate=rate, keep=st.sampled_from(Keep), **_just(what)),
        st.builds(
            rules.Rescheduled,
            change=st.sampled_from(rules.Change),
            rows=_rows(on),
            rate=st.one_of(st.none(), rate),
            forgiven=_parts,
            **_just(what),
        ),
        st.builds(rules.TranchePaid, amount=_money, keep=st.sampled_from(Keep), **_just(what)),
        st.builds(rules.Forgiven, parts=_parts, **_just(what)),
        st.builds(rules.Refinanced, amount=_money, **_just(what)),
        st.builds(rules.WrittenOff, recourse=st.booleans(), returned=_money, **_just(what)),
        st.builds(rules.Recovered, amount=_money, **_just(what)),
        st.builds(rules.Transferred, **_just(what)),
        st.builds(rules.Reinstated, due_on=st.integers(1, 30).map(lambda days: on + days * DAY), **_just(what)),
    ]
    return draw(st.one_of(kinds))


def _just(values: dict[str, object]) -> dict[str, st.SearchStrategy[object]]:
    return {name: st.just(value) for name, value in values.items()}


@st.composite
def any_events(draw: st.DrawFn, facts: rules.LoanFacts) -> list[AnyEvent]:
    """Up to nine events of any kinds on any days; the last ends all claims now and then."""
    days = sorted(draw(st.lists(st.integers(0, _DAYS), max_size=9)))
    return [draw(_event(number, facts.opened_on + day * DAY)) for number, day in enumerate(days)]


@st.composite
def any_loan(draw: st.DrawFn) -> tuple[rules.LoanFacts, list[AnyEvent]]:
    facts = draw(any_facts())
    return facts, draw(any_events(facts))


def step_by_step(facts: rules.LoanFacts, happened: list[AnyEvent], days: int = _DAYS) -> Iterator[Book]:
    """The same life by frozen books: one day or one event at a time, as the day close and the use cases do it."""
    book = rules.open_book(facts, plan_of(facts), Calendar())
    queue = [(max(event.on, facts.opened_on), event) for event in rules.in_force(happened)]
    for number in range(days + 1):
        day = facts.opened_on + number * DAY
        today = [event for on, event in queue if on == day]
        morning = [event for event in today if isinstance(event, rules.MORNING)]
        if number:
            for event in morning:
                book = rules.apply(book, event).book
            if book.status is rules.Status.ACTIVE:
                book, _ = rules.accrue_day(book)
                yield book
            morning = []
        for event in (*morning, *(event for event in today if not isinstance(event, rules.MORNING))):
            book = rules.apply(book, event).book
        order = facts.repayment_order
        if book.credit and book.status is rules.Status.ACTIVE and rules.claims(book) and not _money_came(today):
            book = rules.settle(book, ZERO, order).book
        yield book


def _money_came(today: list[AnyEvent]) -> bool:
    return any(isinstance(event, rules.MONEY) for event in today)
