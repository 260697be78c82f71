"""One day of a loan: interest of the night, penalty, and the instalment that falls due.

Interest of the period between two due days is one running total rounded once; each day gets the difference, so
nothing drifts however the days are split. Penalty is a running total within the contract year, capped as a whole.
The same arithmetic, to the tiyn, is in the set-based statement of the day close.
"""

from __future__ import annotations

from dataclasses import replace

from nesie.journey.loans.rules.book import Book, DayAccrued, Due, Goes, counted_day
from nesie.journey.loans.rules.desk import ONE_DAY, PENALTY_UNIT, Desk, year_of
from nesie.kernel.money import ZERO, Money


def accrue_day(book: Book) -> tuple[Book, DayAccrued]:
    """The next day's interest and penalty, and the instalment that falls due on it."""
    desk = Desk(book)
    accrued = run_day(desk)
    return desk.book(), accrued


def run_day(desk: Desk) -> DayAccrued:
    """The next day of the loan on the desk."""
    before = desk.accrued_on
    day = before + ONE_DAY
    turned = desk.next_turn is not None and day >= desk.next_turn
    if turned or desk.delay_stopped or desk.delay_stopped_since is not None:
        desk.begin_day(day)
    counted = counted_day(day, desk.delay_stopped_since)
    desk.age(counted)
    since = desk.overdue_since()
    late = (counted - since).days if since is not None else 0
    stop = desk.facts.delay.stop_days
    stopped = stop is not None and late > stop
    base = desk.base
    interest_goes = desk.interest_goes
    if stopped and interest_goes is not Goes.NOTHING:
        interest_goes = Goes.MEMO
    interest = _interest(desk, interest_goes, base * desk.day_weight(before, day))
    penalty_goes = Goes.NOTHING if desk.penalty_stopped else Goes.MEMO if stopped else Goes.ACCRUED
    penalty = _penalty(desk, penalty_goes, year_of(desk, day))
    overdue = desk.late_first + desk.late_later if penalty_goes is Goes.ACCRUED else 0
    desk.accrued_on = day
    fall_due(desk)
    return DayAccrued(
        day,
        Money(base),
        Money(interest) if interest_goes is Goes.ACCRUED else ZERO,
        Money(overdue),
        Money(penalty) if penalty_goes is Goes.ACCRUED else ZERO,
        late,
        Money(interest) if interest_goes is Goes.HELD else ZERO,
        Money(interest) if interest_goes is Goes.MEMO else ZERO,
        Money(penalty) if penalty_goes is Goes.MEMO else ZERO,
    )


def _interest(desk: Desk, goes: Goes, weight: int) -> int:
    if goes is Goes.NOTHING:
        return 0
    desk.period_weight += weight
    total = desk.rounded(desk.period_weight)
    added, desk.period_rounded = total - desk.period_rounded, total
    if goes is Goes.ACCRUED:
        desk.period_accrued += added
    elif goes is Goes.HELD:
        desk.period_held += added
    else:
        desk.memo_interest += added
    return added


def _penalty(desk: Desk, goes: Goes, year: int) -> int:
    if year != desk.penalty_year:
        desk.penalty_year, desk.penalty_exact, desk.penalty_year_accrued = year, 0, 0
    if goes is Goes.NOTHING:
        return 0
    desk.penalty_exact += desk.late_first * desk.first_rate + desk.late_later * desk.later_rate
    total: int = min((2 * desk.penalty_exact + PENALTY_UNIT) // (2 * PENALTY_UNIT), desk.penalty_most)
    added, desk.penalty_year_accrued = total - desk.penalty_year_accrued, total
    if goes is Goes.ACCRUED:
        desk.penalty += added
    else:
        desk.memo_penalty += added
    return added


def fall_due(desk: Desk) -> None:
    """On a due day the interest of the period becomes the instalment's, and the next period starts from nothing."""
    index = desk.period - 1
    if index >= len(desk.dues) or desk.dues[index].due_on != desk.accrued_on:
        return
    due = desk.dues[index]
    accrued, paid = Money(desk.period_accrued), Money(desk.period_paid)
    desk.period += 1
    desk.period_from = None
    desk.period_weight = desk.period_accrued = desk.period_paid = 0
    held, desk.period_held = Money(desk.period_held), 0
    due = replace(due, interest=due.interest + accrued, interest_paid=due.interest_paid + paid, held=due.held + held)
    if not desk.grace_over and due.number <= desk.facts.grace_interest and due.number < len(desk.dues):
        due = _put_off(desk, index, due)
    desk.put(index, due)
    desk.scale()
    if due.payment is not None:
        keep_level(desk, index)
    desk.pass_paid()


def _put_off(desk: Desk, index: int, due: Due) -> Due:
    """In grace the interest that is not paid goes to the next instalment; what is left of this one."""
    following = desk.dues[index + 1]
    desk.put(
        index + 1, replace(following, interest=following.interest + due.interest_left, held=following.held + due.held)
    )
    return replace(due, interest=due.interest_paid, held=ZERO)


def keep_level(desk: Desk, index: int) -> None:
    """The payment stays as agreed: principal is what interest leaves of it, and the last instalments bear the rest."""
    due = desk.dues[index]
    if due.payment is None or index == len(desk.dues) - 1:
        return
    ahead = Money.total(later.principal_left for later in desk.dues[index + 1 :])
    wanted = max(due.principal_paid, due.payment - due.interest)
    change = min(wanted - due.principal, ahead)
    desk.put(index, replace(due, principal=due.principal + change))
    for place in range(len(desk.dues) - 1, index, -1):
        last = desk.dues[place]
        part = change if change <= last.principal_left else last.principal_left
        desk.put(place, replace(last, principal=last.principal - part))
        change -= part
        if not change:
            return
