"""The statements of the day close. Their figures are those of `rules.accrue_day`; a test holds the two equal.

`went` is a loan brought to a later day at its pace, `state` the row as it stood.
"""

from __future__ import annotations

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
      least(round(state.penalty_exact + state.penalty_a_day * ({day} - state.stood_on)), state.penalty_most_tiyn)\
::bigint END"""
_EXACT = "state.penalty_exact + state.penalty_a_day * ({day} - state.stood_on)"

_METER = """\
meter AS (
  SELECT * FROM unnest(%(day_counts)s::text[], %(before)s::bigint[], %(readings)s::bigint[])
    AS meter(day_count, before, reading)
)"""
_RUNNING = """\
state.serial >= %(first)s AND state.serial < %(beyond)s AND state.closed_on IS NULL AND state.stood_on < %(day)s"""

_MEMO_AND_PENALTY = """\
  memo_interest_tiyn = state.memo_interest_tiyn
    + CASE state.interest_goes WHEN 'memo' THEN went.rounded - state.period_rounded_tiyn ELSE 0 END,
  penalty_tiyn = state.penalty_tiyn
    + CASE state.penalty_goes WHEN 'accrued' THEN went.penalty - state.penalty_year_accrued_tiyn ELSE 0 END,
  memo_penalty_tiyn = state.memo_penalty_tiyn
    + CASE state.penalty_goes WHEN 'memo' THEN went.penalty - state.penalty_year_accrued_tiyn ELSE 0 END"""
_STANDS = f"""\
  meter = went.reading, period_weight = went.weight, period_rounded_tiyn = went.rounded,
  period_accrued_tiyn = state.period_accrued_tiyn
    + CASE state.interest_goes WHEN 'accrued' THEN went.rounded - state.period_rounded_tiyn ELSE 0 END,
  period_held_tiyn = state.period_held_tiyn
    + CASE state.interest_goes WHEN 'held' THEN went.rounded - state.period_rounded_tiyn ELSE 0 END,
{_MEMO_AND_PENALTY}"""


def _went(reading: str, day: str) -> str:
    return f"""{reading} AS reading,
         state.period_weight + state.gain * ({reading} - state.meter) AS weight,
         {_INTEREST.format(reading=reading)} AS rounded,
         {_EXACT.format(day=day)} AS exact, {_PENALTY.format(day=day)} AS penalty"""


# Ordinary loans whose pace changes with the day: where they stand the evening before, and the pace from this day on.
PACE = f"""
WITH {_METER}, turning AS MATERIALIZED (
  SELECT state.serial, state.loan_id, state.period, state.principal_tiyn,
         {_went("meter.before", "(%(day)s::date - 1)")},
         loan.contract_on, loan.stop_days, loan.penalty_switch_days AS switch,
         loan.penalty_first_day_rate AS first_rate, loan.penalty_later_day_rate AS later_rate,
         (extract(year FROM %(day)s::date) - extract(year FROM loan.contract_on)
          - (to_char(%(day)s::date, 'MMDD') < to_char(loan.contract_on, 'MMDD'))::int)::int AS year
  FROM loans_loanstate AS state JOIN meter ON meter.day_count = state.day_count
  JOIN loans_loan AS loan ON loan.id = state.loan_id
  WHERE {_RUNNING} AND state.next_change_on <= %(day)s AND state.unusual IS NULL
), went AS (
  SELECT turning.*, overdue.after_on, coalesce(overdue.tiyn, 0) AS tiyn, coalesce(overdue.a_day, 0) AS a_day,
         coalesce(%(day)s - overdue.after_on > turning.stop_days, false) AS stopped, overdue.next,
         overdue.after_on + turning.stop_days + 1 AS stop_on,
         -- Of 29 February it may be a day early: then the pace of that day is told once more.
         greatest((turning.contract_on + make_interval(years => turning.year + 1))::date, %(day)s::date + 1) AS year_on
  FROM turning CROSS JOIN LATERAL (
    SELECT min(grace) FILTER (WHERE late) AS after_on, sum(owed.tiyn) FILTER (WHERE late) AS tiyn,
           sum(owed.tiyn * CASE WHEN early THEN turning.first_rate ELSE turning.later_rate END) FILTER (WHERE late)
             AS a_day,
           min(CASE WHEN NOT late THEN grace + 1 WHEN early THEN grace + turning.switch + 1 END) AS next
    FROM (
      SELECT due.grace_until_on AS grace, due.grace_until_on < %(day)s AS late,
             due.principal_tiyn - due.principal_paid_tiyn + due.interest_tiyn - due.interest_paid_tiyn AS tiyn,
             %(day)s - due.grace_until_on <= turning.switch AS early
      FROM loans_due AS due WHERE due.loan_id = turning.loan_id AND due.number < turning.period
        AND (due.principal_tiyn > due.principal_paid_tiyn OR due.interest_tiyn > due.interest_paid_tiyn)
    ) AS owed
  ) AS overdue
)
UPDATE loans_loanstate AS state SET
  stood_on = %(day)s::date - 1, penalty_year = went.year,
{_STANDS},
  penalty_exact = CASE WHEN went.year = state.penalty_year THEN went.exact ELSE 0 END,
  penalty_year_accrued_tiyn = CASE WHEN went.year = state.penalty_year THEN went.penalty ELSE 0 END,
  base_tiyn = went.principal_tiyn, gain = went.principal_tiyn,
  interest_goes = CASE WHEN went.stopped THEN 'memo' ELSE 'accrued' END,
  penalty_goes = CASE WHEN went.stopped THEN 'memo' ELSE 'accrued' END,
  overdue_tiyn = CASE WHEN went.stopped THEN 0 ELSE went.tiyn END,
  penalty_a_day = went.a_day, late_after_on = went.after_on,
  next_change_on = least(went.next, CASE WHEN went.stop_on > %(day)s THEN went.stop_on END, went.year_on)
FROM went WHERE state.serial = went.serial
"""  # noqa: S608 - our own words alone

# Every running loan's row of the day, and one entry for all (one more for what may not be demanded). `told`, the
# unnested rows, are the days the rules have reckoned themselves.
DAY = f"""
WITH {_METER}, paced AS MATERIALIZED (
  SELECT state.serial, state.loan_id, state.base_tiyn AS base, state.overdue_tiyn AS overdue,
         coalesce(state.late_days, %(day)s - state.late_after_on, 0) AS late,
         CASE state.gain WHEN 0 THEN 0 ELSE {_INTEREST.format(reading="meter.reading")}
           - CASE meter.before WHEN state.meter THEN state.period_rounded_tiyn
             ELSE {_INTEREST.format(reading="meter.before")} END END AS interest,
         CASE WHEN state.penalty_a_day = 0 AND state.penalty_exact = 0 THEN 0 ELSE
           {_PENALTY.format(day="%(day)s::date")} - {_PENALTY.format(day="(%(day)s::date - 1)")} END AS penalty,
         state.interest_goes, state.penalty_goes
  FROM loans_loanstate AS state JOIN meter ON meter.day_count = state.day_count
  WHERE {_RUNNING}
), gone AS MATERIALIZED (
  SELECT serial, loan_id, base, overdue, late,
         CASE interest_goes WHEN 'accrued' THEN interest ELSE 0 END AS interest,
         CASE penalty_goes WHEN 'accrued' THEN penalty ELSE 0 END AS penalty,
         CASE interest_goes WHEN 'held' THEN interest END AS held,
         CASE interest_goes WHEN 'memo' THEN interest END AS memo_interest,
         CASE penalty_goes WHEN 'memo' THEN penalty END AS memo_penalty
  FROM paced
  UNION ALL
  SELECT * FROM unnest(%(serials)s::bigint[], %(loans)s::uuid[], %(bases)s::bigint[], %(overdues)s::bigint[],
                       %(lates)s::int[], %(interests)s::bigint[], %(penalties)s::bigint[], %(helds)s::bigint[],
                       %(memo_interests)s::bigint[], %(memo_penalties)s::bigint[])
), written AS (
  INSERT INTO loans_accrual (day, serial, principal_tiyn, interest_tiyn, overdue_tiyn, penalty_tiyn, days_past_due,
                             held_tiyn, memo_interest_tiyn, memo_penalty_tiyn)
  SELECT %(day)s, serial, base, interest, overdue, penalty, late, held, memo_interest, memo_penalty FROM gone
), booked AS MATERIALIZED (
  -- A product may have accounts of its own.
  SELECT gone.loan_id, gone.interest, gone.penalty,
         coalesce(own.interest_receivable_id, %(interest_account)s) AS interest_account,
         coalesce(own.penalty_receivable_id, %(penalty_account)s) AS penalty_account,
         coalesce(own.interest_income_id, %(interest_income)s) AS interest_income,
         coalesce(own.penalty_income_id, %(penalty_income)s) AS penalty_income
  FROM gone LEFT JOIN ledger_accountsof AS kept ON kept.subject = gone.loan_id
  LEFT JOIN ledger_accountset AS own ON own.id = kept.accounts_id
), total AS (
  SELECT count(*) AS loans, coalesce(sum(interest), 0)::bigint AS interest,
         coalesce(sum(penalty), 0)::bigint AS penalty,
         (coalesce(sum(memo_interest), 0) + coalesce(sum(memo_penalty), 0))::bigint AS memo
  FROM gone
)
SELECT total.loans, total.interest, total.penalty,
       CASE WHEN total.interest + total.penalty > 0 THEN (
         SELECT ledger_post_bulk(
           %(entry_id)s, %(key)s, %(description_code)s, %(ref)s, %(effective_on)s, %(day)s, %(now)s,
           %(beyond)s - %(first)s > 1, array_agg(account), array_agg(loan_id), array_agg(debit), array_agg(credit))
         FROM (SELECT interest_account AS account, loan_id, interest AS debit, 0::bigint AS credit
               FROM booked WHERE interest > 0
               UNION ALL SELECT penalty_account, loan_id, penalty, 0 FROM booked WHERE penalty > 0
               UNION ALL SELECT interest_income, NULL, 0, sum(interest)::bigint
                         FROM booked WHERE interest > 0 GROUP BY interest_income
               UNION ALL SELECT penalty_income, NULL, 0, sum(penalty)::bigint
                         FROM booked WHERE penalty > 0 GROUP BY penalty_income) AS line
       ) END,
       CASE WHEN total.memo > 0 THEN (
         SELECT ledger_post_bulk(
           %(memo_id)s, %(memo_key)s, %(memo_code)s, %(ref)s, %(effective_on)s, %(day)s, %(now)s,
           %(beyond)s - %(first)s > 1, array_agg(account), array_agg(loan_id), array_agg(debit), array_agg(credit))
         FROM (SELECT %(memo_interest_account)s AS account, loan_id, memo_interest AS debit, 0::bigint AS credit
               FROM gone WHERE memo_interest > 0
               UNION ALL SELECT %(memo_penalty_account)s, loan_id, memo_penalty, 0 FROM gone WHERE memo_penalty > 0
               UNION ALL SELECT %(memo_contra)s, NULL, 0, total.memo) AS line(account, loan_id, debit, credit)
       ) END
FROM total
"""  # noqa: S608 - our own words alone

# Ordinary loans with an instalment due on the day: its interest is settled, the next period starts from nothing.
FALL_DUE = f"""
WITH {_METER}, went AS MATERIALIZED (
  SELECT state.serial, state.loan_id, state.period,
         state.period_paid_tiyn AS paid, state.interest_goes AS goes, state.period_held_tiyn AS held,
         state.period_accrued_tiyn AS accrued, state.period_rounded_tiyn AS before,
         {_went("meter.reading", "%(day)s::date")}
  FROM loans_loanstate AS state JOIN meter ON meter.day_count = state.day_count
  WHERE {_RUNNING} AND state.next_due_on = %(day)s AND state.unusual IS NULL
), settled AS (
  UPDATE loans_due AS due SET
    interest_tiyn = due.interest_tiyn + went.accrued
      + CASE went.goes WHEN 'accrued' THEN went.rounded - went.before ELSE 0 END,
    interest_paid_tiyn = due.interest_paid_tiyn + went.paid,
    held_tiyn = due.held_tiyn + went.held + CASE went.goes WHEN 'held' THEN went.rounded - went.before ELSE 0 END
  FROM went WHERE due.loan_id = went.loan_id AND due.number = went.period
)
UPDATE loans_loanstate AS state SET
  stood_on = %(day)s, meter = went.reading, period = state.period + 1, period_weight = 0, period_rounded_tiyn = 0,
  period_accrued_tiyn = 0, period_paid_tiyn = 0, period_held_tiyn = 0,
{_MEMO_AND_PENALTY},
  penalty_exact = went.exact, penalty_year_accrued_tiyn = went.penalty, next_change_on = %(day)s::date + 1,
  next_due_on = (SELECT following.due_on FROM loans_due AS following
                 WHERE following.loan_id = state.loan_id AND following.number = state.period + 1)
FROM went WHERE state.serial = went.serial
RETURNING state.loan_id, state.credit_tiyn > 0
"""  # noqa: S608 - our own words alone

# A loan that went ahead of its chunk stands on the day it came to.
STAND = f"""
WITH {_METER}, went AS (
  SELECT state.serial, {_went("meter.reading", "%(day)s::date")}
  FROM loans_loanstate AS state JOIN meter ON meter.day_count = state.day_count WHERE {_RUNNING}
)
UPDATE loans_loanstate AS state SET stood_on = %(day)s,
{_STANDS},
  penalty_exact = went.exact, penalty_year_accrued_tiyn = went.penalty
FROM went WHERE state.serial = went.serial
"""  # noqa: S608 - our own words alone

# Few loans of a chunk change, and the planner cannot know it: without this it would read whole tables for each chunk.
BY_INDEX = """
SELECT set_config(name, %(on)s, true)
FROM unnest(ARRAY['enable_hashjoin', 'enable_mergejoin', 'enable_seqscan']) AS name
UNION ALL SELECT set_config('jit', 'off', true)
"""
