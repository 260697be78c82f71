"""The time of a simulated world: it never goes back, and nobody in it knows another."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from nesie.foundation.norms.rules import ALMATY, business_day

DAWN = time(6, 0)  # where a day of the run begins: the worker's daily round; Almaty time
EVENING = time(21, 0)  # where it is looked back on
SLOTS = (time(9, 0), time(10, 30))  # when people sit down to their affairs


class Clock:
    """Business and machine time in one."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        """For those who want a function."""
        return self.now

    def reach(self, moment: datetime) -> None:
        """Go on to a moment; stay where that has passed already."""
        self.now = max(self.now, moment)

    def advance(self, seconds: float) -> None:
        """Let seconds pass."""
        self.now += timedelta(seconds=seconds)

    @property
    def today(self) -> date:
        """The day in Kazakhstan."""
        return business_day(self.now)


def at(day: date, when: time) -> datetime:
    """A time of a day of Kazakhstan, in UTC."""
    return datetime.combine(day, when, tzinfo=ALMATY).astimezone(UTC)


def next_slot(now: datetime) -> datetime:
    """When somebody who puts a thing off today comes back to it."""
    today = business_day(now)
    later = [at(today, slot) for slot in SLOTS if at(today, slot) > now]
    return later[0] if later else at(today + timedelta(days=1), SLOTS[0])
