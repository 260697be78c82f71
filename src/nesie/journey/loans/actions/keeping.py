"""The book of a loan, locked and kept. Plain joined functions: nobody else writes its rows but the day close."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from nesie.foundation.terms.rules import DayCount
from nesie.journey.loans import queries, rules
from nesie.journey.loans.models import Due, LoanState
from nesie.kernel.ids import LoanId

_DUE_COLUMNS = (
    "due_on", "grace_until_on", "principal_tiyn", "interest_tiyn", "principal_paid_tiyn", "interest_paid_tiyn",
    "penalty_tiyn", "penalty_paid_tiyn", "held_tiyn", "payment_tiyn",
)  # fmt: skip
_DUES = f"""
INSERT INTO loans_due (loan_id, number, {", ".join(_DUE_COLUMNS)})
SELECT * FROM unnest(%s::uuid[], %s::int[], %s::date[], %s::date[]{", %s::bigint[]" * 8})
ON CONFLICT (loan_id, number) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _DUE_COLUMNS)}
"""  # noqa: S608 - our own words alone
_FAR = date.max


def lock(loan_id: LoanId) -> LoanState:
    """Keep everybody else off a loan until the transaction ends; its row as it is then.

    The close of its chunk is waited for, or waits. Raises LoanState.DoesNotExist.
    """
    serial = LoanState.objects.values_list("serial", flat=True).get(loan_id=loan_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [queries.CLOSE_LOCK, rules.chunk_of(serial)])
    return LoanState.objects.select_for_update().get(serial=serial)


def save_book(before: rules.Book | None, after: rules.Book) -> None:
    """Write a book that a rule has changed: what differs of its instalments, where it stands, its pace from here.

    `before` is None for a new loan. The caller holds the lock. A loan that goes on again after it had ended must be
    brought to the day its chunk is closed for: ValueError otherwise.
    """
    if before is None:
        row = _standing(after) | {"unusual": rules.unusual(after)}
        LoanState.objects.create(loan_id=after.facts.loan_id, **row)
        _save_dues([((), after)])
        return
    if before.status is not rules.Status.ACTIVE and after.status is rules.Status.ACTIVE:
        _check_goes_on(after)
    save_books([(before, after)])


def save_books(changed: Sequence[tuple[rules.Book, rules.Book]]) -> None:
    """The same for several loans that stay running or end, in few statements."""
    _save_dues([(before.dues, after) for before, after in changed])
    rows = [_standing(after) for _, after in changed]
    if not rows:
        return
    names = list(rows[0])
    # The day a loan ended is kept when something is written on it later that does not end it otherwise.
    update = f"""
        UPDATE loans_loanstate SET {", ".join(f"{name} = %({name})s" for name in names)}, closed_on =
          CASE WHEN %(status)s = '{rules.Status.ACTIVE.value}' THEN NULL WHEN status <> %(status)s THEN %(stood_on)s
               ELSE coalesce(closed_on, %(stood_on)s) END
        WHERE loan_id = %(loan_id)s
    """  # noqa: S608 - names of our own columns
    with connection.cursor() as cursor:
        cursor.executemany(
            update, [{**row, "loan_id": after.facts.loan_id} for row, (_, after) in zip(rows, changed, strict=True)]
        )


def _check_goes_on(after: rules.Book) -> None:
    serial = LoanState.objects.values_list("serial", flat=True).get(loan_id=after.facts.loan_id)
    closed = queries.last_closed([rules.chunk_of(serial)])
    if any(after.accrued_on < day for day in closed.values()):
        raise ValueError("a loan that goes on again is brought to the day its chunk is closed for")


def _standing(book: rules.Book) -> dict[str, Any]:
    facts, following, pace = book.facts, book.next_due, rules.bases(book)
    # Days of an equal period weigh the same: any meter that counts days serves.
    day_count = facts.day_count if pace.day_part is None else DayCount.ACT_365
    counted = pace.delay_stopped_since
    late = pace.overdue_since is not None and counted is not None
    kept = rules.unusual(book)
    return {
        "status": book.status.value,
        "stood_on": book.accrued_on,
        "next_due_on": following.due_on if following else None,
        # An instalment that falls due is a change whatever is owed.
        "next_change_on": pace.next_change_on or (following.due_on if following else _FAR),
        "day_count": day_count.value,
        "meter": rules.meter(day_count, book.accrued_on),
        "base_tiyn": pace.base.tiyn,
        "gain": 0 if pace.interest_goes is rules.Goes.NOTHING else pace.base.tiyn * (pace.day_part or 1),
        "numerator": pace.numerator,
        "denominator": pace.denominator,
        "interest_goes": pace.interest_goes.value,
        "penalty_goes": pace.penalty_goes.value,
        "overdue_tiyn": (pace.late_first + pace.late_later).tiyn if pace.penalty_goes is rules.Goes.ACCRUED else 0,
        "penalty_a_day": _penalty_a_day(book, pace),
        "penalty_most_tiyn": pace.penalty_most.tiyn,
        "late_after_on": pace.overdue_since,
        "late_days": rules.days_past_due(book, book.accrued_on) if late else None,
        "period": book.period,
        "principal_tiyn": book.principal.tiyn,
        "period_weight": book.period_weight,
        "period_rounded_tiyn": (2 * pace.numerator * book.period_weight + pace.denominator) // (2 * pace.denominator),
        "period_accrued_tiyn": book.period_accrued.tiyn,
        "period_paid_tiyn": book.period_paid.tiyn,
        "period_held_tiyn": book.period_held.tiyn,
        "penalty_tiyn": book.penalty.tiyn,
        "penalty_year": book.penalty_year,
        "penalty_exact": book.penalty_exact,
        "penalty_year_accrued_tiyn": book.penalty_year_accrued.tiyn,
        "memo_interest_tiyn": book.memo_interest.tiyn,
        "memo_penalty_tiyn": book.memo_penalty.tiyn,
        "credit_tiyn": book.credit.tiyn,
        "unusual": None if kept is None else Jsonb(kept),
        "by_rules": rules.by_rules(book),
    }


def _penalty_a_day(book: rules.Book, pace: rules.Bases) -> Decimal:
    if pace.penalty_goes is rules.Goes.NOTHING:
        return Decimal(0)
    norms = book.delay
    return pace.late_first.tiyn * norms.first_day_rate + pace.late_later.tiyn * norms.later_day_rate


def _save_dues(changed: Iterable[tuple[tuple[rules.Due, ...], rules.Book]]) -> None:
    rows: list[tuple[Any, ...]] = []
    for before, after in changed:
        known = {due.number: due for due in before}
        loan_id = after.facts.loan_id
        rows += [(loan_id, *_row(due)) for due in after.dues if known.pop(due.number, None) != due]
        if known:
            Due.objects.filter(loan_id=loan_id, number__in=known).delete()
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_DUES, [list(column) for column in zip(*rows, strict=True)])


def _row(due: rules.Due) -> tuple[Any, ...]:
    return (
        due.number,
        due.due_on,
        due.grace_until_on,
        due.principal.tiyn,
        due.interest.tiyn,
        due.principal_paid.tiyn,
        due.interest_paid.tiyn,
        due.penalty.tiyn,
        due.penalty_paid.tiyn,
        due.held.tiyn,
        None if due.payment is None else due.payment.tiyn,
    )
