"""The dated norms of one day, as the rules see them: usable, missing or not confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from nesie.kernel.decision import NormUsed
from nesie.kernel.money import Money

# Every norm a rule below may ask for; whoever sets a lender up confirms those that are not.
NEEDED_NORMS: tuple[str, ...] = (
    "ban_delay_days",
    "ban_delay_days_bank",
    "ban_delay_days_micro",
    "ban_forgiven_lookback",
    "ban_forgiven_since",
    "ban_restructured_lookback",
    "bankrupt_ban",
    "debt_to_income_limit",
    "kdn_gambler_payments",
    "kdn_gambler_sum",
    "kdn_income_months",
    "kdn_limit",
    "kdn_limit_strict",
    "kdn_strict_delay_days",
    "kdn_strict_lookback",
    "max_amount_mrp",
    "max_consumer_amount",
    "min_age",
    "mrp",
    "personal_presence_min",
    "spouse_consent_mrp",
)


class NormGap(Exception):
    """A norm the rule needs cannot be used; the rule becomes a hold."""

    def __init__(self, code: str, why: str) -> None:
        self.code = code
        self.why = why  # "norm_missing" or "norm_unconfirmed"
        super().__init__(f"{why}: {code}")


@dataclass(frozen=True, slots=True)
class Norm:
    """One parameter in force on the day. `gap` says why it may not be used; empty when it may."""

    code: str
    value: Decimal | bool | str | None
    valid_from: date | None
    certainty: str
    gap: str = ""

    def used(self) -> NormUsed:
        """For the record of the decision."""
        value = "" if self.value is None else str(self.value)
        return NormUsed(self.code, value, self.valid_from, self.certainty)


@dataclass(slots=True)
class NormBook:
    """The norms of one day; remembers which were read, so that a result can name them."""

    norms: Mapping[str, Norm]
    read: dict[str, NormUsed] = field(default_factory=dict)

    def decimal(self, code: str) -> Decimal:
        """A number, in the norm's own unit. NormGap when it may not be used."""
        return Decimal(str(self._usable(code)))

    def _usable(self, code: str) -> Decimal | bool | str:
        norm = self.norms.get(code)
        if norm is None or norm.value is None:
            raise NormGap(code, "norm_missing" if norm is None else norm.gap or "norm_missing")
        if norm.gap:
            raise NormGap(code, norm.gap)
        self.read[code] = norm.used()
        return norm.value

    def integer(self, code: str) -> int:
        """A whole number: days, months, years, counts."""
        return int(self.decimal(code))

    def day(self, code: str) -> date:
        """A day given in ISO."""
        return date.fromisoformat(str(self._usable(code)))

    def tenge(self, code: str) -> Money:
        """An amount given in tenge."""
        return Money.tenge(self.decimal(code))

    def mrp_times(self, code: str) -> Money:
        """An amount given in monthly calculation indices (MRP), in money of the day."""
        times = self.decimal(code)
        return Money.tenge(times * self.decimal("mrp"))

    def taken(self) -> tuple[NormUsed, ...]:
        """The norms read since the last call, which starts a new page."""
        read = tuple(self.read.values())
        self.read.clear()
        return read
