"""Entries of very many lines, as the day close makes them: one entry for a chunk of loans and a day.

A line of such an entry is `bulk`. Lines of an entry come in the order of what they are kept by, so a summary of each
few pages (BRIN) finds a loan's lines among them; an index of single rows, in the random order of ids, would cost more
than the lines. Every check of an entry stays; lines are looked at in one pass, however many they are.
"""

from django.db import migrations, models

COLUMN = """
ALTER TABLE ledger_entryline ADD COLUMN bulk boolean NOT NULL DEFAULT false;
"""

BULK_INDEX = """
CREATE INDEX ledger_line_bulk ON ledger_entryline USING brin (sub) WITH (pages_per_range = 8, autosummarize = on)
  WHERE bulk;
"""

LINES = """
CREATE OR REPLACE FUNCTION ledger_check_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  v_bad uuid;
  v_stray boolean;
  v_kept boolean;
BEGIN
  WITH part AS MATERIALIZED (
    SELECT entry_id, account_id, sub IS NOT NULL AS by_sub, count(*) AS lines, max(number) AS last,
           sum(debit_tiyn) AS debit, sum(credit_tiyn) AS credit, min(effective_on) AS first_on,
           max(effective_on) AS last_on
    FROM fresh GROUP BY entry_id, account_id, sub IS NOT NULL
  )
  SELECT
    (SELECT found.entry_id
     FROM (SELECT entry_id, sum(lines) AS lines, max(last) AS last, sum(debit) AS debit, sum(credit) AS credit,
                  min(first_on) AS first_on, max(last_on) AS last_on
           FROM part GROUP BY entry_id) AS found
     LEFT JOIN ledger_entry AS entry ON entry.id = found.entry_id
     WHERE entry.id IS NULL OR found.lines <> entry.line_count OR found.last <> entry.line_count
        OR found.debit <> entry.amount_tiyn OR found.credit <> entry.amount_tiyn
        OR found.first_on <> entry.effective_on OR found.last_on <> entry.effective_on
     LIMIT 1),
    EXISTS (SELECT FROM part LEFT JOIN ledger_account AS account ON account.code = part.account_id
            WHERE account.code IS NULL OR account.by_sub <> part.by_sub),
    EXISTS (SELECT FROM part JOIN ledger_account AS account ON account.code = part.account_id
            WHERE NOT account.may_overdraw)
  INTO v_bad, v_stray, v_kept;
  IF v_bad IS NOT NULL THEN
    RAISE EXCEPTION 'entry % is not balanced and complete', v_bad
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_balanced';
  END IF;
  IF v_stray THEN
    RAISE EXCEPTION 'a line names no account of the chart, or not what the account is kept by'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_line_account';
  END IF;
  IF NOT v_kept THEN
    RETURN NULL;
  END IF;

  -- Locked in one order, so that two postings over the same accounts cannot wait for each other.
  INSERT INTO ledger_balance (account_id, sub, settled_tiyn, held_tiyn)
  SELECT DISTINCT fresh.account_id, fresh.sub, 0, 0
  FROM fresh JOIN ledger_account AS account ON account.code = fresh.account_id AND NOT account.may_overdraw
  ORDER BY 1, 2
  ON CONFLICT DO NOTHING;
  PERFORM 1 FROM ledger_balance AS balance
  WHERE EXISTS (SELECT 1 FROM fresh WHERE fresh.account_id = balance.account_id
                  AND fresh.sub IS NOT DISTINCT FROM balance.sub)
  ORDER BY balance.account_id, balance.sub FOR UPDATE;
  UPDATE ledger_balance AS balance SET settled_tiyn = balance.settled_tiyn + moved.tiyn
  FROM (SELECT fresh.account_id, fresh.sub,
               sum(CASE account.side WHEN 'debit' THEN debit_tiyn - credit_tiyn ELSE credit_tiyn - debit_tiyn END)
                 AS tiyn
        FROM fresh JOIN ledger_account AS account ON account.code = fresh.account_id AND NOT account.may_overdraw
        GROUP BY 1, 2) AS moved
  WHERE balance.account_id = moved.account_id AND balance.sub IS NOT DISTINCT FROM moved.sub;
  RETURN NULL;
END $$;
"""

# Who calls it knows that a key comes once (a chunk and its day are closed whole, under a lock): of a key that exists
# already nothing is written and it is an error. The fingerprint is of the sums: the lines are what the trigger checks.
POST_BULK = """
CREATE FUNCTION ledger_post_bulk(
  p_id uuid, p_key text, p_description text, p_ref uuid, p_effective date, p_value date, p_recorded_at timestamptz,
  p_bulk boolean, p_accounts text[], p_subs uuid[], p_debits bigint[], p_credits bigint[]
) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  v_amount bigint := (SELECT sum(debit) FROM unnest(p_debits) AS debit);
BEGIN
  WITH written AS (
    INSERT INTO ledger_entry (id, key, description_code, ref, effective_on, value_on, recorded_at, line_count,
                              amount_tiyn, fingerprint)
    VALUES (p_id, p_key, p_description, p_ref, p_effective, p_value, p_recorded_at, cardinality(p_accounts), v_amount,
            sha256(convert_to(concat_ws('|', p_key, cardinality(p_accounts), v_amount), 'UTF8')))
    RETURNING id
  )
  INSERT INTO ledger_entryline (entry_id, number, account_id, sub, debit_tiyn, credit_tiyn, effective_on, bulk)
  SELECT written.id, line.number, line.account, line.sub, line.debit, line.credit, p_effective, p_bulk
  FROM written, unnest(p_accounts, p_subs, p_debits, p_credits) WITH ORDINALITY
    AS line(account, sub, debit, credit, number);
  RETURN p_id;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_journal_index")]
    operations = [
        migrations.RunSQL(
            COLUMN,
            "ALTER TABLE ledger_entryline DROP COLUMN bulk",
            state_operations=[migrations.AddField("entryline", "bulk", models.BooleanField(default=False))],
        ),
        migrations.RemoveIndex("entryline", "ledger_line_sub"),
        migrations.AddIndex(
            "entryline",
            models.Index(
                condition=models.Q(sub__isnull=False, bulk=False), fields=["sub", "account"], name="ledger_line_sub"
            ),
        ),
        migrations.RunSQL(BULK_INDEX, "DROP INDEX ledger_line_bulk"),
        migrations.RunSQL(LINES + POST_BULK, "DROP FUNCTION ledger_post_bulk"),
    ]
