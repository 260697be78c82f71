"""A loan as its events make it, from its first day: the same whatever the order in which they were entered.

Within a day: what begins or ends with it; interest and penalty of the night; what falls due; changes; the client's
credit; money. Among those of one kind the events' own sequence decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from nesie.foundation.terms import rules as terms
from nesie.journey.loans.rules.book import Book, DayAccrued, LoanFacts, Status, WorkingDays, open_book
from nesie.journey.loans.rules.changes import do, use_credit
from nesie.journey.loans.rules.day import run_day
from nesie.journey.loans.rules.desk import ONE_DAY, Desk
from nesie.journey.loans.rules.events import MONEY, MORNING, AnyEvent, Reversed, order_in_day
from nesie.journey.loans.rules.journal import Key, Move, Word, add_lines, clean, day_lines, lines_of


class NeedsReplay(Exception):
    """The event cannot be put on top of the book as it stands: only a replay from the first day knows its place."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A book after an event of its own day, and the moves that made."""

    book: Book
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """A loan from its first day: the book at the end, every day accrued, every move in its order."""

    book: Book
    days: tuple[DayAccrued, ...]
    moves: tuple[Move, ...]


def in_force(events: Iterable[AnyEvent]) -> list[AnyEvent]:
    """The events that were not taken back, in the order in which they take effect."""
    every = list(events)
    gone = {event.of for event in every if isinstance(event, Reversed)}
    kept = [event for event in every if event.ref not in gone and not isinstance(event, Reversed)]
    return sorted(kept, key=order_in_day)


def replay(
    facts: LoanFacts, plan: terms.Schedule, calendar: WorkingDays, events: Iterable[AnyEvent], until: date
) -> Life:
    """The loan on `until`, by its events alone. An event dated before the opening takes effect on its day."""
    desk = Desk(open_book(facts, plan, calendar))
    queue = [event for event in in_force(events) if event.on <= until]
    days: list[DayAccrued] = []
    moves: list[Move] = []
    place = _rest_of_day(desk, queue, 0, facts.opened_on, moves)
    while desk.accrued_on < until:
        if desk.status is not Status.ACTIVE:
            # Nothing accrues: on to the next thing that happens.
            if place == len(queue):
                break
            desk.accrued_on = max(desk.accrued_on, queue[place].on - ONE_DAY)
        day = desk.accrued_on + ONE_DAY
        while place < len(queue) and queue[place].on == day and isinstance(queue[place], MORNING):
            moves += do(desk, queue[place])
            place += 1
        if desk.status is Status.ACTIVE:
            days.append(run_day(desk))
        else:
            desk.accrued_on = day
        place = _rest_of_day(desk, queue, place, day, moves)
    return Life(desk.book(), tuple(days), tuple(moves))


def _rest_of_day(desk: Desk, queue: list[AnyEvent], place: int, day: date, moves: list[Move]) -> int:
    """Changes, credit, money of a day; and the place of the first event of a later one."""
    credit_asked = False
    while place < len(queue) and queue[place].on <= day:
        event = queue[place]
        if isinstance(event, MONEY) and not credit_asked:
            moves += use_credit(desk)
            credit_asked = True
        moves += do(desk, event)
        place += 1
    if not credit_asked:
        moves += use_credit(desk)
    return place


def apply(book: Book, event: AnyEvent) -> Applied:
    """Today's book after one event of its day (for what begins with a day: of the next one).

    NeedsReplay when the event is of another day or takes another back. Whether something of the same day stands after
    it, `fits` tells. A loan that has ended takes an event of any later day.
    """
    desk = Desk(book)
    morning = isinstance(event, MORNING)
    if isinstance(event, Reversed):
        raise NeedsReplay(event.kind)
    if book.status is not Status.ACTIVE:
        if event.on < book.accrued_on or (morning and event.on == book.accrued_on):
            raise NeedsReplay(event.kind)
        desk.accrued_on = event.on - ONE_DAY if morning else event.on
    elif event.on != (book.accrued_on + ONE_DAY if morning else book.accrued_on):
        raise NeedsReplay(event.kind)
    moves = do(desk, event)
    if not morning and not isinstance(event, MONEY):
        moves += use_credit(desk)
    return Applied(desk.book(), tuple(moves))


def fits(event: AnyEvent, same_day: Iterable[AnyEvent], *, credit_used: bool = False) -> bool:
    """True when the event comes after everything of its day that happened already, so that `apply` may be used.

    `credit_used`: the client's credit paid something that day; a change comes before that.
    """
    if credit_used and not isinstance(event, MONEY):
        return False
    return all(order_in_day(other) < order_in_day(event) for other in same_day)


def journal(life: Life) -> dict[Key, dict[Word, int]]:
    """What the ledger must hold of the loan, by day of effect and description code."""
    facts = life.book.facts
    found: dict[Key, dict[Word, int]] = {}
    opened = {
        Word.PRINCIPAL_RECEIVABLE: facts.amount.tiyn,
        Word.DISBURSEMENTS_IN_TRANSIT: -facts.amount.tiyn,
    }
    add_lines(found, (facts.opened_on, "loan.opened"), lines_of(opened))
    for day in life.days:
        for code, lines in day_lines(day).items():
            add_lines(found, (day.day, code), lines.items())
    for move in life.moves:
        add_lines(found, (move.on, move.code), move.lines)
    return clean(found)
