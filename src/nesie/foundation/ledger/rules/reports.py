"""What the books tell an accountant: turnovers of a period, what may be taken out of them, when a month may close."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from nesie.foundation.ledger.rules.chart import Side
from nesie.foundation.ledger.rules.entries import MonthNotClosable, TrialBalance
from nesie.kernel.money import ZERO, Money
from nesie.kernel.refused import Refused, noop


class MonthNotReady(Refused):
    message = noop("The month cannot be closed yet: see what stands in its way.")


class PeriodBackwards(Refused):
    message = noop("The first day lies after the last.")


class Obstacle(StrEnum):
    """What stands in the way of closing a month."""

    NOT_OVER = "not_over"
    DAY_CLOSE_BEHIND = "day_close_behind"
    NOT_RECONCILED = "not_reconciled"
    DIFFERENCES = "differences"


class Extract(StrEnum):
    """What can be taken out of the books as a file."""

    JOURNAL = "journal"
    TRIAL_BALANCE = "trial_balance"
    BALANCES = "balances"


class Format(StrEnum):
    """The kind of file."""

    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Turnover:
    """One account over a period; balances stand on its normal side."""

    code: str
    name: str
    side: Side
    opening: Money
    debit: Money
    credit: Money
    closing: Money

    @property
    def moved(self) -> bool:
        """True when there is anything to see."""
        return bool(self.opening or self.debit or self.credit)


@dataclass(frozen=True, slots=True)
class Turnovers:
    """All accounts over a period: the trial balance as accountants know it."""

    first: date
    last: date
    rows: tuple[Turnover, ...]

    @property
    def debit(self) -> Money:
        """All debits of the period."""
        return Money.total(row.debit for row in self.rows)

    @property
    def credit(self) -> Money:
        """All credits of the period."""
        return Money.total(row.credit for row in self.rows)

    @property
    def difference(self) -> Money:
        """Debits less credits from the first entry ever to the last day: nothing, or the books are wrong."""
        signed = (row.closing if row.side is Side.DEBIT else -row.closing for row in self.rows)
        return Money.total(signed)


def turnovers(before: TrialBalance, after: TrialBalance, *, first: date) -> Turnovers:
    """What moved between the evening before a period and its last day."""
    stood = {row.code: row for row in before.rows}
    rows = []
    for row in after.rows:
        old = stood.get(row.code)
        opening, debit, credit = (old.balance, old.debit, old.credit) if old else (ZERO, ZERO, ZERO)
        rows.append(
            Turnover(row.code, row.name, row.side, opening, row.debit - debit, row.credit - credit, row.balance)
        )
    return Turnovers(first, after.on, tuple(rows))


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """What to look for in the journal; None means anything."""

    first: date | None = None
    last: date | None = None
    account: str | None = None
    about: UUID | None = None  # an entry's subject, or the thing an account is kept by: a loan, a contract, a receipt
    description: str | None = None
    backdated: bool = False  # only those whose own day lies in a month closed before


@dataclass(frozen=True, slots=True)
class ClosePreview:
    """The month that closes next, what it holds, and what stands in the way."""

    last_day: date
    obstacles: tuple[Obstacle, ...]
    turnovers: Turnovers
    entries: int
    backdated: int

    @property
    def ready(self) -> bool:
        """True when nothing stands in the way."""
        return not self.obstacles


def check_ready(obstacles: Collection[Obstacle]) -> None:
    """Refuse to close a month something stands in the way of: MonthNotClosable, MonthNotReady."""
    if Obstacle.NOT_OVER in obstacles:
        raise MonthNotClosable
    if obstacles:
        raise MonthNotReady


def check_period(first: date, last: date) -> None:
    """Refuse a period that ends before it begins."""
    if first > last:
        raise PeriodBackwards(field="last")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was let out."""

    extract: Extract
    form: Format
    first: date
    last: date

    @property
    def file_name(self) -> str:
        """A name that says what is inside."""
        return f"{self.extract}_{self.first.isoformat()}_{self.last.isoformat()}.{self.form}"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A thing whose own figure is not that of the books: an error of ours, never of the client's."""

    thing: UUID
    account: str
    own: Money
    booked: Money


@dataclass(frozen=True, slots=True)
class Compared:
    """What an account comes to by the things' own figures and by the books, over all of them."""

    account: str
    own: Money
    booked: Money


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One comparison of a part of the house with the books; `examples` are the first that differ.

    `totals`: each account compared, over all things.
    """

    part: str
    as_of: date
    made_at: datetime
    compared: int
    differing: int
    examples: tuple[Mismatch, ...]
    totals: tuple[Compared, ...] = ()

    @property
    def agrees(self) -> bool:
        """True when nothing differs."""
        return self.differing == 0


MOST_EXAMPLES = 100


@dataclass(frozen=True, slots=True)
class ClosedMonthView:
    """A month closed for ever, and the comparisons with the books it was closed on."""

    last_day: date
    closed_at: datetime
    compared: tuple[Reconciled, ...] = ()


def reconciliation_obstacle(newest: Reconciled | None, last_day: date) -> Obstacle | None:
    """What the newest comparison says about closing a month: made too early, differing, or nothing."""
    if newest is None or newest.as_of < last_day:
        return Obstacle.NOT_RECONCILED
    return None if newest.agrees else Obstacle.DIFFERENCES
