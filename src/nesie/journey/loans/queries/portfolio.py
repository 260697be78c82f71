"""The portfolio on any closed day: days past due by the day close's own rows, money by the books."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Max, Sum

from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import Chart
from nesie.journey.loans import rules
from nesie.journey.loans.models import Accrual, AccrualCorrection, ChunkDay, Loan, LoanState
from nesie.journey.loans.queries.books import to_accrue
from nesie.kernel.actor import Actor
from nesie.kernel.money import ZERO, Money
from nesie.kernel.refused import NotFound

_MONEY = (Chart.PRINCIPAL_RECEIVABLE, Chart.INTEREST_RECEIVABLE, Chart.PENALTY_RECEIVABLE)


def last_day_closed() -> date | None:
    """The last day closed for every loan; None before the first."""
    last: date | None = ChunkDay.objects.aggregate(last=Max("day"))["last"]
    if last is not None and to_accrue(last):
        last -= timedelta(days=1)
    return last


def late_loans(actor: Actor, on: date) -> tuple[rules.LateLoan, ...]:
    """Every loan with money owed on it at the end of a closed day, what was heard of later in it, by its number.

    NotFound for a client, DayNotClosed.
    """
    if not (actor.is_staff or actor.reads_clients):
        raise NotFound
    last = last_day_closed()
    if last is None or on > last:
        raise rules.DayNotClosed(field="on")
    sums = [ledger.balances_by_sub(chart, on) for chart in _MONEY]
    days = _days(on)
    ids = sorted({loan_id for found in sums for loan_id in found})
    return tuple(
        rules.LateLoan(loan_id, days.get(loan_id, 0), *(found.get(loan_id, ZERO) for found in sums)) for loan_id in ids
    )


def numbers_of(loan_ids: list[UUID]) -> dict[UUID, tuple[str, date, Money]]:
    """Number, day of opening and amount of some loans."""
    rows = Loan.objects.filter(id__in=loan_ids).values_list("id", "number", "opened_on", "amount_tiyn")
    return {loan_id: (number, opened_on, Money(tiyn)) for loan_id, number, opened_on, tiyn in rows}


def _days(on: date) -> dict[UUID, int]:
    """Days past due of the loans that were late on a day, put right by what was heard of later."""
    serials = dict(LoanState.objects.values_list("serial", "loan_id"))
    found: defaultdict[UUID, int] = defaultdict(int)
    for serial, days in Accrual.objects.filter(day=on, days_past_due__gt=0).values_list("serial", "days_past_due"):
        found[serials[serial]] += days
    rows = AccrualCorrection.objects.filter(day=on).values_list("loan_id").annotate(days=Sum("days_past_due"))
    for loan_id, days in rows.order_by():
        found[loan_id] += days
    return dict(found)
