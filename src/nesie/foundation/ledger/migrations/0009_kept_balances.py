"""Rows of balances are found by index, one by one in order; what is off the balance sheet balances by itself.

`IS NOT DISTINCT FROM` uses no index: with a row for each contract every posting would read them all.
"""

from django.db import migrations

LINES = """
CREATE OR REPLACE FUNCTION ledger_check_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  v_bad uuid;
  v_stray boolean;
  v_mixed boolean;
  v_kept boolean;
  v_moved record;
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
            WHERE account.kind IN ('memo', 'contra')
            GROUP BY part.entry_id HAVING sum(part.debit) <> sum(part.credit)),
    EXISTS (SELECT FROM part JOIN ledger_account AS account ON account.code = part.account_id
            WHERE NOT account.may_overdraw)
  INTO v_bad, v_stray, v_mixed, v_kept;
  IF v_bad IS NOT NULL THEN
    RAISE EXCEPTION 'entry % is not balanced and complete', v_bad
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_balanced';
  END IF;
  IF v_stray THEN
    RAISE EXCEPTION 'a line names no account of the chart, or not what the account is kept by'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_line_account';
  END IF;
  IF v_mixed THEN
    RAISE EXCEPTION 'what is off the balance sheet balances by itself'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_sheet_apart';
  END IF;
  IF NOT v_kept THEN
    RETURN NULL;
  END IF;

  -- Locked in one order, so that two postings over the same accounts cannot wait for each other.
  FOR v_moved IN
    SELECT fresh.account_id, fresh.sub,
           sum(CASE account.side WHEN 'debit' THEN debit_tiyn - credit_tiyn ELSE credit_tiyn - debit_tiyn END) AS tiyn
    FROM fresh JOIN ledger_account AS account ON account.code = fresh.account_id AND NOT account.may_overdraw
    GROUP BY fresh.account_id, fresh.sub ORDER BY fresh.account_id, fresh.sub NULLS FIRST
  LOOP
    CONTINUE WHEN ledger_add_settled(v_moved.account_id, v_moved.sub, v_moved.tiyn::bigint);
    INSERT INTO ledger_balance (account_id, sub, settled_tiyn, held_tiyn)
    VALUES (v_moved.account_id, v_moved.sub, 0, 0) ON CONFLICT DO NOTHING;
    PERFORM ledger_add_settled(v_moved.account_id, v_moved.sub, v_moved.tiyn::bigint);
  END LOOP;
  RETURN NULL;
END $$;
"""

# Two statements where one would do, because a condition that takes NULL as equal finds its row by no index.
# It has no right of its own: only the trigger that calls it as the owner may change these rows.
FOUND = """
CREATE FUNCTION ledger_add_settled(p_account text, p_sub uuid, p_tiyn bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF p_sub IS NULL THEN
    UPDATE ledger_balance SET settled_tiyn = settled_tiyn + p_tiyn WHERE account_id = p_account AND sub IS NULL;
  ELSE
    UPDATE ledger_balance SET settled_tiyn = settled_tiyn + p_tiyn WHERE account_id = p_account AND sub = p_sub;
  END IF;
  RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION ledger_move_held() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  v_hold ledger_hold;
  v_sign integer := CASE TG_TABLE_NAME WHEN 'ledger_hold' THEN 1 ELSE -1 END;
BEGIN
  IF TG_TABLE_NAME = 'ledger_hold' THEN
    v_hold := NEW;
  ELSE
    SELECT * INTO v_hold FROM ledger_hold WHERE id = NEW.hold_id;
  END IF;
  PERFORM 1 FROM ledger_account WHERE code = v_hold.account_id AND may_overdraw;
  IF FOUND THEN
    RETURN NULL;
  END IF;
  IF v_hold.sub IS NULL THEN
    UPDATE ledger_balance SET held_tiyn = held_tiyn + v_sign * v_hold.amount_tiyn
    WHERE account_id = v_hold.account_id AND sub IS NULL;
  ELSE
    UPDATE ledger_balance SET held_tiyn = held_tiyn + v_sign * v_hold.amount_tiyn
    WHERE account_id = v_hold.account_id AND sub = v_hold.sub;
  END IF;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'nothing stands on the account'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_not_overdrawn';
  END IF;
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_accounts_of")]
    operations = [migrations.RunSQL(FOUND + LINES)]
