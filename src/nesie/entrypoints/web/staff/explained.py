"""What an answer to "why this figure?" is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nesie.foundation.ledger.rules import Chart
from nesie.journey.loans import rules
from nesie.journey.loans.rules import PositionView, StatementLine
from nesie.kernel.money import Money

Facts = list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known of a loan when one of its figures is asked about."""

    view: PositionView
    book: rules.Book
    lines: tuple[StatementLine, ...]

    @property
    def facts(self) -> rules.LoanFacts:
        """What never changes."""
        return self.book.facts


@dataclass(frozen=True, slots=True)
class Explained:
    """The answer to "why this figure?"."""

    title: str
    value: Any
    said: str  # how it comes about, in one sentence
    facts: Facts = field(default_factory=list)
    parts: list[tuple[str, str, Money]] = field(default_factory=list)  # what it is the sum of: title, figure, amount
    lines: tuple[StatementLine, ...] = ()
    account: Chart | None = None
    reasons: list[dict[str, Any]] = field(default_factory=list)  # of a day: each figure with its rule and inputs
    column: str = ""  # the component whose running balance leads to the figure; empty: no balance is shown


def changing(case: Case, column: str) -> tuple[StatementLine, ...]:
    """The lines of the statement that moved a component."""
    return tuple(line for line in case.lines if getattr(line, column))
