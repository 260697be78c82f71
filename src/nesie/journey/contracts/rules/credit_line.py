"""What may be drawn under a credit-line agreement (Rules, paragraph 2, subparagraph 9-1): pure arithmetic.

Each loan under the line is a contract of its own and an integral part of the agreement; its 24 hours and consent are
those of any contract (Rules, 9-1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from nesie.kernel.money import ZERO, Money
from nesie.kernel.refused import Refused, noop


class LineNotOpen(Refused):
    """Loans are taken within the days of the agreement only."""

    message = noop("Loans under this credit line can be taken from {opens_on} to {closes_on}.")


class LineExceeded(Refused):
    """More than what the limit leaves."""

    message = noop("Only {available} tenge of the credit line can be taken now.")


@dataclass(frozen=True, slots=True)
class CreditLine:
    """What the two sides agreed: how much, from which day to which (both included), whether repaying frees it again."""

    limit: Money
    opens_on: date
    closes_on: date
    restored: bool  # True: principal repaid may be taken again ("renewable")

    def __post_init__(self) -> None:
        if self.limit <= ZERO or self.closes_on < self.opens_on:
            raise ValueError("a credit line has a limit and days to draw it")


@dataclass(frozen=True, slots=True)
class Draw:
    """A loan under the line that is not given up: signed or paid out, with the principal repaid so far."""

    contract_id: UUID
    amount: Money
    repaid: Money = ZERO  # of principal only: interest and penalty never free the limit

    def __post_init__(self) -> None:
        if self.amount <= ZERO or not ZERO <= self.repaid <= self.amount:
            raise ValueError("a draw is repaid between nothing and all of it")


def taken(line: CreditLine, draws: Iterable[Draw]) -> Money:
    """How much of the limit is used: what is still owed where repayment restores it, else all that was ever drawn."""
    return Money.total(draw.amount - draw.repaid if line.restored else draw.amount for draw in draws)


def available(line: CreditLine, draws: Iterable[Draw], on: date) -> Money:
    """What may be drawn on a day; nothing outside the agreement's days, never less than nothing."""
    if not line.opens_on <= on <= line.closes_on:
        return ZERO
    return max(ZERO, line.limit - taken(line, draws))


def check_draw(line: CreditLine, draws: Iterable[Draw], amount: Money, on: date) -> None:
    """Raises LineNotOpen or LineExceeded unless a loan of `amount` may be taken on a day; ValueError for no amount."""
    if amount <= ZERO:
        raise ValueError("a loan is of something")
    if not line.opens_on <= on <= line.closes_on:
        raise LineNotOpen(opens_on=line.opens_on.isoformat(), closes_on=line.closes_on.isoformat())
    left = available(line, draws, on)
    if amount > left:
        raise LineExceeded(field="amount", available=left)
