"""Entries that balance, and what the ledger refuses. Whole tiyn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from nesie.foundation.ledger.rules.chart import BY_CHART, Chart, Side, Sub
from nesie.kernel.actor import Role
from nesie.kernel.money import ZERO, Money
from nesie.kernel.refused import Refused, noop

PERMITTED: dict[str, frozenset[Role]] = {
    "close_period": frozenset({Role.ADMINISTRATOR, Role.COMPLIANCE_OFFICER}),
    "export_books": frozenset(
        {Role.ADMINISTRATOR, Role.AUDITOR, Role.COMPLIANCE_OFFICER, Role.RISK_OFFICER, Role.WORKER}
    ),
    "choose_accounts": frozenset({Role.ADMINISTRATOR, Role.COMPLIANCE_OFFICER}),
    "contribute_capital": frozenset({Role.WORKER}),  # from the machine itself: nobody puts money into the books alone
}
FOUR_EYES: frozenset[str] = frozenset({"choose_accounts", "close_period"})


class EntryDiffers(Refused):
    message = noop("An entry of this key exists with other contents.")


class PeriodClosed(Refused):
    message = noop("The accounting month of this day is closed.")


class Overdrawn(Refused):
    message = noop("There is not enough money on the account.")


class HoldEnded(Refused):
    message = noop("The hold has been posted or released already.")


class HoldMismatch(Refused):
    message = noop("The entry does not take from the account what was held.")


class AlreadyReversed(Refused):
    message = noop("The entry has been reversed already, or is itself a reversal.")


class MonthNotClosable(Refused):
    message = noop("Months are closed in order, and only when they are over.")


@dataclass(frozen=True, slots=True)
class AccountRef:
    """An account of the chart, with the thing it is kept by when the chart says so (a loan, a receipt)."""

    code: str
    sub: UUID | None = None
    stands_for: Chart | None = field(default=None, compare=False)  # None: a standard account

    def __post_init__(self) -> None:
        needs_sub = BY_CHART[self.chart].sub is not Sub.NOTHING
        if needs_sub != (self.sub is not None):
            raise ValueError(f"account {self.code} is {'' if needs_sub else 'not '}kept by a thing of its own")

    @property
    def chart(self) -> Chart:
        """What the account means: the standard account it is, or the one it stands for."""
        return self.stands_for or Chart(self.code)

    @property
    def side(self) -> Side:
        """The side that increases it."""
        return BY_CHART[self.chart].kind.side

    @property
    def off_balance(self) -> bool:
        """True when it is kept beside the balance sheet."""
        return BY_CHART[self.chart].kind.off_balance


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an entry: money on one side of an account, never on both and never nothing."""

    account: AccountRef
    debit: Money = ZERO
    credit: Money = ZERO

    def __post_init__(self) -> None:
        if min(self.debit, self.credit) != ZERO or max(self.debit, self.credit) <= ZERO:
            raise ValueError("a line has either a debit or a credit, more than nothing")

    def mirrored(self) -> Line:
        """The same money on the other side."""
        return Line(self.account, debit=self.credit, credit=self.debit)


def debit(account: Chart, amount: Money, sub: UUID | None = None) -> tuple[Line, ...]:
    """A debit line, or none for no money: `(*debit(...), *credit(...))` reads as the page of a journal."""
    return (Line(AccountRef(account.value, sub), debit=amount),) if amount else ()


def credit(account: Chart, amount: Money, sub: UUID | None = None) -> tuple[Line, ...]:
    """A credit line, or none for no money."""
    return (Line(AccountRef(account.value, sub), credit=amount),) if amount else ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A balanced entry. `description_code` says why money moved, `ref` what it is about (a loan, a receipt).

    `effective_on` is the day of the books. `value_on` is the day the effect belongs to, when that is another: its month
    is closed, so the books take it on a later, open day (`on_open_day` sets both). None means the same day.
    The maker chooses `key`: the same key is the same entry, for ever. ValueError when it does not balance:
    a posting that does not balance is a bug, not a refusal. What is off the balance sheet balances by itself.
    """

    key: str
    lines: tuple[Line, ...]
    effective_on: date
    description_code: str
    ref: UUID
    value_on: date | None = None

    def __post_init__(self) -> None:
        if len(self.lines) < 2:
            raise ValueError(f"an entry has at least two lines: {self.description_code}")
        if self.value_on is not None and self.value_on > self.effective_on:
            raise ValueError(f"{self.description_code} is in the books before the day it belongs to")
        for sheet in (False, True):
            lines = [line for line in self.lines if line.account.off_balance is sheet]
            debits = Money.total(line.debit for line in lines)
            credits = Money.total(line.credit for line in lines)
            if debits != credits:
                raise ValueError(f"{self.description_code} does not balance: {debits} against {credits}")

    @property
    def belongs_on(self) -> date:
        """The day the effect belongs to: `value_on`, or the day of the books."""
        return self.value_on or self.effective_on

    @property
    def amount(self) -> Money:
        """The sum of either side."""
        return Money.total(line.debit for line in self.lines)


def taken_from(entry: Entry, account: AccountRef) -> Money:
    """What an entry takes from an account: net, in the direction that lowers its balance."""
    net = Money.total(line.debit - line.credit for line in entry.lines if line.account == account)
    return -net if account.side is Side.DEBIT else net


def check_hold(entry: Entry, account: AccountRef, amount: Money) -> None:
    """An entry that posts a hold must take exactly what was held."""
    if taken_from(entry, account) != amount:
        raise HoldMismatch


def reversal(original: Entry, *, key: str, on: date, last_closed: date | None) -> Entry:
    """The mirror of an entry, with effect on a day: the only way to undo one."""
    lines = tuple(line.mirrored() for line in original.lines)
    mirror = Entry(key, lines, on, f"reversal.{original.description_code}", original.ref)
    return on_open_day(mirror, last_closed)


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One account in the trial balance of a day; `balance` stands on the account's normal side."""

    code: str
    name: str
    side: Side
    debit: Money
    credit: Money

    @property
    def balance(self) -> Money:
        """Positive on the normal side."""
        return self.debit - self.credit if self.side is Side.DEBIT else self.credit - self.debit


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Turnovers and balances of all accounts at the end of a day."""

    on: date
    rows: tuple[TrialRow, ...]

    @property
    def difference(self) -> Money:
        """Debits less credits over the whole ledger: nothing, or the books are wrong."""
        return Money.total(row.debit - row.credit for row in self.rows)


def net_by_account(lines: Iterable[Line]) -> dict[AccountRef, Money]:
    """Debits less credits per account."""
    net: defaultdict[AccountRef, Money] = defaultdict(lambda: ZERO)
    for line in lines:
        net[line.account] += line.debit - line.credit
    return dict(net)


def month_end(month: date) -> date:
    """The last day of the month a day lies in."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def open_day(day: date, last_closed: date | None) -> date:
    """The day an effect of `day` is posted on: the same, or the first open one when its month is closed."""
    return day if last_closed is None or day > last_closed else last_closed + timedelta(days=1)


def on_open_day(entry: Entry, last_closed: date | None) -> Entry:
    """The entry as the books take it now: on its own day, or on the first open one with its own day kept."""
    day = entry.belongs_on
    opened = open_day(day, last_closed)
    return replace(entry, effective_on=opened, value_on=None if opened == day else day)


def check_month(month: date, *, last_closed: date | None, today: date) -> date:
    """The last day of the month to be closed; refuses a month that is not over or not the next one.

    `last_closed` is the last day of the last month closed; the first month ever closed may be any.
    """
    end = month_end(month)
    if end >= today:
        raise MonthNotClosable
    if last_closed is not None and end != month_end(last_closed + timedelta(days=1)):
        raise MonthNotClosable
    return end
