"""Loans against the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import Chart
from nesie.journey.loans import rules
from nesie.journey.loans.models import LoanState
from nesie.journey.loans.queries.books import books
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
    Chart.PENALTY_RECEIVABLE: lambda one: one.penalty,
    Chart.CLIENT_CREDIT: lambda one: one.credit,
}


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
