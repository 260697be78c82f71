"""What one event changed in a loan: its own moves, and the days and moves that are different since it is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from nesie.journey.loans.rules.book import Book, DayAccrued
from nesie.journey.loans.rules.changes import use_credit
from nesie.journey.loans.rules.desk import Desk
from nesie.journey.loans.rules.journal import Move, Word
from nesie.journey.loans.rules.norms import Component
from nesie.journey.loans.rules.paying import Paid
from nesie.journey.loans.rules.replay import Applied, Life, journal
from nesie.kernel.money import ZERO, Money

_DAY_FIGURES = ("principal", "interest", "overdue", "penalty", "days_past_due", "held", "memo_interest", "memo_penalty")
Place = tuple[str, date, str]  # of a move: the event's ref, the day, the code


@dataclass(frozen=True, slots=True)
class DayChange:
    """By how much the figures of a day differ: money in tiyn, and days of delay."""

    principal: int = 0
    interest: int = 0
    overdue: int = 0
    penalty: int = 0
    days_past_due: int = 0
    held: int = 0
    memo_interest: int = 0
    memo_penalty: int = 0


@dataclass(frozen=True, slots=True)
class MoveChange:
    """What a move did, or by how much it differs; what it paid may be below nothing."""

    on: date
    code: str
    ref: str
    received: Money
    credit: Money
    lines: Mapping[Word, int]
    parts: tuple[tuple[Component, int | None, Money], ...]

    @property
    def principal(self) -> int:
        """By how much principal owed changed, in tiyn."""
        return self.lines.get(Word.PRINCIPAL_RECEIVABLE, 0)

    @property
    def interest(self) -> int:
        """By how much interest owed changed."""
        return self.lines.get(Word.INTEREST_RECEIVABLE, 0)

    @property
    def penalty(self) -> int:
        """By how much penalty owed changed."""
        return self.lines.get(Word.PENALTY_RECEIVABLE, 0)

    @property
    def memo_interest(self) -> int:
        """By how much interest that may not be demanded changed."""
        return self.lines.get(Word.MEMO_INTEREST, 0)

    @property
    def memo_penalty(self) -> int:
        """By how much penalty that may not be demanded changed."""
        return self.lines.get(Word.MEMO_PENALTY, 0)


@dataclass(frozen=True, slots=True)
class Effect:
    """All that an event did. `own`: its moves and what came of them on the spot; the rest puts right what was written.

    `corrections`: what the ledger lacks besides the entries of `own`, by day of effect.
    """

    own: tuple[Move, ...]
    moves: tuple[MoveChange, ...]
    days: Mapping[date, DayChange] = field(default_factory=dict)
    corrections: Mapping[date, Mapping[Word, int]] = field(default_factory=dict)


def credit_used(book: Book) -> Applied:
    """The book after the client's money that lies with us paid what is claimed today; no moves when it pays nothing."""
    desk = Desk(book)
    moves = use_credit(desk)
    return Applied(desk.book() if moves else book, tuple(moves))


def at_once(applied: Applied) -> Effect:
    """Put on top of today's book, an event changes nothing that was written."""
    return Effect(applied.moves, tuple(_change(_empty(move), move) for move in applied.moves))


def heard_late(before: Life, after: Life, ref: str) -> Effect:
    """The difference of two lives, without the event and with it."""
    own = tuple(move for move in after.moves if move.ref == ref)
    was, now = _by_place(before.moves), _by_place(after.moves)
    moves = [
        _change(was.get(place) or _empty(now[place]), now.get(place) or _empty(was[place]))
        for place in sorted(was.keys() | now.keys(), key=lambda place: (place[1], place[0], place[2]))
    ]
    changes = tuple(move for move in moves if move.received or move.credit or move.lines or move.parts)
    return Effect(own, changes, _days(before.days, after.days), _corrections(before, after, own))


def _corrections(before: Life, after: Life, own: Iterable[Move]) -> dict[date, dict[Word, int]]:
    found: dict[date, dict[Word, int]] = {}
    for life, sign in ((after, 1), (before, -1)):
        for (day, _), lines in journal(life).items():
            _add(found.setdefault(day, {}), lines.items(), sign)
    for move in own:
        _add(found.setdefault(move.on, {}), move.lines, -1)
    cleaned = {day: {word: lines[word] for word in Word if lines.get(word)} for day, lines in found.items()}
    return {day: lines for day, lines in cleaned.items() if lines}


def _add(total: dict[Word, int], lines: Iterable[tuple[Word, int]], sign: int) -> None:
    for word, tiyn in lines:
        total[word] = total.get(word, 0) + sign * tiyn


def _days(before: Iterable[DayAccrued], after: Iterable[DayAccrued]) -> dict[date, DayChange]:
    was, now = {day.day: day for day in before}, {day.day: day for day in after}
    found: dict[date, DayChange] = {}
    for day in sorted(was.keys() | now.keys()):
        old, new = was.get(day), now.get(day)
        if old != new:
            found[day] = DayChange(**{name: _figure(new, name) - _figure(old, name) for name in _DAY_FIGURES})
    return found


def _figure(day: DayAccrued | None, name: str) -> int:
    value = getattr(day, name) if day is not None else 0
    return value.tiyn if isinstance(value, Money) else int(value)


def _by_place(moves: Iterable[Move]) -> dict[Place, Move]:
    return {(move.ref, move.on, move.code): move for move in moves}


def _empty(like: Move) -> Move:
    return Move(like.on, like.code, like.ref, ())


def _change(was: Move, now: Move) -> MoveChange:
    lines: dict[Word, int] = {}
    _add(lines, now.lines, 1)
    _add(lines, was.lines, -1)
    parts: dict[tuple[Component, int | None], Money] = {}
    for paid, sign in ((now.paid, 1), (was.paid, -1)):
        for part in paid:
            key = (part.component, part.number)
            parts[key] = parts.get(key, ZERO) + _signed(part, sign)
    return MoveChange(
        now.on,
        now.code,
        now.ref,
        now.received - was.received,
        (now.credit_after - now.credit_before) - (was.credit_after - was.credit_before),
        {word: lines[word] for word in Word if lines.get(word)},
        tuple((component, number, amount) for (component, number), amount in parts.items() if amount),
    )


def _signed(part: Paid, sign: int) -> Money:
    return part.amount if sign > 0 else -part.amount
