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
}

# What lives on off the balance sheet after a write-off: the parts of the book's `recourse`, in its order.
_RECOURSE = (Chart.WRITTEN_OFF_PRINCIPAL, Chart.WRITTEN_OFF_INTEREST, Chart.WRITTEN_OFF_PENALTY)
_ROLES = ", ".join(f"'{chart}'" for chart in (*_COMPARED, *_RECOURSE))

# One statement, so one snapshot: nothing that is posted meanwhile looks like a difference.
_DIFFERENCES = f"""
WITH own AS (
  SELECT position.loan_id, figure.role, figure.tiyn
  FROM loans_position AS position
  CROSS JOIN LATERAL (VALUES {", ".join(f"('{chart}', {column})" for chart, column in _COMPARED.items())})
    AS figure(role, tiyn)
  WHERE figure.tiyn <> 0
  UNION ALL
  SELECT state.loan_id, figure.role, (state.unusual->'recourse'->>figure.place)::bigint
  FROM loans_loanstate AS state
  CROSS JOIN LATERAL (VALUES {", ".join(f"('{chart}', {place})" for place, chart in enumerate(_RECOURSE))})
    AS figure(role, place)
  WHERE jsonb_exists(state.unusual, 'recourse') AND state.unusual->'recourse'->>figure.place <> '0'
), booked AS (
  SELECT sub, role, tiyn FROM ledger_kept WHERE tiyn <> 0 AND role IN ({_ROLES})
), total AS (
  SELECT role, sum(own)::bigint AS own, sum(booked)::bigint AS booked FROM (
    SELECT role, tiyn AS own, 0 AS booked FROM own UNION ALL SELECT role, 0, tiyn FROM booked
  ) AS figure GROUP BY role
), differ AS MATERIALIZED (
  SELECT coalesce(own.loan_id, booked.sub) AS loan_id, coalesce(own.role, booked.role) AS role,
         coalesce(own.tiyn, 0) AS own, coalesce(booked.tiyn, 0) AS booked
  FROM own FULL JOIN booked ON booked.sub = own.loan_id AND booked.role = own.role
  WHERE own.tiyn IS DISTINCT FROM booked.tiyn
)
SELECT (SELECT count(*) FROM loans_loanstate), (SELECT count(DISTINCT loan_id) FROM differ),
       (SELECT json_agg(json_build_array(role, own, booked) ORDER BY role) FROM total),
       first.loan_id, first.role, first.own, first.booked
FROM (VALUES (1)) AS one
LEFT JOIN (SELECT * FROM differ ORDER BY loan_id, role LIMIT %(limit)s) AS first ON true
"""  # noqa: S608 - our own words alone


PART = "loans"  # the name under which the ledger keeps the comparisons


@dataclass(frozen=True, slots=True)
class Found:
    """What a comparison found: how many loans differ, the first differences, each account over all loans."""

    count: int
    first: tuple[Difference, ...]
    totals: tuple[Compared, ...]


def compare(*, limit: int | None) -> tuple[int, Found]:
    """How many loans were held against the ledger, how many differ, and the first differences (None: all)."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES, {"limit": limit})
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
