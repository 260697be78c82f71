"""The statement of the day close. Its figures are those of `rules.accrue_day`; a test holds the two equal.

One pass over a chunk reckons the day of every loan at its pace. The few whose pace changes in the morning, or for whom
an instalment falls due in the evening, are read once more by their keys. `state` is a row as it stood before.
"""

from __future__ import annotations

from nesie.foundation.ledger.actions import bulk

_TODAY, _YESTERDAY, _TOMORROW = "%(day)s::date", "(%(day)s::date - 1)", "(%(day)s::date + 1)"

# What a loan has come to at a reading of its meter, so many days after it stood: interest of the period, and penalties
# of the contract year. Half up, in whole numbers, of eight bytes where they are enough: several times faster.
_WEIGHT = "(state.period_weight + state.gain * ({reading} - state.meter))"
_INTEREST = f"""\
CASE WHEN {_WEIGHT} < 4000000000000000000 / (2 * state.numerator + 1)
      THEN (2 * state.numerator * {_WEIGHT} + state.denominator) / (2 * state.denominator)
      ELSE div(2 * state.numerator::numeric * {_WEIGHT} + state.denominator, 2 * state.denominator::numeric)::bigint
      END"""
_PENALTY = """\
CASE WHEN state.penalty_goes = 'nothing' OR state.stood_on = {day} THEN state.penalty_year_accrued_tiyn ELSE
      least((state.penalty_exact + state.penalty_a_day * ({day} - state.stood_on))::bigint,
            state.penalty_most_tiyn) END"""
_EXACT = "state.penalty_exact + state.penalty_a_day * ({day} - state.stood_on)"

# Readings of the day counts' meters, the evening before and of the day: a join with them would cost as much as the row.
_METER = """\
(CASE state.day_count WHEN '30/360' THEN %({when}_months)s WHEN 'act/act' THEN %({when}_years)s
       ELSE %({when}_days)s END)::bigint"""
_BEFORE, _READING = _METER.format(when="before"), _METER.format(when="reading")

_RUNNING = """\
state.serial >= %(first)s AND state.serial < %(beyond)s AND state.closed_on IS NULL AND state.stood_on < %(day)s"""
# Nothing but running totals moves.
_SAME = "(state.next_change_on > %(day)s AND state.next_due_on IS DISTINCT FROM %(day)s)"


def _pace(on: str, *, when: str, upto: str, plus: str) -> str:
    """What is late on a day of instalments that fell due, since when, penalty a day, when that changes next."""
    return f"""\
    SELECT after_on, tiyn, a_day, coalesce({on} - after_on > loan.stop_days, false) AS stopped,
           least(next, CASE WHEN after_on + loan.stop_days + 1 > {on} THEN after_on + loan.stop_days + 1 END) AS next
    FROM (
      SELECT min(grace) FILTER (WHERE late) AS after_on, coalesce(sum(tiyn) FILTER (WHERE late), 0)::bigint AS tiyn,
             coalesce(sum(tiyn * CASE WHEN early THEN loan.penalty_first_day_rate
                                 ELSE loan.penalty_later_day_rate END) FILTER (WHERE late), 0) AS a_day,
             min(CASE WHEN NOT late THEN grace + 1 WHEN early THEN grace + loan.penalty_switch_days + 1 END) AS next
      FROM (
        SELECT due.grace_until_on AS grace, due.grace_until_on < {on} AS late,
               {on} - due.grace_until_on <= loan.penalty_switch_days AS early,
               due.principal_tiyn - due.principal_paid_tiyn + due.interest_tiyn - due.interest_paid_tiyn
                 {plus} AS tiyn
        FROM loans_due AS due WHERE {when} AND due.loan_id = state.loan_id AND due.number {upto}
      ) AS owed WHERE tiyn > 0
    ) AS sums OFFSET 0"""  # noqa: S608 - our own words alone


_MORNING = _pace(_TODAY, when="today.turns", upto="< state.period", plus="")
# With what the running period comes to, which the instalment of today takes.
_EVENING = _pace(
    _TOMORROW,
    when="today.falls",
    upto="<= state.period",
    plus=" + CASE due.number WHEN state.period THEN done.accrued - state.period_paid_tiyn ELSE 0 END",
)

# Those looked at once more, step by step: to the evening before, the pace of the morning, the day, the pace after it.
# `OFFSET 0` has a step reckoned once and not once for each use.
_CHANGED = f"""\
changed AS MATERIALIZED (
  SELECT state.serial, state.loan_id, today.falls, state.principal_tiyn AS base, state.period, state.credit_tiyn,
         state.period_paid_tiyn AS paid, state.period_held_tiyn AS held, went.reading, went.weight, went.rounded,
         went.year, begun.interest_goes, begun.penalty_goes, begun.after_on AS was_late_after_on,
         CASE begun.penalty_goes WHEN 'memo' THEN 0 ELSE begun.tiyn END AS was_overdue,
         went.rounded - went.rounded_before AS interest, done.penalty - begun.penalty AS penalty,
         went.rounded_before - state.period_rounded_tiyn AS interest_before,
         went.penalty - state.penalty_year_accrued_tiyn AS penalty_before,
         done.exact AS penalty_exact, done.penalty AS penalty_year_accrued, done.accrued,
         last.stopped, last.tiyn, last.a_day, last.after_on, least(last.next, begun.year_on) AS next_change_on,
         CASE WHEN today.falls THEN (SELECT due.due_on FROM loans_due AS due WHERE due.loan_id = state.loan_id
                                       AND due.number = state.period + 1) ELSE state.next_due_on END AS next_due_on
  FROM loans_loanstate AS state JOIN loans_loan AS loan ON loan.id = state.loan_id
  CROSS JOIN LATERAL (
    SELECT state.next_change_on <= %(day)s AS turns, coalesce(state.next_due_on = %(day)s, false) AS falls OFFSET 0
  ) AS today
  CROSS JOIN LATERAL (
    SELECT {_READING} AS reading, {_WEIGHT.format(reading=_READING)} AS weight,
           {_INTEREST.format(reading=_BEFORE)} AS rounded_before, {_INTEREST.format(reading=_READING)} AS rounded,
           {_EXACT.format(day=_YESTERDAY)} AS exact, {_PENALTY.format(day=_YESTERDAY)} AS penalty,
           (extract(year FROM {_TODAY}) - extract(year FROM loan.contract_on)
            - (to_char({_TODAY}, 'MMDD') < to_char(loan.contract_on, 'MMDD'))::int)::int AS year OFFSET 0
  ) AS went
  CROSS JOIN LATERAL (
{_MORNING}
  ) AS morning
  CROSS JOIN LATERAL (
    SELECT CASE WHEN NOT today.turns THEN state.interest_goes WHEN morning.stopped THEN 'memo' ELSE 'accrued' END
             AS interest_goes,
           CASE WHEN NOT today.turns THEN state.penalty_goes WHEN morning.stopped THEN 'memo' ELSE 'accrued' END
             AS penalty_goes,
           CASE WHEN today.turns THEN morning.tiyn ELSE state.overdue_tiyn END AS tiyn,
           CASE WHEN today.turns THEN morning.a_day ELSE state.penalty_a_day END AS a_day,
           CASE WHEN today.turns THEN morning.after_on ELSE state.late_after_on END AS after_on,
           CASE WHEN went.year = state.penalty_year THEN went.exact ELSE 0 END AS exact,
           CASE WHEN went.year = state.penalty_year THEN went.penalty ELSE 0 END AS penalty,
           -- Of 29 February it may be a day early: then the pace of that day is told once more.
           greatest((loan.contract_on + make_interval(years => went.year + 1))::date, {_TOMORROW}) AS year_on OFFSET 0
  ) AS begun
  CROSS JOIN LATERAL (
    SELECT begun.exact + begun.a_day AS exact,
           least((begun.exact + begun.a_day)::bigint, state.penalty_most_tiyn) AS penalty,
           state.period_accrued_tiyn
             + CASE state.interest_goes WHEN 'accrued' THEN went.rounded_before - state.period_rounded_tiyn ELSE 0 END
             + CASE begun.interest_goes WHEN 'accrued' THEN went.rounded - went.rounded_before ELSE 0 END AS accrued
    OFFSET 0
  ) AS done
  CROSS JOIN LATERAL (
{_EVENING}
  ) AS evening
  CROSS JOIN LATERAL (
    SELECT CASE WHEN today.falls THEN evening.stopped ELSE morning.stopped END AS stopped,
           CASE WHEN today.falls THEN evening.tiyn ELSE morning.tiyn END AS tiyn,
           CASE WHEN today.falls THEN evening.a_day ELSE morning.a_day END AS a_day,
           CASE WHEN today.falls THEN evening.after_on ELSE morning.after_on END AS after_on,
           CASE WHEN today.falls THEN evening.next ELSE morning.next END AS next
  ) AS last
  WHERE {_RUNNING} AND NOT {_SAME}
)"""  # noqa: S608 - our own words alone

# An instalment that falls due takes the interest of its period; the next period starts from nothing.
_KEPT = """\
settled AS (
  UPDATE loans_due AS due SET
    interest_tiyn = due.interest_tiyn + changed.accrued, interest_paid_tiyn = due.interest_paid_tiyn + changed.paid,
    held_tiyn = due.held_tiyn + changed.held
  FROM changed WHERE changed.falls AND due.loan_id = changed.loan_id AND due.number = changed.period
), kept AS (
  UPDATE loans_loanstate AS state SET
    stood_on = %(day)s, meter = changed.reading,
    period = state.period + changed.falls::int,
    period_weight = CASE WHEN changed.falls THEN 0 ELSE changed.weight END,
    period_rounded_tiyn = CASE WHEN changed.falls THEN 0 ELSE changed.rounded END,
    period_accrued_tiyn = CASE WHEN changed.falls THEN 0 ELSE changed.accrued END,
    period_paid_tiyn = CASE WHEN changed.falls THEN 0 ELSE changed.paid END,
    period_held_tiyn = CASE WHEN changed.falls THEN 0 ELSE changed.held END,
    memo_interest_tiyn = state.memo_interest_tiyn
      + CASE state.interest_goes WHEN 'memo' THEN changed.interest_before ELSE 0 END
      + CASE changed.interest_goes WHEN 'memo' THEN changed.interest ELSE 0 END,
    penalty_tiyn = state.penalty_tiyn
      + CASE state.penalty_goes WHEN 'accrued' THEN changed.penalty_before ELSE 0 END
      + CASE changed.penalty_goes WHEN 'accrued' THEN changed.penalty ELSE 0 END,
    memo_penalty_tiyn = state.memo_penalty_tiyn
      + CASE state.penalty_goes WHEN 'memo' THEN changed.penalty_before ELSE 0 END
      + CASE changed.penalty_goes WHEN 'memo' THEN changed.penalty ELSE 0 END,
    penalty_year = changed.year, penalty_exact = changed.penalty_exact,
    penalty_year_accrued_tiyn = changed.penalty_year_accrued,
    base_tiyn = changed.base, gain = changed.base,
    interest_goes = CASE WHEN changed.stopped THEN 'memo' ELSE 'accrued' END,
    penalty_goes = CASE WHEN changed.stopped THEN 'memo' ELSE 'accrued' END,
    overdue_tiyn = CASE WHEN changed.stopped THEN 0 ELSE changed.tiyn END,
    penalty_a_day = changed.a_day, late_after_on = changed.after_on,
    next_change_on = changed.next_change_on, next_due_on = changed.next_due_on
  FROM changed WHERE state.serial = changed.serial
)"""

# The rows of the day: by the pace, of those looked at once more, and `told`, days the rules have reckoned themselves.
# A loan that is not late and did not change yesterday gets no penalty: dates tell it faster than sums.
_GONE = f"""\
gone AS MATERIALIZED (
  SELECT serial, loan_id, base, overdue, late,
         CASE interest_goes WHEN 'accrued' THEN interest ELSE 0 END AS interest,
         CASE penalty_goes WHEN 'accrued' THEN penalty ELSE 0 END AS penalty,
         CASE interest_goes WHEN 'held' THEN interest END AS held,
         CASE interest_goes WHEN 'memo' THEN interest END AS memo_interest,
         CASE penalty_goes WHEN 'memo' THEN penalty END AS memo_penalty
  FROM (
    SELECT state.serial, state.loan_id, state.base_tiyn AS base, state.overdue_tiyn AS overdue,
           coalesce(state.late_days, %(day)s - state.late_after_on, 0) AS late,
           CASE state.gain WHEN 0 THEN 0 ELSE {_INTEREST.format(reading=_READING)}
             - CASE state.meter WHEN {_BEFORE} THEN state.period_rounded_tiyn
               ELSE {_INTEREST.format(reading=_BEFORE)} END END AS interest,
           CASE WHEN state.late_after_on IS NULL AND state.stood_on < {_YESTERDAY} THEN 0
             ELSE {_PENALTY.format(day=_TODAY)} - {_PENALTY.format(day=_YESTERDAY)} END AS penalty,
           state.interest_goes, state.penalty_goes
    FROM loans_loanstate AS state WHERE {_RUNNING} AND {_SAME}
    OFFSET 0
  ) AS paced
  UNION ALL
  SELECT serial, loan_id, base, was_overdue, coalesce(%(day)s - was_late_after_on, 0),
         CASE interest_goes WHEN 'accrued' THEN interest ELSE 0 END,
         CASE penalty_goes WHEN 'accrued' THEN penalty ELSE 0 END,
         NULL,
         CASE interest_goes WHEN 'memo' THEN interest END,
         CASE penalty_goes WHEN 'memo' THEN penalty END
  FROM changed
  UNION ALL
  SELECT * FROM unnest(%(serials)s::bigint[], %(loans)s::uuid[], %(bases)s::bigint[], %(overdues)s::bigint[],
                       %(lates)s::int[], %(interests)s::bigint[], %(penalties)s::bigint[], %(helds)s::bigint[],
                       %(memo_interests)s::bigint[], %(memo_penalties)s::bigint[])
), written AS (
  INSERT INTO loans_accrual (day, serial, principal_tiyn, interest_tiyn, overdue_tiyn, penalty_tiyn, days_past_due,
                             held_tiyn, memo_interest_tiyn, memo_penalty_tiyn)
  SELECT %(day)s, serial, base, interest, overdue, penalty, late, held, memo_interest, memo_penalty FROM gone
), total AS (
  SELECT count(*) AS loans, coalesce(sum(interest), 0)::bigint AS interest,
         coalesce(sum(penalty), 0)::bigint AS penalty,
         (coalesce(sum(memo_interest), 0) + coalesce(sum(memo_penalty), 0))::bigint AS memo,
         count(*) FILTER (WHERE interest > 0) + count(*) FILTER (WHERE penalty > 0) AS lines,
         count(*) FILTER (WHERE memo_interest > 0) + count(*) FILTER (WHERE memo_penalty > 0) AS memo_lines
  FROM gone
)"""  # noqa: S608 - our own words alone

_LINES = """\
lines AS (
  SELECT row_number() OVER () AS number, account, sub, debit, credit
  FROM (SELECT %(interest_account)s::text AS account, loan_id AS sub, interest AS debit, 0::bigint AS credit
        FROM gone WHERE interest > 0
        UNION ALL SELECT %(penalty_account)s, loan_id, penalty, 0 FROM gone WHERE penalty > 0
        UNION ALL SELECT %(interest_income)s, NULL, 0, interest FROM total WHERE interest > 0
        UNION ALL SELECT %(penalty_income)s, NULL, 0, penalty FROM total WHERE penalty > 0) AS line
)"""
# A product may have accounts of its own.
_OWN_LINES = """\
booked AS MATERIALIZED (
  SELECT gone.loan_id, gone.interest, gone.penalty,
         coalesce(own.interest_receivable_id, %(interest_account)s) AS interest_account,
         coalesce(own.penalty_receivable_id, %(penalty_account)s) AS penalty_account,
         coalesce(own.interest_income_id, %(interest_income)s) AS interest_income,
         coalesce(own.penalty_income_id, %(penalty_income)s) AS penalty_income
  FROM gone LEFT JOIN ledger_accountsof AS kept ON kept.subject = gone.loan_id
  LEFT JOIN ledger_accountset AS own ON own.id = kept.accounts_id
), lines AS (
  SELECT row_number() OVER () AS number, account, sub, debit, credit
  FROM (SELECT interest_account AS account, loan_id AS sub, interest AS debit, 0::bigint AS credit
        FROM booked WHERE interest > 0
        UNION ALL SELECT penalty_account, loan_id, penalty, 0 FROM booked WHERE penalty > 0
        UNION ALL SELECT interest_income, NULL, 0, sum(interest)::bigint
                  FROM booked WHERE interest > 0 GROUP BY interest_income
        UNION ALL SELECT penalty_income, NULL, 0, sum(penalty)::bigint
                  FROM booked WHERE penalty > 0 GROUP BY penalty_income) AS line
)"""
_MEMO_LINES = """\
memo AS (
  SELECT row_number() OVER () AS number, account, sub, debit, credit
  FROM (SELECT %(memo_interest_account)s::text AS account, loan_id AS sub, memo_interest AS debit, 0::bigint AS credit
        FROM gone WHERE memo_interest > 0
        UNION ALL SELECT %(memo_penalty_account)s, loan_id, memo_penalty, 0 FROM gone WHERE memo_penalty > 0
        UNION ALL SELECT %(memo_contra)s, NULL, 0, memo FROM total WHERE memo > 0) AS line
)"""


# How many lines there are, with those of income, and their sum.
_SUMS = """\
SELECT lines + (interest > 0)::int + (penalty > 0)::int AS lines, interest + penalty AS amount FROM total"""
_MEMO_SUMS = "SELECT memo_lines + (memo > 0)::int AS lines, memo AS amount FROM total"


def _day(lines: str, sums: str) -> str:
    posted = (lines, bulk("accrued", "lines", sums), _MEMO_LINES, bulk("memo", "memo", _MEMO_SUMS))
    return f"""WITH {", ".join((_CHANGED, _KEPT, _GONE, *posted))}
SELECT total.loans, total.interest, total.penalty,
       (SELECT array_agg(loan_id) FROM changed WHERE falls AND credit_tiyn > 0)
FROM total"""  # noqa: S608 - our own words alone


# Loans, interest and penalty of the day, and the loans that may use credit on an instalment that fell due.
DAY = _day(_LINES, _SUMS)
DAY_WITH_OWN_ACCOUNTS = _day(_OWN_LINES, "")

# A loan that went ahead of its chunk stands on the day it came to.
STAND = f"""
WITH went AS (
  SELECT state.serial, {_READING} AS reading, {_WEIGHT.format(reading=_READING)} AS weight,
         {_INTEREST.format(reading=_READING)} AS rounded,
         {_EXACT.format(day=_TODAY)} AS exact, {_PENALTY.format(day=_TODAY)} AS penalty
  FROM loans_loanstate AS state WHERE {_RUNNING}
)
UPDATE loans_loanstate AS state SET stood_on = %(day)s,
  meter = went.reading, period_weight = went.weight, period_rounded_tiyn = went.rounded,
  period_accrued_tiyn = state.period_accrued_tiyn
    + CASE state.interest_goes WHEN 'accrued' THEN went.rounded - state.period_rounded_tiyn ELSE 0 END,
  period_held_tiyn = state.period_held_tiyn
    + CASE state.interest_goes WHEN 'held' THEN went.rounded - state.period_rounded_tiyn ELSE 0 END,
  memo_interest_tiyn = state.memo_interest_tiyn
    + CASE state.interest_goes WHEN 'memo' THEN went.rounded - state.period_rounded_tiyn ELSE 0 END,
  penalty_tiyn = state.penalty_tiyn
    + CASE state.penalty_goes WHEN 'accrued' THEN went.penalty - state.penalty_year_accrued_tiyn ELSE 0 END,
  memo_penalty_tiyn = state.memo_penalty_tiyn
    + CASE state.penalty_goes WHEN 'memo' THEN went.penalty - state.penalty_year_accrued_tiyn ELSE 0 END,
  penalty_exact = went.exact, penalty_year_accrued_tiyn = went.penalty
FROM went WHERE state.serial = went.serial
RETURNING state.serial
"""  # noqa: S608 - our own words alone

# Few loans of a chunk change, and the planner cannot know it: without this it would read whole tables for each chunk.
# Such a plan fits every chunk, so it is made once for a session. Rows of a chunk are kept in memory.
_SETTINGS = {
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",  # of a few rows each, and every page of them would be asked for by another process
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    "work_mem": "16MB",
}
BY_INDEX = "SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _SETTINGS.items())
AS_BEFORE = "SELECT " + ", ".join(f"set_config('{name}', NULL, true)" for name in _SETTINGS)
