"""A synthetic book of loans by a seed, made by the database itself: as many as asked, some in arrears or suspended.

The loans stand alone (no clients, no contracts), so the references to those are dropped in the benchmark's database.
Of a hundred loans 80 are paid to the day, 14 are late by one to three instalments, 2 so late that nothing more may be
demanded, 2 are business loans in arrears, one is suspended, one has another rate than agreed at first. All day counts.
"""

from __future__ import annotations

from datetime import date

import psycopg

FOREIGN = """
SELECT conrelid::regclass::text, conname FROM pg_constraint
WHERE contype = 'f' AND conrelid::regclass::text LIKE 'loans\\_%' AND confrelid::regclass::text NOT LIKE 'loans\\_%'
"""

# u1 to u4 are even chances between nothing and one, the same for a seed and a number for ever.
DRAWN = """
CREATE UNLOGGED TABLE bench_drawn AS
SELECT number, id, term, fallen, amount, opened_on, rate, class, unpaid,
       (ARRAY['act/365', 'act/360', 'act/364', 'act/act', '30/360'])[(number / 7) %% 5 + 1] AS day_count,
       (ARRAY[365, 360, 364, 133590, 360])[(number / 7) %% 5 + 1] AS units
FROM (
  SELECT *, least(unpaid_wish, fallen) AS unpaid FROM (
    SELECT *, (SELECT count(*) FROM generate_series(1, term) AS k
               WHERE (opened_on + make_interval(months => k::int))::date <= %(day)s)::int AS fallen,
           CASE WHEN class < 80 THEN 0 WHEN class < 94 THEN 1 + class %% 3 WHEN class < 98 THEN 5 ELSE 0 END
             AS unpaid_wish
    FROM (
      SELECT number, md5(%(seed)s || ':' || number)::uuid AS id, number %% 100 AS class,
             6 + 6 * floor(u1 * 4)::int AS term, ((50000 + floor(u3 * 950000)) * 100)::bigint AS amount,
             20 + floor(u4 * 27)::int AS rate,
             %(day)s::date - 1 - floor(u2 * (5 + 6 * floor(u1 * 4)) * 30)::int AS opened_on
      FROM (
        SELECT number, u[1] AS u1, u[2] AS u2, u[3] AS u3, u[4] AS u4
        FROM generate_series(1, %(loans)s) AS number
        CROSS JOIN LATERAL (
          SELECT array_agg(('x' || substr(md5(%(seed)s || '/' || number), place, 7))::bit(28)::int / 268435456.0
                           ORDER BY place) AS u
          FROM (VALUES (1), (9), (17), (25)) AS places(place)
        ) AS chances
      ) AS even
    ) AS chosen
  ) AS aged
) AS owed
"""

LOANS = """
INSERT INTO loans_loan (id, contract_id, client_id, number, amount_tiyn, opened_on, opened_at, contract_on, consumer,
  terms, rate_numerator, rate_denominator, day_count, penalty_first_day_rate, penalty_later_day_rate,
  penalty_switch_days, penalty_year_cap, penalty_year_most_tiyn, stop_days)
SELECT id, id, id, 'B' || number, amount, opened_on, opened_on, opened_on, class NOT IN (96, 97),
  jsonb_build_object('principal_tiyn', amount, 'annual_rate', rate || '/100', 'method', 'differentiated',
    'instalments', term, 'every', 1, 'unit', 'months', 'first_due_on', NULL, 'day_count', day_count,
    'payment_step_tiyn', 1, 'payment_tiyn', NULL, 'period_interest', 'daily', 'grace_principal', 0,
    'grace_interest', 0, 'principal_parts_tiyn', NULL, 'balloon_tiyn', NULL, 'due_day', NULL,
    'non_working_day', 'leave'),
  rate, 100, day_count, 0.005, 0.0003, 90, 0.1, amount / 10, CASE WHEN class IN (96, 97) THEN NULL ELSE 90 END
FROM bench_drawn ORDER BY number
"""

DUES = """
INSERT INTO loans_due (loan_id, number, due_on, grace_until_on, principal_tiyn, interest_tiyn, principal_paid_tiyn,
  interest_paid_tiyn, penalty_tiyn, penalty_paid_tiyn, held_tiyn)
SELECT id, k, due_on, due_on + CASE extract(isodow FROM due_on) WHEN 6 THEN 2 WHEN 7 THEN 1 ELSE 0 END, principal,
  CASE WHEN k <= fallen THEN interest ELSE 0 END, CASE WHEN k <= fallen - unpaid THEN principal ELSE 0 END,
  CASE WHEN k <= fallen - unpaid THEN interest ELSE 0 END, 0, 0, 0
FROM (
  SELECT id, number, k, fallen, unpaid, (opened_on + make_interval(months => k))::date AS due_on,
    amount / term + CASE WHEN k = term THEN amount %% term ELSE 0 END AS principal,
    (amount - (k - 1) * (amount / term)) * rate / 1200 AS interest
  FROM bench_drawn, generate_series(1, term) AS k
) AS rows ORDER BY number, k
"""

STATES = """
INSERT INTO loans_loanstate (loan_id, status, stood_on, closed_on, next_due_on, next_change_on, day_count, meter,
  base_tiyn, gain, numerator, denominator, interest_goes, penalty_goes, overdue_tiyn, penalty_a_day, penalty_most_tiyn,
  late_after_on, late_days, period, principal_tiyn, period_weight, period_rounded_tiyn, period_accrued_tiyn,
  period_paid_tiyn, period_held_tiyn, penalty_tiyn, penalty_year, penalty_exact, penalty_year_accrued_tiyn,
  memo_interest_tiyn, memo_penalty_tiyn, credit_tiyn, unusual, by_rules)
SELECT id, 'active', %(day)s, NULL, next_due_on, %(day)s::date + 1, day_count, loans_meter(day_count, %(day)s), left_,
  left_, rate, 100 * units, 'accrued', 'accrued', 0, 0, amount / 10, NULL, NULL, fallen + 1, left_, weight,
  rounded, rounded, 0, 0, 0, extract(year FROM age(%(day)s::date, opened_on)), 0, 0, 0, 0, 0,
  CASE class WHEN 98 THEN jsonb_build_object('halts', jsonb_build_array(jsonb_build_object(
      'ref', 'bench', 'kind', 'suspension', 'since', %(day)s::date - 5, 'until', NULL, 'interest', 'held',
      'stops_penalty', true, 'stops_delay', true)), 'delay_stopped_since', %(day)s::date - 5)
    WHEN 99 THEN jsonb_build_object('rate', jsonb_build_array(rate, 100)) END, class = 98
FROM (
  SELECT *, (2 * rate * weight + 100 * units) / (200 * units) AS rounded FROM (
    SELECT drawn.*, (opened_on + make_interval(months => fallen + 1))::date AS next_due_on, left_,
      left_ * (loans_meter(day_count, %(day)s)
               - loans_meter(day_count, (opened_on + make_interval(months => fallen))::date)) AS weight
    FROM bench_drawn AS drawn
    CROSS JOIN LATERAL (SELECT amount - (fallen - unpaid) * (amount / term) AS left_) AS sums
  ) AS weighed
) AS stood ORDER BY number
"""


# What stands on the loans' accounts that day, in entries as the day close makes them.
OPENED = """
WITH own AS (
  SELECT state.serial / 20000 AS chunk, position.* FROM loans_position AS position
  JOIN loans_loanstate AS state ON state.loan_id = position.loan_id
), line AS (
  SELECT chunk, row_number() OVER (PARTITION BY chunk) AS number, account, sub, debit, credit
  FROM (
    SELECT chunk, '1110.10' AS account, loan_id AS sub, principal_tiyn AS debit, 0::bigint AS credit FROM own
    UNION ALL SELECT chunk, '1270.10', loan_id, interest_tiyn, 0 FROM own WHERE interest_tiyn > 0
    UNION ALL SELECT chunk, '5030.10', NULL, 0, sum(principal_tiyn + interest_tiyn)::bigint FROM own GROUP BY chunk
  ) AS lines
), head AS (
  INSERT INTO ledger_entry (id, key, description_code, ref, effective_on, value_on, recorded_at, line_count,
    amount_tiyn, fingerprint)
  SELECT md5('opened:' || chunk)::uuid, 'opened:' || chunk, 'bench', md5('opened')::uuid, %(day)s, %(day)s, %(day)s,
    count(*), sum(debit)::bigint, '' FROM line GROUP BY chunk
)
INSERT INTO ledger_entryline (entry_id, number, account_id, sub, debit_tiyn, credit_tiyn, effective_on, bulk)
SELECT md5('opened:' || chunk)::uuid, number, account, sub, debit, credit, %(day)s, true FROM line
"""


def settle(owner_url: str) -> None:
    """After the first day, which writes every loan's row anew as no other does: rows lie as in a book that grew."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("VACUUM (FULL, ANALYZE) loans_loanstate")
        owner.execute("VACUUM ANALYZE")
        owner.execute("CHECKPOINT")


def stand_alone(owner_url: str) -> None:
    """Loans need no clients and contracts in this database."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for table, name in owner.execute(FOREIGN).fetchall():
            owner.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def make(owner_url: str, *, loans: int, seed: int, day: date) -> None:
    """Fill an empty database with loans that all stand at the end of `day`."""
    given = {"loans": loans, "seed": str(seed), "day": day}
    with psycopg.connect(owner_url, autocommit=True) as owner:
        stand_alone(owner_url)
        for statement in (DRAWN, LOANS, DUES, STATES, OPENED):
            owner.execute(statement, given)
        owner.execute("DROP TABLE bench_drawn")
        owner.execute("VACUUM ANALYZE")
        owner.execute("CHECKPOINT")
