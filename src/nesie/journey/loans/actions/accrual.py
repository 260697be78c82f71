"""One day of interest and penalties over many loans, set by set. Plain joined functions.

The figures are those of `rules.accrue_day`, in the database's own arithmetic; a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Min

from nesie.foundation.ledger import actions as ledger
from nesie.foundation.ledger import queries as books
from nesie.foundation.terms import rules as terms
from nesie.journey.loans import postings, queries, rules
from nesie.journey.loans.actions.settlement import write_settlement
from nesie.journey.loans.models import LoanState
from nesie.kernel.ids import LoanId
from nesie.kernel.money import ZERO, Money

# Loans in one statement and one entry: enough that the cost per loan is the rows', few enough for modest memory.
CHUNK_LOANS = 10_000
_ONE_DAY = timedelta(days=1)

_FIGURES = """
WITH weight AS (
  SELECT * FROM unnest(%(day_counts)s::text[], %(weights)s::bigint[], %(denominators)s::bigint[])
    AS weight(day_count, weight, denominator)
), overdue AS (
  SELECT due.loan_id, min(due.grace_until_on) AS since,
         sum(due.principal_tiyn - due.principal_paid_tiyn + due.interest_tiyn - due.interest_paid_tiyn) AS base,
         sum((due.principal_tiyn - due.principal_paid_tiyn + due.interest_tiyn - due.interest_paid_tiyn)
             * CASE WHEN %(day)s::date - due.grace_until_on <= loan.penalty_switch_days
                    THEN loan.penalty_first_day_rate ELSE loan.penalty_later_day_rate END) AS penalty
  FROM loans_due AS due JOIN loans_loan AS loan ON loan.id = due.loan_id
  WHERE due.loan_id = ANY(%(loans)s::uuid[]) AND due.grace_until_on < %(day)s
    AND (due.principal_tiyn > due.principal_paid_tiyn OR due.interest_tiyn > due.interest_paid_tiyn)
  GROUP BY due.loan_id
), stood AS (
  SELECT state.loan_id, state.principal_tiyn, state.period_weight, state.period_accrued_tiyn,
         state.penalty_year, state.penalty_exact, state.penalty_year_accrued_tiyn,
         loan.rate_numerator, loan.rate_denominator, loan.penalty_year_most_tiyn,
         weight.weight, weight.denominator,
         coalesce(%(day)s::date - overdue.since, 0) AS late,
         coalesce(%(day)s::date - overdue.since > loan.stop_days, false) AS stopped,
         coalesce(overdue.base, 0) AS overdue, coalesce(overdue.penalty, 0) AS penalty,
         (extract(year FROM %(day)s::date) - extract(year FROM loan.contract_on)
          - (to_char(%(day)s::date, 'MMDD') < to_char(loan.contract_on, 'MMDD'))::int)::int AS year
  FROM loans_loanstate AS state
  JOIN loans_loan AS loan ON loan.id = state.loan_id
  JOIN weight ON weight.day_count = loan.day_count
  LEFT JOIN overdue ON overdue.loan_id = state.loan_id
  WHERE state.loan_id = ANY(%(loans)s::uuid[])
), exact AS (
  SELECT stood.*,
         period_weight + CASE WHEN stopped THEN 0 ELSE principal_tiyn::numeric * weight END AS weight_after,
         CASE WHEN year = penalty_year THEN penalty_exact ELSE 0 END
           + CASE WHEN stopped THEN 0 ELSE penalty END AS penalty_exact_after,
         CASE WHEN year = penalty_year THEN penalty_year_accrued_tiyn ELSE 0 END AS penalty_before
  FROM stood
), rounded AS (
  -- Half up, in whole numbers: the division of numerics would be rounded twice.
  SELECT exact.*,
         div(2 * rate_numerator * weight_after + rate_denominator::numeric * denominator,
             2 * rate_denominator::numeric * denominator)::bigint AS accrued_after,
         least(round(penalty_exact_after), penalty_year_most_tiyn)::bigint AS penalty_after
  FROM exact
), moved AS (
  UPDATE loans_loanstate AS state SET
    accrued_on = %(day)s, period_weight = rounded.weight_after, period_accrued_tiyn = rounded.accrued_after,
    penalty_year = rounded.year, penalty_exact = rounded.penalty_exact_after,
    penalty_year_accrued_tiyn = rounded.penalty_after,
    penalty_tiyn = state.penalty_tiyn + rounded.penalty_after - rounded.penalty_before
  FROM rounded WHERE state.loan_id = rounded.loan_id
), written AS (
  INSERT INTO loans_accrual (loan_id, day, principal_tiyn, interest_tiyn, overdue_tiyn, penalty_tiyn, days_past_due)
  SELECT loan_id, %(day)s, principal_tiyn, accrued_after - period_accrued_tiyn,
         CASE WHEN stopped THEN 0 ELSE overdue END, penalty_after - penalty_before, late
  FROM rounded
)
SELECT loan_id, accrued_after - period_accrued_tiyn, penalty_after - penalty_before FROM rounded ORDER BY loan_id
"""

_FALL_DUE = """
WITH fallen AS (
  SELECT loan_id, period, period_accrued_tiyn FROM loans_loanstate
  WHERE loan_id = ANY(%(loans)s::uuid[]) AND next_due_on = %(day)s
), settled AS (
  UPDATE loans_due AS due SET interest_tiyn = fallen.period_accrued_tiyn
  FROM fallen WHERE due.loan_id = fallen.loan_id AND due.number = fallen.period
)
UPDATE loans_loanstate AS state SET
  period = state.period + 1, period_weight = 0, period_accrued_tiyn = 0,
  next_due_on = (SELECT following.due_on FROM loans_due AS following
                 WHERE following.loan_id = state.loan_id AND following.number = state.period + 1)
FROM fallen WHERE state.loan_id = fallen.loan_id
RETURNING state.loan_id, state.credit_tiyn > 0
"""


@dataclass(frozen=True, slots=True)
class Accrued:
    """What a run of accrual added: loan-days, and money."""

    loan_days: int
    interest: Money
    penalty: Money

    def __add__(self, other: Accrued) -> Accrued:
        return Accrued(self.loan_days + other.loan_days, self.interest + other.interest, self.penalty + other.penalty)


NOTHING = Accrued(0, ZERO, ZERO)


def catch_up(day: date, now: datetime) -> Accrued:
    """Bring every running loan to the end of a day, missed days first. Nothing happens twice."""
    total = NOTHING
    oldest = LoanState.objects.filter(closed_on__isnull=True, accrued_on__lt=day).aggregate(on=Min("accrued_on"))["on"]
    if oldest is None:
        return total
    for number in range((day - oldest).days):
        total += _accrue(oldest + _ONE_DAY * (number + 1), now)
    return total


def catch_up_loan(loan_id: LoanId, day: date, now: datetime) -> None:
    """Bring one loan, whose state row the caller has locked, to a day: every write on a loan that is behind does."""
    state = LoanState.objects.get(loan_id=loan_id)
    for number in range((day - state.accrued_on).days):
        on = state.accrued_on + _ONE_DAY * (number + 1)
        # Credit may close the loan on the way; a closed loan is not moved.
        if LoanState.objects.filter(loan_id=loan_id, closed_on__isnull=True).exists():
            _accrue_locked([loan_id], on, now)


def _accrue(day: date, now: datetime) -> Accrued:
    total = NOTHING
    while True:
        # Locked by a statement of its own: the figures below must see what whoever held the lock has written.
        rows = (
            LoanState.objects.select_for_update()
            .filter(accrued_on=day - _ONE_DAY, closed_on__isnull=True)
            .order_by("loan_id")
            .values_list("loan_id", flat=True)[:CHUNK_LOANS]
        )
        behind = [LoanId(loan_id) for loan_id in rows]
        if not behind:
            return total
        total += _accrue_locked(behind, day, now)


def _accrue_locked(loan_ids: list[LoanId], day: date, now: datetime) -> Accrued:
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, {"loans": loan_ids, "day": day, **_weights(day)})
        loans = [
            postings.LoanAccrued(LoanId(loan_id), Money(interest), Money(penalty))
            for loan_id, interest, penalty in cursor.fetchall()
        ]
        cursor.execute(_FALL_DUE, {"loans": loan_ids, "day": day})
        with_credit = [LoanId(loan_id) for loan_id, has_credit in cursor.fetchall() if has_credit]
    entry = postings.day_accrued(day, loans, effective_on=books.open_day(day))
    if entry is not None:
        ledger.post(entry, now)
    _use_credit(with_credit, now)
    return Accrued(
        len(loans), Money.total(loan.interest for loan in loans), Money.total(loan.penalty for loan in loans)
    )


def _weights(day: date) -> dict[str, list[str] | list[int]]:
    return {
        "day_counts": [day_count.value for day_count in terms.DayCount],
        "weights": [terms.weight(day_count, day - _ONE_DAY, day) for day_count in terms.DayCount],
        "denominators": [terms.DENOMINATOR[day_count] for day_count in terms.DayCount],
    }


def _use_credit(loan_ids: Iterable[LoanId], now: datetime) -> None:
    """The client's money that lies with us pays what fell due today; few loans on any day, so one by one."""
    for loan_id in sorted(loan_ids):
        book = queries.book(loan_id)
        order = rules.order_for(consumer=book.facts.consumer, contract_on=book.facts.contract_on)
        settlement = rules.settle(book, ZERO, order)
        if settlement.paid:
            entry = postings.credit_used(
                book.facts, settlement, on=book.accrued_on, effective_on=books.open_day(book.accrued_on)
            )
            write_settlement(book, settlement, entry, now, on=book.accrued_on, event=None)
