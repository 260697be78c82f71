"""The statement of a loan: every accrual, payment and change, the balances after it, the rule that decided it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from nesie.journey.loans.rules.book import Book, Status
from nesie.journey.loans.rules.paying import Paid
from nesie.journey.loans.rules.position import PositionView
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate

_ONE_DAY = timedelta(days=1)


class LineKind(StrEnum):
    """What a line of the statement tells."""

    OPENED = "opened"
    INTEREST = "interest"
    PENALTY = "penalty"
    FELL_DUE = "fell_due"
    CHANGED = "changed"  # `event` says what; with money (forgiven, written off) or without (suspended, a new rate)
    CREDIT_USED = "credit_used"
    RECEIVED = "received"


class StatementForm(StrEnum):
    """A paper to read, or a sheet for one's own program."""

    PDF = "pdf"
    CSV = "csv"


class LineGround(StrEnum):
    """The rule that decided a line; each has its words and its source in `statement_words`."""

    DISBURSED = "disbursed"
    INTEREST = "interest"
    PENALTY = "penalty"
    CAPPED = "capped"  # the penalties of the contract year have reached their limit
    STOPPED = "stopped"  # after so many days of delay nothing more may be demanded
    PAUSED = "paused"  # accrual is suspended
    COLLECTOR = "collector"  # a collector works
    CONSCRIPT = "conscript"
    BANKRUPTCY = "bankruptcy"
    COURT = "court"
    FALL_DUE = "fall_due"
    ORDER = "order"
    OWN_MONEY = "own_money"
    CHANGE = "change"
    RECALCULATED = "recalculated"


@dataclass(frozen=True, slots=True)
class Balances:
    """What is owed, by component, and what of the client's money lies with us.

    `held`: interest of a pause, no claim yet. `memo_interest`, `memo_penalty`: noted only, never demanded. None of the
    three is debt.
    """

    principal: Money = ZERO
    interest: Money = ZERO
    penalty: Money = ZERO
    credit: Money = ZERO
    held: Money = ZERO
    memo_interest: Money = ZERO
    memo_penalty: Money = ZERO

    @property
    def debt(self) -> Money:
        """Principal, interest and penalty."""
        return self.principal + self.interest + self.penalty


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One move of the loan.

    `amount` was paid out, received, or fell due; principal, interest, penalty, credit, held, memo_interest and
    memo_penalty are changes, with their sign.

    Attributes:
        since, on: the days the line is about; one day, unless days were folded into a period.
        recorded_on: the day it was entered, when that is known.
        base: what interest or penalty of a day was counted on. `rate`: per year of interest, or as an
            event put it in force; per day for penalty.
        days_past_due: of the oldest unpaid instalment on that day.
        number: the instalment that fell due.
        parts: what money went to, by instalment and component.
        event: the kind of the event behind a change, of a correction the event that caused it.
        ends_held: whatever interest was held until now ceases to be: it became a claim, or nothing.
        after: the balances after the line.
    """

    since: date
    on: date
    kind: LineKind
    ground: LineGround
    amount: Money = ZERO
    principal: Money = ZERO
    interest: Money = ZERO
    penalty: Money = ZERO
    credit: Money = ZERO
    held: Money = ZERO
    memo_interest: Money = ZERO
    memo_penalty: Money = ZERO
    recorded_on: date | None = None
    base: Money = ZERO
    rate: Rate | None = None
    days_past_due: int = 0
    number: int | None = None
    parts: tuple[Paid, ...] = ()
    event: str = ""
    ends_held: bool = False
    after: Balances = Balances()

    @property
    def yearly(self) -> Rate | None:
        """The rate of interest."""
        return None if self.kind is LineKind.PENALTY else self.rate

    @property
    def daily(self) -> Rate | None:
        """The rate of penalty."""
        return self.rate if self.kind is LineKind.PENALTY else None

    @property
    def change(self) -> Money:
        """By how much the debt moved."""
        return self.principal + self.interest + self.penalty

    @property
    def debt(self) -> Money:
        """What is owed after the line."""
        return self.after.debt

    @property
    def days(self) -> int:
        """How many days the line covers."""
        return (self.on - self.since).days + 1

    @property
    def late_entry(self) -> bool:
        """True when it was entered on a later day than it takes effect."""
        return self.recorded_on is not None and self.recorded_on > self.on


# The columns of changes and of balances alike.
COLUMNS = tuple(Balances.__dataclass_fields__)
# Within a day: interest and penalty of the night, what falls due, changes, the client's own money, receipts.
_WITHIN_A_DAY = tuple(LineKind)


def in_order(moves: Iterable[StatementLine]) -> tuple[StatementLine, ...]:
    """The moves by their day and their place within it, each with the balances after it."""
    return _balanced(sorted(moves, key=lambda move: (move.on, _WITHIN_A_DAY.index(move.kind))))


def _balanced(moves: Iterable[StatementLine]) -> tuple[StatementLine, ...]:
    standing, lines = Balances(), []
    for moved in moves:
        move = replace(moved, held=-standing.held) if moved.ends_held else moved
        standing = Balances(**{name: getattr(standing, name) + getattr(move, name) for name in COLUMNS})
        lines.append(replace(move, after=standing))
    return tuple(lines)


def folded(lines: Iterable[StatementLine]) -> tuple[StatementLine, ...]:
    """Days of accrual between which nothing changes as one line each: the paper shows periods, the sheet every day.

    A new line starts where the base, the rate or the rule changes, and after anything else happened.
    """
    found: list[StatementLine] = []
    running: dict[tuple[object, ...], int] = {}  # the place of the open period of interest, of penalty, of a correction
    for line in lines:
        if line.kind not in (LineKind.INTEREST, LineKind.PENALTY):
            running.clear()
            found.append(line)
            continue
        sort = (line.kind, line.ground, line.event, line.recorded_on)
        place = running.get(sort)
        if place is not None and _continues(found[place], line):
            last = found[place]
            sums = {name: getattr(last, name) + getattr(line, name) for name in COLUMNS}
            found[place] = replace(line, since=last.since, **sums)
        else:
            running[sort] = len(found)
            found.append(line)
    return _balanced(found)


def _continues(last: StatementLine, line: StatementLine) -> bool:
    return (last.base, last.rate) == (line.base, line.rate) and line.since == last.on + _ONE_DAY


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole of a statement: what came on and what went off each component. `paid_*` are what money took away."""

    disbursed: Money
    received: Money
    interest_accrued: Money
    penalty_accrued: Money
    principal_paid: Money
    interest_paid: Money
    penalty_paid: Money
    principal_changed: Money  # by events: forgiven, written off, a tranche
    interest_changed: Money
    penalty_changed: Money
    held: Money  # as it stands
    memo: Money
    after: Balances


def totals(lines: tuple[StatementLine, ...]) -> Totals:
    """The sums of the lines; what was disbursed and accrued less what was paid and changed is what is owed."""

    def total(column: str, *kinds: LineKind) -> Money:
        return Money.total(getattr(line, column) for line in lines if line.kind in kinds)

    money = (LineKind.RECEIVED, LineKind.CREDIT_USED)
    after = lines[-1].after if lines else Balances()
    return Totals(
        disbursed=total("principal", LineKind.OPENED),
        received=total("amount", LineKind.RECEIVED),
        interest_accrued=total("interest", LineKind.INTEREST),
        penalty_accrued=total("penalty", LineKind.PENALTY),
        principal_paid=-total("principal", *money),
        interest_paid=-total("interest", *money),
        penalty_paid=-total("penalty", *money),
        principal_changed=total("principal", LineKind.CHANGED),
        interest_changed=total("interest", LineKind.CHANGED),
        penalty_changed=total("penalty", LineKind.CHANGED),
        held=after.held,
        memo=after.memo_interest + after.memo_penalty,
        after=after,
    )


def statement_data(
    view: PositionView,
    lines: tuple[StatementLine, ...],
    *,
    lender: dict[str, Any],
    borrower: str,
    book: Book,
    words: dict[str, Any],
) -> dict[str, Any]:
    """What the template `loans/statement` shows. `words` are those of `statement_words` in the paper's language."""
    shown = folded(lines)
    grounds = [ground for ground in LineGround if any(line.ground is ground for line in shown)]
    sums = totals(lines)
    return {
        "lender": lender,
        "words": words,
        "number": view.number,
        "contract_on": book.facts.contract_on,
        "as_of": view.as_of,
        "closed_on": view.closed_on,
        "closing": view.status is Status.CLOSED,
        "borrower": borrower,
        "amount": view.amount,
        "rate": plain_rate(book.facts.annual_rate),
        "rate_now": plain_rate(book.annual_rate) if book.annual_rate != book.facts.annual_rate else None,
        "issued": book.amount_issued,
        "held": book.held,
        "memo_interest": book.memo_interest,
        "memo_penalty": book.memo_penalty,
        "claim": book.recourse.total,
        "opened_on": view.opened_on,
        "ends_on": view.ends_on,
        "principal": view.principal,
        "interest": view.interest,
        "penalty": view.penalty,
        "debt": view.debt,
        "credit": view.credit,
        "days_past_due": view.days_past_due,
        "totals": {name: getattr(sums, name) for name in Totals.__slots__ if name != "after"},
        "grounds": [ground.value for ground in grounds],
        "lines": [_line_data(line, grounds) for line in shown],
        "rows": [
            {
                "number": row.number,
                "due_on": row.due_on,
                "grace_until_on": row.grace_until_on,
                "payment": row.payment,
                "interest": row.interest,
                "principal": row.principal,
                "balance": row.balance,
                "state": row.state,
            }
            for row in view.rows
        ],
    }


def _line_data(line: StatementLine, grounds: list[LineGround]) -> dict[str, Any]:
    return {
        "since": line.since,
        "on": line.on,
        "days": line.days,
        "recorded_on": line.recorded_on if line.late_entry else None,
        "kind": line.kind,
        "event": line.event,
        "rule": grounds.index(line.ground) + 1,
        "amount": line.amount,
        "principal": line.principal,
        "interest": line.interest,
        "penalty": line.penalty,
        "credit": line.credit,
        "held": line.held,
        "memo": line.memo_interest + line.memo_penalty,
        "base": line.base,
        "rate": plain_rate(line.rate) if line.rate else None,
        "days_past_due": line.days_past_due,
        "number": line.number,
        "parts": [{"component": part.component, "number": part.number, "amount": part.amount} for part in line.parts],
        "after": {name: getattr(line.after, name) for name in ("principal", "interest", "penalty", "credit", "debt")},
    }


def plain_rate(rate: Rate) -> str:
    """Percent without its sign: `46`, `0.03`."""
    return str(rate).removesuffix(" %")
