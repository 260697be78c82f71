"""What one loan is and where it stands on a day. The moves are in the other files of this room.

The day. Interest of a day is for the night before it, on the principal left the evening before: disbursed on the 1st,
the first interest is of the 2nd. An instalment is overdue from the day after the last day it can be paid on without
delay: its due day, or the next working day when the due day is a day off (Civil Code, art. 175). That day was taken
from the calendar when the loan was opened. Only delay waits for it: the interest of the period is settled on the due
day, and interest goes on by the contract.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from nesie.foundation.terms import rules as terms
from nesie.journey.loans.rules.norms import Component, DelayNorms, order_for
from nesie.kernel.ids import ClientId, ContractId, LoanId
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate


class Status(StrEnum):
    """Where a loan is in its life. Arrears and halts are computed or dated facts, not a status."""

    ACTIVE = "active"
    CLOSED = "closed"
    WRITTEN_OFF = "written_off"
    TRANSFERRED = "transferred"


class Goes(StrEnum):
    """Where a day's interest or penalty goes."""

    ACCRUED = "accrued"  # a claim and income
    HELD = "held"  # computed, not claimed: it is added, or dropped, when accrual resumes
    MEMO = "memo"  # computed, never claimed: beyond what the Law lets a lender demand
    NOTHING = "nothing"  # not computed at all


class HaltKind(StrEnum):
    """Why something stands still."""

    SUSPENSION = "suspension"  # Rules, 13: papers of the law-enforcement bodies, or a resolution on a victim
    CONSCRIPT = "conscript"  # Law 56-V, art. 7 p. 2 sub 11-2
    BANKRUPTCY = "bankruptcy"
    COLLECTOR = "collector"  # Law 56-V, art. 9-2 p. 8
    COURT = "court"


@dataclass(frozen=True, slots=True)
class Halt:
    """What stands still from a day's beginning, and up to the end of `until` when that is known.

    `ref` names the event it came from. Days with `stops_delay` are no days of delay.
    """

    ref: str
    kind: HaltKind
    since: date
    until: date | None
    interest: Goes
    stops_penalty: bool
    stops_delay: bool

    def holds(self, day: date) -> bool:
        """True on a day it covers."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class LoanFacts:
    """What never changes about a loan.

    Attributes:
        terms: as agreed at the beginning; without them interest is by days on what is left.
        level: a payment stays as agreed; what interest comes out dearer or cheaper, its principal gives or takes, and
            the last instalment bears the rest. Otherwise the principal of each instalment stays.
        order: of repayment, only where another than the one of the loan's date and client was agreed.
        by_instalment: an older instalment is paid whole before a later one, each in the order.
    """

    loan_id: LoanId
    contract_id: ContractId
    client_id: ClientId
    number: str
    amount: Money
    annual_rate: Rate
    day_count: terms.DayCount
    opened_on: date
    contract_on: date
    consumer: bool
    delay: DelayNorms
    terms: terms.Terms | None = None
    level: bool = False
    order: tuple[Component, ...] | None = None
    by_instalment: bool = False

    @property
    def repayment_order(self) -> tuple[Component, ...]:
        """What money pays first."""
        return self.order or order_for(consumer=self.consumer, contract_on=self.contract_on)

    @property
    def flat(self) -> bool:
        """Interest is on the amount issued, not on what is left of it, and none after the last due day."""
        return self.terms is not None and self.terms.method is terms.Method.FLAT

    @property
    def grace_interest(self) -> int:
        """So many first instalments pay no interest: it is paid with the next one, and nothing is charged on it."""
        return self.terms.grace_interest if self.terms is not None else 0

    @property
    def equal_periods(self) -> bool:
        """A period costs its agreed part of a year, whatever its days."""
        return self.terms is not None and self.terms.period_interest is terms.PeriodInterest.EQUAL


@dataclass(frozen=True, slots=True)
class Due:
    """One instalment as it is owed.

    `interest` is nothing until the due day settles it, or what a change of terms carried here from before.
    `penalty`: penalty a change of terms made payable with this instalment.
    `held`: interest of a pause within its period, no claim yet.
    `grace_until_on` is the last day a payment is not late: the due day itself, or the next working day after a day off;
    days on which delay stood still move it.
    `payment`: the payment agreed, for loans whose payments are level.
    """

    number: int
    due_on: date
    grace_until_on: date
    principal: Money
    interest: Money = ZERO
    principal_paid: Money = ZERO
    interest_paid: Money = ZERO
    penalty: Money = ZERO
    penalty_paid: Money = ZERO
    held: Money = ZERO
    payment: Money | None = None

    @property
    def principal_left(self) -> Money:
        """Principal of the instalment not paid yet."""
        return self.principal - self.principal_paid

    @property
    def interest_left(self) -> Money:
        """Interest of the instalment not paid yet."""
        return self.interest - self.interest_paid

    @property
    def penalty_left(self) -> Money:
        """Penalty payable with the instalment and not paid yet."""
        return self.penalty - self.penalty_paid

    @property
    def left(self) -> Money:
        """Principal and interest not paid: what penalty is reckoned from when it is late."""
        return self.principal_left + self.interest_left

    def is_late(self, day: date) -> bool:
        """True when the instalment could be paid without delay on no later day than one before `day`."""
        return self.grace_until_on < day


@dataclass(frozen=True, slots=True)
class Parts:
    """Money by what it is of a debt."""

    principal: Money = ZERO
    interest: Money = ZERO
    penalty: Money = ZERO

    @property
    def total(self) -> Money:
        """All of it."""
        return self.principal + self.interest + self.penalty


@dataclass(frozen=True, slots=True)
class Book:
    """Where a loan stands after the day `accrued_on`.

    Attributes:
        period: the number of the instalment whose interest runs; one above the last after the schedule ended.
        period_weight: interest base in tiyn times weight of each day of the period at the rate in force, summed. The
            interest of a day is the difference of the rounded running total, wherever it goes (`Goes`).
        period_accrued: what of it is claimed; `period_held`: what of it is held.
        penalty: penalty claimed now; penalty of later instalments is in them.
        penalty_exact: penalties of the contract year `penalty_year` in tiyn, before rounding and cap.
        memo_interest, memo_penalty: computed beyond what may be demanded; never a claim.
        rate: the rate in force; None for the contract's. `issued`: all paid out; None for the first payment only.
        period_from: the day the running period began; None for the due day before, or the opening.
        delay_stopped_since: delay has not been counted from this day on.
        recourse: claims off the books after a write-off.
        penalty_rates: those in force a day, the first and the later one; None for those of the contract's date.
        grace_over: the schedule the grace of interest was agreed for is no more.
    """

    facts: LoanFacts
    dues: tuple[Due, ...]
    accrued_on: date
    period: int = 1
    period_weight: int = 0
    period_accrued: Money = ZERO
    period_paid: Money = ZERO
    penalty: Money = ZERO
    penalty_year: int = 0
    penalty_exact: Decimal = Decimal(0)
    penalty_year_accrued: Money = ZERO
    credit: Money = ZERO
    status: Status = Status.ACTIVE
    rate: Rate | None = None
    issued: Money | None = None
    period_from: date | None = None
    period_held: Money = ZERO
    memo_interest: Money = ZERO
    memo_penalty: Money = ZERO
    halts: tuple[Halt, ...] = ()
    delay_stopped_since: date | None = None
    recourse: Parts = field(default_factory=Parts)
    grace_over: bool = False
    penalty_rates: tuple[Rate, Rate] | None = None

    @property
    def delay(self) -> DelayNorms:
        """The figures of delay in force: the rates of penalty may have been lowered."""
        norms = self.facts.delay
        if self.penalty_rates is None:
            return norms
        first, later = (Decimal(rate.ratio.numerator) / rate.ratio.denominator for rate in self.penalty_rates)
        return replace(norms, first_day_rate=first, later_day_rate=later)

    @property
    def annual_rate(self) -> Rate:
        """The rate in force."""
        return self.facts.annual_rate if self.rate is None else self.rate

    @property
    def amount_issued(self) -> Money:
        """All that was paid out under the loan."""
        return self.facts.amount if self.issued is None else self.issued

    @property
    def principal(self) -> Money:
        """Principal not paid, due or not."""
        return Money.total(due.principal_left for due in self.dues)

    @property
    def interest(self) -> Money:
        """Interest accrued and not paid."""
        return Money.total(due.interest_left for due in self.dues) + self.period_accrued - self.period_paid

    @property
    def penalty_owed(self) -> Money:
        """All penalty not paid, payable now or with a later instalment."""
        return self.penalty + Money.total(due.penalty_left for due in self.dues)

    @property
    def held(self) -> Money:
        """Interest of a pause, no claim yet."""
        return self.period_held + Money.total(due.held for due in self.dues)

    @property
    def debt(self) -> Money:
        """The debt in the Rules' words: principal, accrued interest and penalty not paid."""
        return self.principal + self.interest + self.penalty_owed

    @property
    def next_due(self) -> Due | None:
        """The instalment whose period runs; None after the last."""
        return self.dues[self.period - 1] if self.period <= len(self.dues) else None

    def in_grace(self, due: Due) -> bool:
        """True when the interest of an instalment's period is paid with a later one."""
        return not self.grace_over and due.number <= self.facts.grace_interest and due.number < len(self.dues)

    @property
    def period_start(self) -> date:
        """The day the running period began."""
        if self.period_from is not None:
            return self.period_from
        return self.dues[self.period - 2].due_on if self.period > 1 else self.facts.opened_on

    @property
    def delay_day(self) -> date:
        """The day delay is counted to: today, or the last one before it stood still."""
        return counted_day(self.accrued_on, self.delay_stopped_since)


def counted_day(day: date, stopped_since: date | None) -> date:
    """The day delay is counted to on `day`."""
    if stopped_since is None or day < stopped_since:
        return day
    return date.fromordinal(stopped_since.toordinal() - 1)


@dataclass(frozen=True, slots=True)
class DayAccrued:
    """What one day added, and from what: the answer to "why this figure?".

    `principal` is the base of interest, `overdue` that of penalty. `interest` and `penalty` are claims; `held`,
    `memo_interest` and `memo_penalty` are computed only.
    """

    day: date
    principal: Money
    interest: Money
    overdue: Money
    penalty: Money
    days_past_due: int
    held: Money = ZERO
    memo_interest: Money = ZERO
    memo_penalty: Money = ZERO


class WorkingDays(Protocol):
    """Knows days off; `norms.rules.Calendar` is one."""

    def working_day_from(self, day: date) -> date:
        """`day` when it is a working one, else the next working day."""
        ...


def open_book(facts: LoanFacts, plan: terms.Schedule, calendar: WorkingDays) -> Book:
    """A loan on the day its money was paid out: nothing accrued, the schedule's principal ahead.

    The days off known today decide the last day of each instalment without delay, for ever: a day declared later
    rewrites nothing that was agreed.
    """
    dues = tuple(
        Due(
            row.number,
            row.due_on,
            calendar.working_day_from(row.due_on),
            row.principal,
            payment=row.payment if facts.level else None,
        )
        for row in plan.rows
    )
    return Book(facts, dues, accrued_on=facts.opened_on)


def overdue_since(dues: Iterable[Due], day: date) -> date | None:
    """The last day without delay of the oldest instalment that is late and not fully paid; None without delay."""
    return min((due.grace_until_on for due in dues if due.is_late(day) and due.left), default=None)


def days_past_due(book: Book, day: date) -> int:
    """Days of delay of the oldest unpaid instalment: computed from what is due and paid, never stored as a status."""
    counted = counted_day(day, book.delay_stopped_since)
    since = overdue_since(book.dues, counted)
    return (counted - since).days if since else 0
