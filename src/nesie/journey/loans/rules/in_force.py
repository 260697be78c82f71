"""What was in force on a day, and so which rule decided a day's figures: for the statement.

A day was written by what was known then. What is heard of later is told by corrections, each with its cause; the rule
of the day's own line stays the one it was written by.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from nesie.journey.loans.rules import events as happened
from nesie.journey.loans.rules.book import DayAccrued, Goes, Halt, HaltKind, LoanFacts
from nesie.journey.loans.rules.changes import HALTS, halt_effect
from nesie.journey.loans.rules.desk import ONE_DAY
from nesie.journey.loans.rules.events import AnyEvent
from nesie.journey.loans.rules.norms import DelayNorms
from nesie.journey.loans.rules.replay import in_force
from nesie.journey.loans.rules.statement import LineGround
from nesie.kernel.rate import Rate

_GROUNDS = {
    HaltKind.SUSPENSION: LineGround.PAUSED,
    HaltKind.CONSCRIPT: LineGround.CONSCRIPT,
    HaltKind.BANKRUPTCY: LineGround.BANKRUPTCY,
    HaltKind.COLLECTOR: LineGround.COLLECTOR,
    HaltKind.COURT: LineGround.COURT,
}


@dataclass(frozen=True, slots=True)
class InForce:
    """The rates of a loan by the day they were agreed on, and what stood still, by the events known at some moment."""

    rates: tuple[tuple[date, Rate], ...]
    halts: tuple[Halt, ...]
    penalties: tuple[tuple[date, Rate, Rate], ...] = ()

    def rate(self, day: date) -> Rate:
        """The rate of the night before a day: a new one counts from the night after its day."""
        return next((rate for since, rate in reversed(self.rates) if since < day), self.rates[0][1])

    def penalty_rates(self, day: date, delay: DelayNorms) -> tuple[Rate, Rate]:
        """The rates of penalty of a day: those of the contract's date, or the newest lower ones."""
        lowered = [(first, later) for since, first, later in self.penalties if since < day]
        return lowered[-1] if lowered else (Rate.of(delay.first_day_rate), Rate.of(delay.later_day_rate))

    def on(self, day: date) -> tuple[Halt, ...]:
        """What stood still on a day."""
        return tuple(halt for halt in self.halts if halt.holds(day))


def known(facts: LoanFacts, events: Iterable[AnyEvent]) -> InForce:
    """What the events put in force, those that were reversed left out."""
    rates, halts = [(facts.opened_on, facts.annual_rate)], list[Halt]()
    penalties = list[tuple[date, Rate, Rate]]()
    for event in in_force(events):
        match event:
            case happened.RateChanged() | happened.Rescheduled() if event.rate is not None:
                rates.append((event.on, event.rate))
            case happened.PenaltyLowered():
                penalties.append((event.on, event.first_rate, event.later_rate))
            case happened.Reinstated():
                rates.append((event.on, Rate.percent(0)))
            case happened.Suspended():
                halts.append(Halt(event.ref, HaltKind.SUSPENSION, event.on, None, *HALTS[HaltKind.SUSPENSION]))
            case happened.Halted():
                halts.append(Halt(event.ref, event.halt, event.on, event.until, *halt_effect(event)))
            case happened.Resumed():
                halts = [_ended(halt, event.on) if halt.kind is HaltKind.SUSPENSION else halt for halt in halts]
            case happened.Released():
                halts = [_ended(halt, event.on) if halt.ref == event.of else halt for halt in halts]
            case _:
                pass
    return InForce(tuple(rates), tuple(halts), tuple(penalties))


def _ended(halt: Halt, on: date) -> Halt:
    """The halt up to the day before; one with an earlier end keeps it."""
    last = on - ONE_DAY
    ended = last if halt.until is None else min(halt.until, last)
    return Halt(halt.ref, halt.kind, halt.since, ended, halt.interest, halt.stops_penalty, halt.stops_delay)


def interest_rule(day: DayAccrued, found: InForce, delay: DelayNorms) -> tuple[LineGround, Rate | None]:
    """The rule of a day's interest, and the rate when interest was computed at all."""
    rate = found.rate(day.day)
    stopping = [halt for halt in found.on(day.day) if halt.interest is not Goes.ACCRUED]
    stopping.sort(key=lambda halt: _STRICT.index(halt.interest))
    if stopping and stopping[0].interest is Goes.NOTHING:
        return _GROUNDS[stopping[0].kind], None
    if delay.stop_days is not None and day.days_past_due > delay.stop_days:
        return LineGround.STOPPED, rate
    if stopping:
        return _GROUNDS[stopping[0].kind], rate
    return LineGround.INTEREST, rate


_STRICT = (Goes.NOTHING, Goes.MEMO, Goes.HELD)


def penalty_rule(day: DayAccrued, found: InForce, delay: DelayNorms) -> tuple[LineGround, Rate | None]:
    """The rule of a day's penalty, and its rate when there was one for all that was late."""
    halt = next((halt for halt in found.on(day.day) if halt.stops_penalty), None)
    if halt is not None:
        return _GROUNDS[halt.kind], None
    if delay.stop_days is not None and day.days_past_due > delay.stop_days:
        return LineGround.STOPPED, None
    first, later = found.penalty_rates(day.day, delay)
    # Instalments of different age may have two rates; what is below the lower one was cut by the limit of the year.
    least = first if day.days_past_due <= delay.switch_days else later
    if day.penalty.tiyn < least.ratio * day.overdue.tiyn - 1:
        return LineGround.CAPPED, None
    one_rate = day.days_past_due <= delay.switch_days or abs(day.penalty.tiyn - day.overdue.tiyn * later.ratio) <= 1
    return LineGround.PENALTY, least if one_rate else None
