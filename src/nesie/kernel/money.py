"""Money of Kazakhstan as a whole number of tiyn (1 tenge = 100 tiyn)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

TIYN_PER_TENGE = 100


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount in tiyn; may be negative (a difference). Never a float, never a fraction."""

    tiyn: int

    def __post_init__(self) -> None:
        if type(self.tiyn) is not int:
            raise TypeError(f"Money is a whole number of tiyn, not {type(self.tiyn).__name__}")

    @classmethod
    def tenge(cls, amount: str | int | Decimal) -> Money:
        """Money from an amount in tenge with at most two decimals; ValueError otherwise."""
        try:
            tiyn = Decimal(amount) * TIYN_PER_TENGE
            whole = int(tiyn)
        except (InvalidOperation, OverflowError, ValueError) as error:
            raise ValueError(f"not an amount of money: {amount!r}") from error
        if tiyn != whole:
            raise ValueError(f"more than two decimals: {amount!r}")
        return cls(whole)

    @classmethod
    def rounded(cls, exact_tiyn: Fraction) -> Money:
        """The nearest tiyn to an exact amount; a half goes away from zero."""
        sign = -1 if exact_tiyn < 0 else 1
        return cls(sign * int(abs(exact_tiyn) + Fraction(1, 2)))

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Money:
        """The sum; zero for no amounts."""
        return cls(sum(amount.tiyn for amount in amounts))

    def __add__(self, other: Money) -> Money:
        return Money(self.tiyn + other.tiyn)

    def __sub__(self, other: Money) -> Money:
        return Money(self.tiyn - other.tiyn)

    def __neg__(self) -> Money:
        return Money(-self.tiyn)

    def __mul__(self, times: int) -> Money:
        return Money(self.tiyn * times)

    def __bool__(self) -> bool:
        return self.tiyn != 0

    def __str__(self) -> str:
        """Tenge with two decimals and a point: `1234.50`."""
        sign = "-" if self.tiyn < 0 else ""
        tenge, tiyn = divmod(abs(self.tiyn), TIYN_PER_TENGE)
        return f"{sign}{tenge}.{tiyn:02d}"


ZERO = Money(0)
