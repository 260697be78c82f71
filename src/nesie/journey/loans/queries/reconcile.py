"""Loans against the ledger."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Q

from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import Chart, Compared, Obstacle
from nesie.journey.loans.models import Loan
from nesie.journey.loans.queries.books import to_accrue
from nesie.kernel.ids import LoanId
from nesie.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Difference:
    """A loan whose own figure is not the ledger's: an error of ours, never of the client's."""

    loan_id: UUID
    account: Chart
    loan: Money
    ledger: Money


# Each figure of a loan's position, and the account it must stand on.
_COMPARED: dict[Chart, str] = {
    Chart.PRINCIPAL_RECEIVABLE: "principal_tiyn",
    Chart.INTEREST_RECEIVABLE: "interest_tiyn",
    Chart.PENALTY_RECEIVABLE: "penalty_tiyn",
    Chart.CLIENT_CREDIT: "credit_tiyn",
    Chart.MEMO_INTEREST: "memo_interest_tiyn",
    Chart.MEMO_PENALTY: "memo_penalty_tiyn",
    Chart.WRITTEN_OFF_PRINCIPAL: "recourse_principal_tiyn",
    Chart.WRITTEN_OFF_INTEREST: "recourse_interest_tiyn",
    Chart.WRITTEN_OFF_PENALTY: "recourse_penalty_tiyn",
}
_FIGURES = [(chart, column, chart.name.lower()) for chart, column in _COMPARED.items()]
_BOTH = ", ".join(
    f"coalesce(position.{own}, 0) AS {own}, coalesce(booked.{booked}, 0)::bigint AS {booked}"
    for _, own, booked in _FIGURES
)
_SUMS = ", ".join(f"sum({name})::bigint AS {name}" for _, *names in _FIGURES for name in names)
_PAIRS = ", ".join(f"('{chart.value}', {own}, {booked})" for chart, own, booked in _FIGURES)
_DIFFER = " OR ".join(f"{own} <> {booked}" for _, own, booked in _FIGURES)

# One statement, so one snapshot: nothing that is posted meanwhile looks like a difference. A loan is one row on both
# sides; only those that differ are taken apart.
_DIFFERENCES = f"""
WITH booked AS ({{standing}}), every AS MATERIALIZED (
  SELECT coalesce(position.loan_id, booked.sub) AS loan_id, {_BOTH}
  FROM loans_position AS position FULL JOIN booked ON booked.sub = position.loan_id
), total AS (
  SELECT figure.* FROM (SELECT {_SUMS} FROM every) AS sums
  CROSS JOIN LATERAL (VALUES {_PAIRS}) AS figure(role, own, booked) WHERE figure.own <> 0 OR figure.booked <> 0
), differ AS MATERIALIZED (
  SELECT every.loan_id, figure.* FROM every
  CROSS JOIN LATERAL (VALUES {_PAIRS}) AS figure(role, own, booked)
  WHERE ({_DIFFER}) AND figure.own <> figure.booked
)
SELECT (SELECT count(*) FROM loans_loanstate), (SELECT count(DISTINCT loan_id) FROM differ),
       (SELECT json_agg(json_build_array(role, own, booked) ORDER BY role) FROM total),
       first.loan_id, first.role, first.own, first.booked
FROM (VALUES (1)) AS one
LEFT JOIN (SELECT * FROM differ ORDER BY loan_id, role LIMIT %(limit)s) AS first ON true
"""  # noqa: S608 - our own words alone
# Sums of a million loans are kept in memory, and several processes may share the lines.
_ROOM = "SELECT set_config('work_mem', '64MB', true), set_config('max_parallel_workers_per_gather', '4', true)"


PART = "loans"  # the name under which the ledger keeps the comparisons


@dataclass(frozen=True, slots=True)
class Found:
    """What a comparison found: how many loans differ, the first differences, each account over all loans."""

    count: int
    first: tuple[Difference, ...]
    totals: tuple[Compared, ...]


def compare(*, limit: int | None) -> tuple[int, Found]:
    """How many loans were held against the ledger, how many differ, and the first differences (None: all)."""
    standing, accounts = ledger.standing(tuple(_COMPARED))
    with connection.cursor() as cursor:
        cursor.execute(_ROOM)
        cursor.execute(_DIFFERENCES.format(standing=standing), {"limit": limit, **accounts})
        rows = cursor.fetchall()
    compared, differing, sums = rows[0][:3]
    first = tuple(
        Difference(loan_id, Chart(role), Money(int(own)), Money(int(booked)))
        for *_, loan_id, role, own, booked in rows
        if loan_id is not None
    )
    kept = json.loads(sums) if isinstance(sums, str) else sums or []
    totals = tuple(Compared(role, Money(own), Money(booked)) for role, own, booked in kept)
    return compared, Found(differing, first, totals)


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
    return compare(limit=None)[1].first
