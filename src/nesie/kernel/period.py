"""Half-open stretches of days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` up to but not including `end`; `end` None means open."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError(f"a period cannot end before it starts: {self.start}..{self.end}")

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def days(self) -> Iterator[date]:
        """Each day in order; ValueError for an open period."""
        if self.end is None:
            raise ValueError("an open period has no last day")
        return (self.start + timedelta(days=n) for n in range((self.end - self.start).days))
