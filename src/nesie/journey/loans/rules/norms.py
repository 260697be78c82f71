"""What the Law says of penalties, of what may not be demanded, of the order of repayment: figures come in as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from nesie.kernel.money import Money


@dataclass(frozen=True, slots=True)
class DelayNorms:
    """The figures of Law 56-V for delay (art. 6 p. 3; art. 7 p. 3 sub 4, 5), taken on the date of the contract.

    Attributes:
        first_day_rate: of the overdue payment, a day, while it is not later than `switch_days`.
        later_day_rate: the same from the next day on.
        switch_days: days of delay of a payment with the first rate.
        year_cap: of the issued amount, all penalties of one contract year. The words of the Law may bind only the
            later part of the delay; the stricter reading, the whole penalty, is applied.
        stop_days: interest and penalties accrued after so many consecutive days of delay of any payment may not be
            demanded, so none are accrued; None where the Law has no such stop (a pledge, a business loan).
    """

    first_day_rate: Decimal
    later_day_rate: Decimal
    switch_days: int
    year_cap: Decimal
    stop_days: int | None

    def most_penalty_a_year(self, amount: Money) -> Money:
        """The ceiling in money; a part of a tiyn is left off."""
        return Money(int(amount.tiyn * self.year_cap))


class Component(StrEnum):
    """What a payment can go to, in the Law's words."""

    OVERDUE_PRINCIPAL = "overdue_principal"
    OVERDUE_INTEREST = "overdue_interest"
    PENALTY = "penalty"
    CURRENT_PRINCIPAL = "current_principal"
    CURRENT_INTEREST = "current_interest"
    COSTS = "costs"


@dataclass(frozen=True, slots=True)
class AllocationOrder:
    """An order of repayment, for contracts dated from a day on."""

    since: date
    consumer: bool
    order: tuple[Component, ...]
    source: str


# Law 56-V, art. 6 p. 1-1: one order for natural persons, whatever the delay. Rows as data: a contract keeps the order
# of its own date. The start of the first rows is not checked. The Law names the natural person, not the purpose: an
# individual entrepreneur is one, so a business loan has the same order; of legal entities nothing is said here.
_LAW = (
    Component.OVERDUE_PRINCIPAL,
    Component.OVERDUE_INTEREST,
    Component.PENALTY,
    Component.CURRENT_PRINCIPAL,
    Component.CURRENT_INTEREST,
    Component.COSTS,
)
ORDERS: tuple[AllocationOrder, ...] = (
    AllocationOrder(since=date(2019, 11, 28), consumer=True, order=_LAW, source="Law 56-V, art. 6 p. 1-1"),
    AllocationOrder(
        since=date(2019, 11, 28), consumer=False, order=_LAW, source="Law 56-V, art. 6 p. 1-1 (entrepreneurs)"
    ),
)


class NoOrder(LookupError):
    """No order of repayment is known for such a contract."""


def order_for(*, consumer: bool, contract_on: date) -> tuple[Component, ...]:
    """The order of repayment of a contract by its date; the borrower of every contract is a natural person so far."""
    found = [row for row in ORDERS if row.consumer == consumer and row.since <= contract_on]
    if not found:
        raise NoOrder(f"consumer={consumer}, {contract_on}")
    return max(found, key=lambda row: row.since).order


def contract_year(contract_on: date, day: date) -> int:
    """How many whole years of the contract have passed on a day: penalties are capped within each."""
    before = (day.month, day.day) < (contract_on.month, contract_on.day)
    return day.year - contract_on.year - before
