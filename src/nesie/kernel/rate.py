"""Exact rates: a fraction of one, a year or a day as the name of the value says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


@dataclass(frozen=True, order=True, slots=True)
class Rate:
    """An exact ratio: 46 % is Fraction(46, 100)."""

    ratio: Fraction

    @classmethod
    def percent(cls, value: str | int | Decimal) -> Rate:
        """Rate from percent: `Rate.percent("36.5")`. ValueError when not a number."""
        return cls(Fraction(str(value)) / 100)

    @classmethod
    def of(cls, ratio: str | int | Decimal | Fraction) -> Rate:
        """Rate from a ratio: `Rate.of("0.46")`. ValueError when not a number."""
        return cls(Fraction(str(ratio)) if not isinstance(ratio, Fraction) else ratio)

    def as_percent(self, digits: int = 2) -> Decimal:
        """Percent rounded half up to `digits` decimals, for showing."""
        exact = self.ratio * 100
        unit = Decimal(1).scaleb(-digits)
        return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(unit, ROUND_HALF_UP)

    def __str__(self) -> str:
        text = format(self.as_percent(6), "f")
        return (text.rstrip("0").rstrip(".") if "." in text else text) + " %"
