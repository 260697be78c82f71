"""What every ordinary day of a loan adds, and until when: all a set-based day close has to know.

On each day after the book's and before `next_change_on` a day adds, exactly as `accrue_day`:
interest = half_up(numerator * (weight + base * w) / denominator) - half_up(numerator * weight / denominator),
where w is `day_part`, or the day's weight by the day count when that is None;
and to the exact penalty of the contract year: late_first * first rate + late_later * later rate, rounded half up and
capped as a running total.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nesie.foundation.terms import rules as terms
from nesie.journey.loans.rules.book import Book, Goes, Status
from nesie.journey.loans.rules.desk import ONE_DAY, Desk, year_of
from nesie.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Bases:
    """The pace of a loan.

    Attributes:
        base: what interest is reckoned from.
        interest_goes, penalty_goes: where a day's figures go.
        numerator, denominator: the rate in force over the units of weights (`day_part`, or the day count's).
        day_part: weight of one day of an equal period; None when the day count weighs the days.
        late_first, late_later: sums late by the rate of penalty that is on them.
        overdue_since: last day without delay of the oldest late instalment.
        delay_stopped_since: delay stands still from this day: the days of delay stay those of the day before it.
        next_change_on: the first day that is not ordinary; None when none is ahead (nothing is owed).
    """

    base: Money
    interest_goes: Goes
    penalty_goes: Goes
    day_count: terms.DayCount
    numerator: int
    denominator: int
    day_part: int | None
    late_first: Money
    late_later: Money
    penalty_most: Money
    overdue_since: date | None
    delay_stopped_since: date | None
    next_change_on: date | None


def bases(book: Book) -> Bases:
    """The pace of the loan from tomorrow on."""
    desk = Desk(book)
    since = desk.overdue_since()
    stop = book.facts.delay.stop_days
    stopped = stop is not None and since is not None and (book.delay_day - since).days > stop
    interest_goes = Goes.MEMO if stopped and desk.interest_goes is not Goes.NOTHING else desk.interest_goes
    return Bases(
        base=Money(desk.base),
        interest_goes=interest_goes,
        penalty_goes=Goes.NOTHING if desk.penalty_stopped else Goes.MEMO if stopped else Goes.ACCRUED,
        day_count=book.facts.day_count,
        numerator=desk.numerator,
        denominator=desk.denominator,
        day_part=desk.day_part,
        late_first=Money(desk.late_first),
        late_later=Money(desk.late_later),
        penalty_most=Money(desk.penalty_most),
        overdue_since=since,
        delay_stopped_since=book.delay_stopped_since,
        next_change_on=_next_change(desk, since) if book.status is Status.ACTIVE and desk.debt else None,
    )


def _next_change(desk: Desk, since: date | None) -> date | None:
    """The first day after the book's on which anything but running totals moves."""
    today, delay = desk.accrued_on, desk.facts.delay
    days = [_next_year(desk)]
    if desk.period <= len(desk.dues):
        days.append(desk.dues[desk.period - 1].due_on)
    if desk.next_turn is not None:
        days.append(desk.next_turn)
    if desk.delay_stopped != (desk.delay_stopped_since is not None):
        days.append(today + ONE_DAY)
    if desk.delay_stopped_since is None:
        fallen = desk.period - 1
        days += [
            desk.dues[index].grace_until_on + ONE_DAY for index in range(desk.late_end, fallen) if desk.dues[index].left
        ]
        days += [
            desk.dues[index].grace_until_on + ONE_DAY * (delay.switch_days + 1)
            for index in range(desk.switch_end, desk.late_end)
            if desk.dues[index].left
        ]
        if delay.stop_days is not None and since is not None:
            days.append(since + ONE_DAY * (delay.stop_days + 1))
    return min(day for day in days if day > today)


def _next_year(desk: Desk) -> date:
    """The first day of the next year of the contract."""
    day = desk.accrued_on + ONE_DAY * 366
    year = year_of(desk, desk.accrued_on)
    while year_of(desk, day - ONE_DAY) > year:
        day -= ONE_DAY
    return day if year_of(desk, desk.accrued_on + ONE_DAY) == year else desk.accrued_on + ONE_DAY
