"""The day close: one day of interest and penalties over a chunk of loans, set by set. Plain joined functions.

One statement a chunk and day (`day_sql`): every running loan gets its row of the day, all together one entry in the
ledger; loans whose pace changes that day are given their new one, instalments fall due. Loans with something unusual (a
halt, equal periods) are reckoned by the rules on the days their pace changes, on all others like the rest.

Who closes a chunk holds its lock alone, who writes on a loan shares it, so a chunk and a day are closed whole or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from django.db import connection

from nesie.foundation.ledger import queries as books
from nesie.foundation.terms import rules as terms
from nesie.journey.loans import postings, queries, rules
from nesie.journey.loans.actions import day_sql
from nesie.journey.loans.actions.keeping import lock, save_books
from nesie.journey.loans.actions.writing import use_credit
from nesie.journey.loans.models import LoanState
from nesie.kernel.ids import LoanId, new_id
from nesie.kernel.money import ZERO, Money

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Accrued:
    """What a run of accrual added: loan-days, and money."""

    loan_days: int
    interest: Money
    penalty: Money

    def __add__(self, other: Accrued) -> Accrued:
        return Accrued(self.loan_days + other.loan_days, self.interest + other.interest, self.penalty + other.penalty)


NOTHING = Accrued(0, ZERO, ZERO)


# Told to the database in its own words: the object layer's own work would be a tenth of a chunk's.
_CLOSED = """
INSERT INTO loans_chunkday (chunk, day, loans, interest_tiyn, penalty_tiyn, closed_at) VALUES (%s, %s, %s, %s, %s, %s)
"""
_BY_RULES = """
SELECT loan_id, serial FROM loans_loanstate
WHERE by_rules AND closed_on IS NULL AND serial >= %s AND serial < %s AND stood_on < %s AND next_change_on <= %s
"""


def catch_up(day: date, now: datetime) -> Accrued:
    """Bring every running loan to the end of a day, missed days first, in this one transaction."""
    total = NOTHING
    while behind := queries.chunks_behind(day):
        for one in behind:
            total += close_chunk(one.chunk, day, now)
    return total


def close_chunk(chunk: int, day: date, now: datetime) -> Accrued:
    """Bring the loans of a chunk to the end of a day, missed days first; nothing while somebody else is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [queries.CLOSE_LOCK, chunk])
        if not cursor.fetchone()[0]:
            return NOTHING
    total = NOTHING
    # Asked by a statement of its own: it must see what whoever held the lock has written.
    on = queries.next_day(chunk)
    while on is not None and on <= day:
        total += _close(chunk, on, now)
        on += _ONE_DAY
    return total


def _close(chunk: int, day: date, now: datetime) -> Accrued:
    first, beyond = rules.span(chunk)
    accrued = _accrue(first, beyond, day, now, name=str(chunk))
    with connection.cursor() as cursor:
        cursor.execute(_CLOSED, [chunk, day, accrued.loan_days, accrued.interest.tiyn, accrued.penalty.tiyn, now])
    return accrued


def brought_to(loan_id: LoanId, day: date, now: datetime) -> rules.Book:
    """Lock a loan for a write and bring it to a day: the book as it stands then (later, if it is ahead already).

    A loan that has ended stays where it is. Of several loans the one with the smaller serial is locked first.
    """
    state = lock(loan_id)
    if state.closed_on is None:
        _catch_up_loan(state, day, now)
    return queries.book(loan_id)


def catch_up_new(loan_id: LoanId, now: datetime) -> None:
    """A loan opened on a day that is closed for its chunk already gets the days it missed."""
    state = lock(loan_id)
    closed = queries.last_closed([rules.chunk_of(state.serial)])
    for day in closed.values():
        _catch_up_days(state, state.stood_on, day, now)


def _catch_up_loan(state: LoanState, day: date, now: datetime) -> None:
    closed = queries.last_closed([rules.chunk_of(state.serial)])
    _catch_up_days(state, queries.accrued_on(state, closed), day, now)


def _catch_up_days(state: LoanState, accrued_on: date, day: date, now: datetime) -> None:
    for number in range((day - accrued_on).days):
        on = accrued_on + _ONE_DAY * (number + 1)
        _accrue(state.serial, state.serial + 1, on, now, name=str(state.loan_id))
        # Its row stands on the day now, so the close of its chunk passes it by.
        _run(day_sql.STAND, {"first": state.serial, "beyond": state.serial + 1, "day": on, **_meters(on)})


def _accrue(first: int, beyond: int, day: date, now: datetime, *, name: str) -> Accrued:
    span: dict[str, Any] = {"first": first, "beyond": beyond, "day": day, **_meters(day)}
    told, fell_due = _tell_unusual(first, beyond, day)
    entries: dict[str, Any] = {
        "accrued_id": new_id(),
        "accrued_key": f"accrual:{day.isoformat()}:{name}",
        "memo_id": new_id(),
        "memo_key": f"memo:{day.isoformat()}:{name}",
        "ref": postings.accrual_ref(day),
        "effective_on": books.open_day(day),
        "now": now,
        "bulk": beyond - first > 1,
        **postings.DAY_ACCRUED,
    }
    statement = day_sql.DAY_WITH_OWN_ACCOUNTS if books.any_own_accounts() else day_sql.DAY
    ((loans, interest, penalty, with_credit),) = _run(statement, {**span, **told, **entries})
    fell_due += [LoanId(loan_id) for loan_id in with_credit or ()]
    for loan_id in sorted(fell_due):  # few on any day, so one by one
        use_credit(loan_id, now)
    return Accrued(loans, Money(interest), Money(penalty))


def _run(statement: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement that the database keeps ready: making a plan for it costs as much as a hundred loans."""
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(day_sql.BY_INDEX)
        cursor.execute(statement, given, prepare=True)
        rows = cursor.fetchall()
        cursor.execute(day_sql.AS_BEFORE)
    return rows


def _tell_unusual(first: int, beyond: int, day: date) -> tuple[dict[str, list[Any]], list[LoanId]]:
    """The day of unusual loans whose pace changes with it, by the rules; and which of them may use credit now."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_RULES, [first, beyond, day, day])
        serials = dict(cursor.fetchall())
    went = [(book, *rules.accrue_day(book)) for book in queries.books(serials, on=day - _ONE_DAY)] if serials else []
    save_books([(before, after) for before, after, _ in went])
    days = [(serials[after.facts.loan_id], after.facts.loan_id, accrued) for _, after, accrued in went]
    told: dict[str, list[Any]] = {
        "serials": [serial for serial, _, _ in days],
        "loans": [loan_id for _, loan_id, _ in days],
        "bases": [one.principal.tiyn for *_, one in days],
        "overdues": [one.overdue.tiyn for *_, one in days],
        "lates": [one.days_past_due for *_, one in days],
        "interests": [one.interest.tiyn for *_, one in days],
        "penalties": [one.penalty.tiyn for *_, one in days],
        "helds": [one.held.tiyn or None for *_, one in days],
        "memo_interests": [one.memo_interest.tiyn or None for *_, one in days],
        "memo_penalties": [one.memo_penalty.tiyn or None for *_, one in days],
    }
    return told, [after.facts.loan_id for before, after, _ in went if after.period > before.period and after.credit]


def _meters(day: date) -> dict[str, int]:
    """Readings of the meters the evening before and at the end of a day, by what they count."""
    kinds = {"days": terms.DayCount.ACT_365, "years": terms.DayCount.ACT_ACT, "months": terms.DayCount.THIRTY_360}
    when = {"before": day - _ONE_DAY, "reading": day}
    return {f"{name}_{kind}": rules.meter(count, on) for kind, count in kinds.items() for name, on in when.items()}
