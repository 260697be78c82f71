"""The book of a loan, locked and kept. Plain joined functions: nobody else writes its rows but the day close."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection

from nesie.journey.loans import queries, rules
from nesie.journey.loans.models import Due, LoanState
from nesie.kernel.ids import LoanId

_DUES = """
INSERT INTO loans_due (loan_id, number, due_on, grace_until_on, principal_tiyn, interest_tiyn, principal_paid_tiyn,
                       interest_paid_tiyn)
SELECT %(loan)s, * FROM unnest(%(numbers)s::int[], %(due_on)s::date[], %(grace)s::date[], %(principal)s::bigint[],
                               %(interest)s::bigint[], %(principal_paid)s::bigint[], %(interest_paid)s::bigint[])
ON CONFLICT (loan_id, number) DO UPDATE SET
  due_on = excluded.due_on, grace_until_on = excluded.grace_until_on, principal_tiyn = excluded.principal_tiyn,
  interest_tiyn = excluded.interest_tiyn, principal_paid_tiyn = excluded.principal_paid_tiyn,
  interest_paid_tiyn = excluded.interest_paid_tiyn
"""


def lock(loan_id: LoanId) -> LoanState:
    """Keep everybody else off a loan until the transaction ends; its row as it is then.

    The close of its chunk is waited for, or waits. Raises LoanState.DoesNotExist.
    """
    serial = LoanState.objects.values_list("serial", flat=True).get(loan_id=loan_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [queries.CLOSE_LOCK, rules.chunk_of(serial)])
    return LoanState.objects.select_for_update().get(serial=serial)


def save_book(before: rules.Book | None, after: rules.Book) -> None:
    """Write a book that a rule has changed: what differs of its instalments, and where it stands.

    `before` is None for a new loan. The caller holds the lock. The pace of the next days is worked out on the first.
    """
    _save_dues(before.dues if before else (), after)
    row = _standing(after)
    if before is None:
        LoanState.objects.create(loan_id=after.facts.loan_id, **row)
    else:
        LoanState.objects.filter(loan_id=after.facts.loan_id).update(**row)


def end(book: rules.Book) -> None:
    """Nothing accrues any more: the loan ended on the day its book stands on."""
    LoanState.objects.filter(loan_id=book.facts.loan_id).update(closed_on=book.accrued_on, next_due_on=None)


def reopen(book: rules.Book) -> None:
    """A loan that had ended runs again, from the day its book stands on: the payment that closed it bounced."""
    LoanState.objects.filter(loan_id=book.facts.loan_id).update(closed_on=None)


def _standing(book: rules.Book) -> dict[str, Any]:
    facts = book.facts
    following = book.next_due
    return {
        "stood_on": book.accrued_on,
        "next_due_on": following.due_on if following else None,
        "next_change_on": book.accrued_on + timedelta(days=1),
        "day_count": facts.day_count.value,
        "rate_numerator": facts.annual_rate.ratio.numerator,
        "rate_denominator": facts.annual_rate.ratio.denominator,
        "meter": rules.meter(facts.day_count, book.accrued_on),
        "base_tiyn": 0,
        "overdue_tiyn": 0,
        "penalty_a_day": 0,
        "penalty_year_most_tiyn": facts.delay.most_penalty_a_year(facts.amount).tiyn,
        "late_after_on": None,
        "period": book.period,
        "principal_tiyn": book.principal.tiyn,
        "period_weight": book.period_weight,
        "period_accrued_tiyn": book.period_accrued.tiyn,
        "period_paid_tiyn": book.period_paid.tiyn,
        "penalty_tiyn": book.penalty.tiyn,
        "penalty_year": book.penalty_year,
        "penalty_exact": book.penalty_exact,
        "penalty_year_accrued_tiyn": book.penalty_year_accrued.tiyn,
        "credit_tiyn": book.credit.tiyn,
    }


def _save_dues(before: tuple[rules.Due, ...], after: rules.Book) -> None:
    known = {due.number: due for due in before}
    changed = [due for due in after.dues if known.pop(due.number, None) != due]
    with connection.cursor() as cursor:
        if changed:
            cursor.execute(
                _DUES,
                {
                    "loan": after.facts.loan_id,
                    "numbers": [due.number for due in changed],
                    "due_on": [due.due_on for due in changed],
                    "grace": [due.grace_until_on for due in changed],
                    "principal": [due.principal.tiyn for due in changed],
                    "interest": [due.interest.tiyn for due in changed],
                    "principal_paid": [due.principal_paid.tiyn for due in changed],
                    "interest_paid": [due.interest_paid.tiyn for due in changed],
                },
            )
        if known:
            Due.objects.filter(loan_id=after.facts.loan_id, number__in=known).delete()
