"""The day close: one day of interest and penalties over a chunk of loans, set by set. Plain joined functions.

The figures are those of `rules.accrue_day`, in the database's own arithmetic; a test holds the two equal. Three
statements a chunk and day: loans whose pace changes that day are given their new one; every running loan gets its row
of the day, and all together one entry in the ledger; then instalments fall due.

Who closes a chunk holds its lock alone, who writes on a loan shares it, so a chunk and a day are closed whole or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from nesie.foundation.ledger import queries as books
from nesie.foundation.terms import rules as terms
from nesie.journey.loans import postings, queries, rules
from nesie.journey.loans.actions.keeping import lock
from nesie.journey.loans.actions.writing import use_credit
from nesie.journey.loans.models import ChunkDay, LoanState
from nesie.kernel.ids import LoanId, new_id
from nesie.kernel.money import ZERO, Money

_ONE_DAY = timedelta(days=1)

# What a loan's running totals are at a reading of its meter, so many days after it stood. Half up, in whole numbers:
# the division of numerics would be rounded twice.
_INTEREST = """\
div(2 * state.rate_numerator * (state.period_weight + state.base_tiyn * ({reading} - state.meter))
      + state.rate_denominator * meter.denominator, 2 * state.rate_denominator * meter.denominator)::bigint"""
_PENALTY = """\
least(round(state.penalty_exact + state.penalty_a_day * ({day} - state.stood_on)), state.penalty_year_most_tiyn)\
::bigint"""

_METER = """\
meter AS (
  SELECT * FROM unnest(%(day_counts)s::text[], %(before)s::bigint[], %(readings)s::bigint[], %(denominators)s::bigint[])
    AS meter(day_count, before, reading, denominator)
)"""
_RUNNING = """\
state.serial >= %(first)s AND state.serial < %(beyond)s AND state.closed_on IS NULL AND state.stood_on < %(day)s"""

# Where a loan stands the evening before, and the pace of its days from this one on.
_PACE = f"""
WITH {_METER}, turning AS MATERIALIZED (
  SELECT state.serial, state.loan_id, state.period, state.principal_tiyn, state.penalty_tiyn, state.next_due_on,
         state.penalty_year, state.penalty_year_accrued_tiyn, meter.before AS meter,
         state.period_weight + state.base_tiyn * (meter.before - state.meter) AS weight,
         {_INTEREST.format(reading="meter.before")} AS accrued,
         state.penalty_exact + state.penalty_a_day * (%(day)s::date - 1 - state.stood_on) AS exact,
         {_PENALTY.format(day="%(day)s::date - 1")} AS penalty,
         loan.contract_on, loan.stop_days, loan.penalty_switch_days AS switch,
         loan.penalty_first_day_rate AS first_rate, loan.penalty_later_day_rate AS later_rate,
         (extract(year FROM %(day)s::date) - extract(year FROM loan.contract_on)
          - (to_char(%(day)s::date, 'MMDD') < to_char(loan.contract_on, 'MMDD'))::int)::int AS year
  FROM loans_loanstate AS state JOIN meter ON meter.day_count = state.day_count
  JOIN loans_loan AS loan ON loan.id = state.loan_id
  WHERE {_RUNNING} AND state.next_change_on <= %(day)s
), owed AS (
  SELECT turning.serial, due.grace_until_on AS grace, due.grace_until_on < %(day)s AS late,
         due.principal_tiyn - due.principal_paid_tiyn + due.interest_tiyn - due.interest_paid_tiyn AS tiyn,
         %(day)s - due.grace_until_on <= turning.switch AS early, turning.switch, turning.first_rate,
         turning.later_rate
  FROM turning JOIN loans_due AS due ON due.loan_id = turning.loan_id AND due.number < turning.period
  WHERE due.principal_tiyn > due.principal_paid_tiyn OR due.interest_tiyn > due.interest_paid_tiyn
), overdue AS (
  SELECT serial, min(grace) FILTER (WHERE late) AS since, coalesce(sum(tiyn) FILTER (WHERE late), 0) AS tiyn,
         coalesce(sum(tiyn * CASE WHEN early THEN first_rate ELSE later_rate END) FILTER (WHERE late), 0) AS a_day,
         min(CASE WHEN NOT late THEN grace + 1 WHEN early THEN grace + switch + 1 END) AS next
  FROM owed GROUP BY serial
), pace AS (
  SELECT turning.*, overdue.since, coalesce(overdue.tiyn, 0) AS tiyn, coalesce(overdue.a_day, 0) AS a_day,
         coalesce(%(day)s - overdue.since > turning.stop_days, false) AS stopped,
         least(overdue.next, overdue.since + turning.stop_days + 1,
               (turning.contract_on + make_interval(years => turning.year + 1))::date) AS next
  FROM turning LEFT JOIN overdue ON overdue.serial = turning.serial
)
UPDATE loans_loanstate AS state SET
  stood_on = %(day)s::date - 1, meter = pace.meter, period_weight = pace.weight, period_accrued_tiyn = pace.accrued,
  penalty_tiyn = pace.penalty_tiyn + pace.penalty - pace.penalty_year_accrued_tiyn, penalty_year = pace.year,
  penalty_exact = CASE WHEN pace.year = pace.penalty_year THEN pace.exact ELSE 0 END,
  penalty_year_accrued_tiyn = CASE WHEN pace.year = pace.penalty_year THEN pace.penalty ELSE 0 END,
  base_tiyn = CASE WHEN pace.stopped THEN 0 ELSE pace.principal_tiyn END,
  overdue_tiyn = CASE WHEN pace.stopped THEN 0 ELSE pace.tiyn END,
  penalty_a_day = CASE WHEN pace.stopped THEN 0 ELSE pace.a_day END,
  late_after_on = pace.since,
  -- The stop lies behind a loan that has come to it; an anniversary of 29 February may be a day early.
  next_change_on = CASE WHEN pace.next > %(day)s THEN pace.next
    WHEN pace.stopped THEN greatest(%(day)s::date + 1, (pace.contract_on + make_interval(years => pace.year + 1))::date)
    ELSE %(day)s::date + 1 END
FROM pace WHERE state.serial = pace.serial
"""  # noqa: S608 - our own words alone

_DAY = f"""
WITH {_METER}, gone AS MATERIALIZED (
  SELECT state.serial, state.loan_id, state.principal_tiyn AS principal, state.overdue_tiyn AS overdue,
         coalesce(%(day)s - state.late_after_on, 0) AS late,
         {_INTEREST.format(reading="meter.reading")} - {_INTEREST.format(reading="meter.before")} AS interest,
         CASE WHEN state.penalty_a_day = 0 THEN 0 ELSE
           {_PENALTY.format(day="%(day)s::date")} - {_PENALTY.format(day="%(day)s::date - 1")} END AS penalty
  FROM loans_loanstate AS state JOIN meter ON meter.day_count = state.day_count
  WHERE {_RUNNING}
), written AS (
  INSERT INTO loans_accrual (day, serial, principal_tiyn, interest_tiyn, overdue_tiyn, penalty_tiyn, days_past_due)
  SELECT %(day)s, serial, principal, interest, overdue, penalty, late FROM gone
), line AS (
  SELECT %(interest_account)s AS account, loan_id, interest AS tiyn FROM gone WHERE interest > 0
  UNION ALL SELECT %(penalty_account)s, loan_id, penalty FROM gone WHERE penalty > 0
), total AS (
  SELECT count(*) AS loans, coalesce(sum(interest), 0)::bigint AS interest, coalesce(sum(penalty), 0)::bigint AS penalty
  FROM gone
)
SELECT total.loans, total.interest, total.penalty,
       CASE WHEN total.interest + total.penalty > 0 THEN (
         SELECT ledger_post_bulk(
           %(entry_id)s, %(key)s, %(description_code)s, %(ref)s, %(effective_on)s, %(day)s, %(now)s,
           %(beyond)s - %(first)s > 1, array_agg(account), array_agg(loan_id), array_agg(debit), array_agg(credit))
         FROM (SELECT account, loan_id, tiyn AS debit, 0::bigint AS credit FROM line
               UNION ALL SELECT income, NULL, 0, tiyn
               FROM (VALUES (%(interest_income)s, total.interest), (%(penalty_income)s, total.penalty))
                 AS income(income, tiyn) WHERE tiyn > 0) AS every
       ) END
FROM total
"""  # noqa: S608 - our own words alone

_FALL_DUE = f"""
WITH {_METER}, fallen AS MATERIALIZED (
  SELECT state.serial, state.loan_id, state.period, meter.reading,
         {_INTEREST.format(reading="meter.reading")} AS accrued,
         state.penalty_exact + state.penalty_a_day * (%(day)s::date - state.stood_on) AS exact,
         {_PENALTY.format(day="%(day)s::date")} AS penalty
  FROM loans_loanstate AS state JOIN meter ON meter.day_count = state.day_count
  WHERE {_RUNNING} AND state.next_due_on = %(day)s
), settled AS (
  UPDATE loans_due AS due SET interest_tiyn = fallen.accrued
  FROM fallen WHERE due.loan_id = fallen.loan_id AND due.number = fallen.period
)
UPDATE loans_loanstate AS state SET
  stood_on = %(day)s, meter = fallen.reading, period = state.period + 1, period_weight = 0, period_accrued_tiyn = 0,
  penalty_exact = fallen.exact, penalty_year_accrued_tiyn = fallen.penalty,
  penalty_tiyn = state.penalty_tiyn + fallen.penalty - state.penalty_year_accrued_tiyn,
  next_change_on = %(day)s::date + 1,
  next_due_on = (SELECT following.due_on FROM loans_due AS following
                 WHERE following.loan_id = state.loan_id AND following.number = state.period + 1)
FROM fallen WHERE state.serial = fallen.serial
RETURNING state.loan_id, state.credit_tiyn > 0
"""  # noqa: S608 - our own words alone


_STAND = f"""
WITH {_METER}
UPDATE loans_loanstate AS state SET
  stood_on = %(day)s, meter = meter.reading,
  period_weight = state.period_weight + state.base_tiyn * (meter.reading - state.meter),
  period_accrued_tiyn = {_INTEREST.format(reading="meter.reading")},
  penalty_exact = state.penalty_exact + state.penalty_a_day * (%(day)s::date - state.stood_on),
  penalty_year_accrued_tiyn = {_PENALTY.format(day="%(day)s::date")},
  penalty_tiyn = state.penalty_tiyn + {_PENALTY.format(day="%(day)s::date")} - state.penalty_year_accrued_tiyn
FROM meter WHERE meter.day_count = state.day_count AND {_RUNNING}
"""  # noqa: S608 - our own words alone


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
    accrued = _accrue(first, beyond, day, now, key=f"accrual:{day.isoformat()}:{chunk}")
    ChunkDay.objects.create(
        chunk=chunk,
        day=day,
        loans=accrued.loan_days,
        interest_tiyn=accrued.interest.tiyn,
        penalty_tiyn=accrued.penalty.tiyn,
        closed_at=now,
    )
    return accrued


def brought_to(loan_id: LoanId, day: date, now: datetime) -> rules.Book:
    """Lock a loan for a write and bring it to a day: the book as it stands then (later, if it is ahead already).

    A loan that has ended stays where it is. Of several loans the one with the smaller id is locked first.
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
        key = f"accrual:{on.isoformat()}:{state.loan_id}"
        _accrue(state.serial, state.serial + 1, on, now, key=key)
    if day > accrued_on:
        # Its row stands on the day now, so the close of its chunk passes it by.
        with connection.cursor() as cursor:
            cursor.execute(_STAND, {"first": state.serial, "beyond": state.serial + 1, "day": day, **_meters(day)})


def _accrue(first: int, beyond: int, day: date, now: datetime, *, key: str) -> Accrued:
    span: dict[str, Any] = {"first": first, "beyond": beyond, "day": day, **_meters(day)}
    effective_on = books.open_day(day)
    with connection.cursor() as cursor:
        cursor.execute(_PACE, span)
        entry: dict[str, Any] = {"entry_id": new_id(), "key": key, "effective_on": effective_on, "now": now}
        cursor.execute(_DAY, {**span, **entry, **postings.DAY_ACCRUED, "ref": postings.accrual_ref(day)})
        loans, interest, penalty, _ = cursor.fetchone()
        cursor.execute(_FALL_DUE, span)
        with_credit = [LoanId(loan_id) for loan_id, has_credit in cursor.fetchall() if has_credit]
    for loan_id in sorted(with_credit):  # few on any day, so one by one
        use_credit(loan_id, now)
    return Accrued(loans, Money(interest), Money(penalty))


def _meters(day: date) -> dict[str, list[str] | list[int]]:
    counts = list(terms.DayCount)
    return {
        "day_counts": [count.value for count in counts],
        "before": [rules.meter(count, day - _ONE_DAY) for count in counts],
        "readings": [rules.meter(count, day) for count in counts],
        "denominators": [terms.DENOMINATOR[count] for count in counts],
    }
