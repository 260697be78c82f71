"""The loans by how long they are late: what a lender shows of its portfolio on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from nesie.kernel.money import ZERO, Money

# The last day of delay of each band; the last band has no end.
BANDS: tuple[int | None, ...] = (0, 30, 60, 90, 180, 365, None)


@dataclass(frozen=True, slots=True)
class LateLoan:
    """A loan on a day: what is owed on it by the books, and its days past due by the day close."""

    loan_id: UUID
    days: int
    principal: Money
    interest: Money = ZERO
    penalty: Money = ZERO

    @property
    def band(self) -> int:
        """Which of the bands it is in."""
        return next(place for place, last in enumerate(BANDS) if last is None or self.days <= last)


@dataclass(frozen=True, slots=True)
class Band:
    """All loans late for `first` to `last` days; `last` None: however long."""

    first: int
    last: int | None
    loans: int
    principal: Money
    interest: Money
    penalty: Money
    share: float  # of the principal of all loans, in percent


@dataclass(frozen=True, slots=True)
class Portfolio:
    """All loans on a day, by band, and in all."""

    on: date
    bands: tuple[Band, ...]
    total: Band

    def at_risk(self, more_than: int) -> float:
        """Percent of the principal on loans late for more than so many days."""
        return sum(band.share for band in self.bands if band.first > more_than)


def portfolio(on: date, loans: Iterable[LateLoan]) -> Portfolio:
    """The loans of a day by band."""
    every = list(loans)
    whole = Money.total(one.principal for one in every)
    firsts = (0, *(last + 1 for last in BANDS if last is not None))
    bands = tuple(
        _band(first, last, [one for one in every if one.band == place], whole)
        for place, (first, last) in enumerate(zip(firsts, BANDS, strict=True))
    )
    return Portfolio(on, bands, _band(0, None, every, whole))


def _band(first: int, last: int | None, loans: list[LateLoan], whole: Money) -> Band:
    principal = Money.total(one.principal for one in loans)
    return Band(
        first,
        last,
        len(loans),
        principal,
        Money.total(one.interest for one in loans),
        Money.total(one.penalty for one in loans),
        100 * principal.tiyn / whole.tiyn if whole else 0.0,
    )
