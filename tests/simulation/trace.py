"""What happened in a run, in words without random ids: two runs of one seed tell the same."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime


class Trace:
    """The run's diary."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.counts: Counter[str] = Counter()
        self.acts = 0  # how often somebody did something in the lender's house

    def tell(self, now: datetime, who: str, event: str, *what: object) -> None:
        """One line."""
        self.lines.append(" ".join((now.isoformat(timespec="seconds"), who, event, *map(str, what))))
        self.counts[" ".join((event, *(str(one) for one in what if isinstance(one, str))))] += 1

    def digest(self) -> str:
        """What two runs must agree in."""
        return hashlib.sha256("\n".join(self.lines).encode()).hexdigest()
