"""What the ledger asks of later stages; it knows no loan."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from nesie.foundation.ledger.rules import Obstacle


class Readiness(Protocol):
    """Whether everything that belongs into a month is in the books; served by the stages that post."""

    def obstacles(self, last_day: date) -> tuple[Obstacle, ...]:
        """What still stands in the way of closing the month that ends on this day."""
        ...


class Wiring:
    """Set once by `config`. Nothing wired, nothing asked: only the calendar and the order of months count then."""

    readiness: tuple[Readiness, ...] = ()
    parts: tuple[str, ...] = ()  # the parts of the house that must agree with the books before a month closes
