"""Loans against the ledger."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import Chart, Obstacle
from nesie.journey.loans import rules
from nesie.journey.loans.models import Loan, LoanState
from nesie.journey.loans.queries.books import books, to_accrue
from nesie.kernel.ids import LoanId
from nesie.kernel.money import ZERO, Money


@dataclass(frozen=True, slots=True)
class Difference:
    """A loan whose own figure is not the ledger's: an error of ours, never of the client's."""

    loan_id: UUID
    account: Chart
    loan: Money
    ledger: Money


_OWN: dict[Chart, Callable[[rules.Book], Money]] = {
    Chart.PRINCIPAL_RECEIVABLE: lambda one: one.principal,
    Chart.INTEREST_RECEIVABLE: lambda one: one.interest,
    Chart.PENALTY_RECEIVABLE: lambda one: one.penalty_owed,
    Chart.CLIENT_CREDIT: lambda one: one.credit,
}


PART = "loans"  # the name under which the ledger keeps the comparisons


@dataclass(frozen=True, slots=True)
class Found:
    """What a comparison found: how many differences, and the first of them."""

    count: int
    first: tuple[Difference, ...]


def compare(*, limit: int) -> tuple[int, Found]:
    """How many loans were held against the ledger, and what differed."""
    found = differences()
    return LoanState.objects.count(), Found(len(found), found[:limit])


@dataclass(frozen=True, slots=True)
class Named:
    """A loan by the number people know it by."""

    loan_id: LoanId
    number: str


def named(things: Collection[UUID]) -> dict[UUID, Named]:
    """Those ids of the ledger that are loans, or contracts with a loan, and which loan each is."""
    found: dict[UUID, Named] = {}
    rows = Loan.objects.filter(Q(id__in=things) | Q(contract_id__in=things)).values_list("id", "contract_id", "number")
    for loan_id, contract_id, number in rows:
        found[loan_id] = found[contract_id] = Named(LoanId(loan_id), number)
    return found


def loan_of_number(number: str) -> LoanId | None:
    """The loan of a contract number."""
    found = Loan.objects.filter(number=number).values_list("id", flat=True).first()
    return LoanId(found) if found else None


class DayCloseReadiness:
    """Whether the loans are accrued far enough for a month to close (ledger.gateways.Readiness)."""

    def obstacles(self, last_day: date) -> tuple[Obstacle, ...]:
        """The day close, when it has not reached the month's end."""
        return (Obstacle.DAY_CLOSE_BEHIND,) if to_accrue(last_day) else ()


def to_reconcile(day: date) -> bool:
    """True when every loan is accrued to a day and the comparison for it has not been made."""
    return not to_accrue(day) and not ledger.is_reconciled(PART, day)


def differences() -> tuple[Difference, ...]:
    """Every loan against the ledger, account by account: must be empty."""
    every = books(LoanState.objects.values_list("loan_id", flat=True))
    found: list[Difference] = []
    for account in _OWN:
        booked = ledger.balances_by_sub(account)
        for one in every:
            mine, theirs = _OWN[account](one), booked.pop(one.facts.loan_id, ZERO)
            if mine != theirs:
                found.append(Difference(one.facts.loan_id, account, mine, theirs))
        found.extend(Difference(stranger, account, ZERO, money) for stranger, money in booked.items())
    return tuple(found)
