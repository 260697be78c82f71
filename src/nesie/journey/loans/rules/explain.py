"""Why a day of a loan added what it added: for each figure the rule that decided it, and what the rule was given.

Figures alone are enough to reckon everything again by hand; the sentences are English msgids with places for inputs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from nesie.foundation.terms import rules as terms
from nesie.journey.loans.rules.book import Book, DayAccrued, Goes, HaltKind, LoanFacts, WorkingDays
from nesie.journey.loans.rules.desk import ONE_DAY, Desk
from nesie.journey.loans.rules.events import MORNING, AnyEvent
from nesie.journey.loans.rules.journal import Move
from nesie.journey.loans.rules.norms import ORDERS
from nesie.journey.loans.rules.paying import Paid
from nesie.journey.loans.rules.replay import in_force, replay
from nesie.kernel.money import Money
from nesie.kernel.refused import noop

INTEREST_OF_NIGHT = noop(
    "Interest of the night is reckoned from {base}: the running total of the period by the rate in force is rounded,"
    " and the day gets what it grew by."
)
SUSPENDED = noop("Accrual is suspended: the interest is held until accrual resumes.")
STOPPED = noop("After {stop_days} days of delay nothing more may be demanded: the figure is only noted.")
COLLECTOR = noop("While a collector works no interest may be demanded: the figure is only noted.")
HALTED = noop("By a dated fact nothing is reckoned for this day.")
PENALTY_OF_DAY = noop(
    "Penalty is {first_rate} of what is late for up to {switch_days} days and {later_rate} of the rest; the running"
    " total of the contract year is rounded, and the day gets what it grew by."
)
CAPPED = noop("The penalties of the contract year have reached their limit of {most}.")
NOTHING_LATE = noop("Nothing is late.")
NO_PENALTY = noop("By a dated fact no penalty is reckoned for this day.")
FELL_DUE = noop("Instalment {number} falls due: the interest of its period becomes payable with it.")
IN_ORDER = noop("Place {place} in the order of repayment.")
PAID_EARLY = noop("Above what is claimed: principal paid early at the client's wish, the later instalments made anew.")
KEPT = noop("Nothing more is claimed: the rest lies with us as the client's money.")
CHANGED = noop("The books move by what happened to the loan that day.")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a day. `name`: interest, penalty, due, paid, credit or change; `source`: the norm, if there is one.

    `goes`: for interest and penalty, where it goes.
    """

    name: str
    amount: Money
    rule: str
    inputs: dict[str, Any]
    source: str = ""
    goes: Goes | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """A day of a loan: what the night added, what fell due, and what every move did."""

    day: date
    figures: tuple[Figure, ...]
    moves: tuple[tuple[Move, tuple[Figure, ...]], ...]


def explain(
    facts: LoanFacts, plan: terms.Schedule, calendar: WorkingDays, events: Iterable[AnyEvent], day: date
) -> Explained:
    """A day of the loan explained; it is replayed from its first day to the one asked."""
    happened = [event for event in in_force(events) if event.on <= day]
    earlier = [event for event in happened if event.on < day]
    morning = [event for event in happened if event.on == day and isinstance(event, MORNING)]
    before = replay(facts, plan, calendar, earlier, day - ONE_DAY) if day > facts.opened_on else None
    after = replay(facts, plan, calendar, happened, day)
    figures: tuple[Figure, ...] = ()
    if before is not None and after.days and after.days[-1].day == day:
        night = replay(facts, plan, calendar, [*earlier, *morning], day)
        figures = _figures(before.book, night.book, after.days[-1])
    moves = after.moves[len(before.moves) if before is not None else 0 :]
    return Explained(day, figures, tuple((move, tuple(_of_move(facts, move))) for move in moves))


def _figures(before: Book, after: Book, day: DayAccrued) -> tuple[Figure, ...]:
    figures = [_interest(before, after, day), _penalty(before, after, day)]
    fallen = [due for due in after.dues[: after.period - 1] if due.due_on == day.day]
    figures += [
        Figure("due", due.principal + due.interest, FELL_DUE, {"number": due.number, "interest": due.interest})
        for due in fallen
    ]
    return tuple(figures)


def _interest(before: Book, after: Book, day: DayAccrued) -> Figure:
    desk = Desk(before)
    weight = before.period_weight + day.principal.tiyn * desk.day_weight(before.accrued_on, day.day)
    inputs = {
        "base": day.principal,
        "rate": before.annual_rate,
        "day_count": before.facts.day_count.value,
        "weight_before": before.period_weight,
        "weight_after": weight,
        "numerator": desk.numerator,
        "denominator": desk.denominator,
        "days_past_due": day.days_past_due,
        "stop_days": before.facts.delay.stop_days,
    }
    amount = day.interest + day.held + day.memo_interest
    kinds = {halt.kind for halt in after.halts if halt.holds(day.day)}
    stop = before.facts.delay.stop_days
    if stop is not None and day.days_past_due > stop:
        return Figure("interest", amount, STOPPED, inputs, "Law 56-V, art. 7 p. 3 sub 4, 5", Goes.MEMO)
    goes = Desk(after).interest_goes
    if goes is Goes.NOTHING:
        return Figure("interest", amount, HALTED, inputs, _source(kinds), goes)
    if goes is Goes.MEMO:
        return Figure("interest", amount, COLLECTOR, inputs, _source(kinds), goes)
    if goes is Goes.HELD:
        return Figure("interest", amount, SUSPENDED, inputs, _source(kinds), goes)
    return Figure("interest", amount, INTEREST_OF_NIGHT, inputs, "", goes)


_SOURCES = {
    HaltKind.SUSPENSION: "Rules, 13",
    HaltKind.CONSCRIPT: "Law 56-V, art. 7 p. 2 sub 11-2",
    HaltKind.COLLECTOR: "Law 56-V, art. 9-2 p. 8",
}


def _source(kinds: set[HaltKind]) -> str:
    return "; ".join(_SOURCES[kind] for kind in HaltKind if kind in kinds and kind in _SOURCES)


def _penalty(before: Book, after: Book, day: DayAccrued) -> Figure:
    norms = before.delay
    desk = Desk(after)
    most = Money(desk.penalty_most)
    inputs = {
        "late_first": Money(desk.late_first),
        "late_later": Money(desk.late_later),
        "first_rate": norms.first_day_rate,
        "later_rate": norms.later_day_rate,
        "switch_days": norms.switch_days,
        "year": after.penalty_year,
        "exact_before": before.penalty_exact if before.penalty_year == after.penalty_year else 0,
        "exact_after": after.penalty_exact,
        "most": most,
        "stop_days": norms.stop_days,
        "days_past_due": day.days_past_due,
    }
    amount = day.penalty + day.memo_penalty
    law = "Law 56-V, art. 6 p. 3"
    if desk.penalty_stopped:
        kinds = {halt.kind for halt in after.halts if halt.holds(day.day)}
        return Figure("penalty", amount, NO_PENALTY, inputs, _source(kinds), Goes.NOTHING)
    if not (desk.late_first or desk.late_later):
        return Figure("penalty", amount, NOTHING_LATE, inputs, law, Goes.ACCRUED)
    if norms.stop_days is not None and day.days_past_due > norms.stop_days:
        return Figure("penalty", amount, STOPPED, inputs, "Law 56-V, art. 7 p. 3 sub 4, 5", Goes.MEMO)
    rule = CAPPED if after.penalty_year_accrued == most else PENALTY_OF_DAY
    return Figure("penalty", amount, rule, inputs, law, Goes.ACCRUED)


def _of_move(facts: LoanFacts, move: Move) -> Iterable[Figure]:
    left = move.received + move.credit_before
    for part in move.paid:
        yield _paid(facts, part, left)
        left -= part.amount
    if move.credit_after and move.received:
        yield Figure("credit", move.credit_after, KEPT, {"received": move.received})
    if not move.paid and not move.received:
        moved = Money(sum(amount for _, amount in move.lines if amount > 0))
        yield Figure("change", moved, CHANGED, {word.value: Money(amount) for word, amount in move.lines})


def _paid(facts: LoanFacts, part: Paid, left: Money) -> Figure:
    order = facts.repayment_order
    inputs = {
        "component": part.component.value,
        "number": part.number,
        "place": order.index(part.component) + 1,
        "money_left": left,
    }
    known = {row.order: row.source for row in ORDERS if row.consumer == facts.consumer}
    if part.number is None and part.component.value.endswith("principal"):
        return Figure("paid", part.amount, PAID_EARLY, inputs, "Law 56-V, art. 9 p. 1 sub 4")
    return Figure("paid", part.amount, IN_ORDER, inputs, known.get(order, ""))
