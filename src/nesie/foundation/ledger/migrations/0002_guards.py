"""What the database itself holds: balance, completeness, no overdraft, closed months, one way of writing an entry.

A statement-level trigger with a transition table looks at all lines of a statement at once. Because the numbers of an
entry's lines are unique and must reach exactly `line_count`, lines can only come all together, and never again later.
"""

from django.db import migrations

# Any number of postings share the lock; closing a month takes it alone, so no posting is in flight meanwhile.
LOCK = "pg_advisory_xact_lock(4210779, 1)"
LOCK_SHARED = "pg_advisory_xact_lock_shared(4210779, 1)"

LINES = """
CREATE FUNCTION ledger_check_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE bad uuid;
BEGIN
  SELECT found.entry_id INTO bad
  FROM (SELECT entry_id, count(*) AS lines, max(number) AS last, sum(debit_tiyn) AS debit, sum(credit_tiyn) AS credit,
               min(effective_on) AS first_on, max(effective_on) AS last_on
        FROM fresh GROUP BY entry_id) AS found
  LEFT JOIN ledger_entry AS entry ON entry.id = found.entry_id
  WHERE entry.id IS NULL OR found.lines <> entry.line_count OR found.last <> entry.line_count
     OR found.debit <> entry.amount_tiyn OR found.credit <> entry.amount_tiyn
     OR found.first_on <> entry.effective_on OR found.last_on <> entry.effective_on
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'entry % is not balanced and complete', bad
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_balanced';
  END IF;

  PERFORM 1 FROM fresh LEFT JOIN ledger_account AS account ON account.code = fresh.account_id
  WHERE account.code IS NULL OR account.by_sub <> (fresh.sub IS NOT NULL);
  IF FOUND THEN
    RAISE EXCEPTION 'a line names no account of the chart, or not what the account is kept by'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_line_account';
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
CREATE TRIGGER ledger_lines_checked AFTER INSERT ON ledger_entryline REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_lines();
CREATE INDEX ledger_line_day ON ledger_entryline USING brin (effective_on);
"""

ENTRIES = f"""
CREATE FUNCTION ledger_await_close() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM {LOCK_SHARED};
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_entries_await_close BEFORE INSERT ON ledger_entry
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_await_close();

CREATE FUNCTION ledger_check_entries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM fresh
  WHERE NOT EXISTS (SELECT 1 FROM ledger_entryline AS line WHERE line.entry_id = fresh.id);
  IF FOUND THEN
    RAISE EXCEPTION 'an entry is written together with its lines'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_has_lines';
  END IF;

  PERFORM 1 FROM fresh WHERE fresh.effective_on <= (SELECT max(last_day) FROM ledger_closedmonth);
  IF FOUND THEN
    RAISE EXCEPTION 'the month of an entry is closed'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_month_open';
  END IF;

  PERFORM 1 FROM fresh JOIN ledger_entry AS original ON original.id = fresh.reverses_id
  WHERE original.reverses_id IS NOT NULL OR original.line_count <> fresh.line_count
     OR EXISTS (SELECT number, account_id, sub, debit_tiyn, credit_tiyn
                FROM ledger_entryline WHERE entry_id = original.id
                EXCEPT SELECT number, account_id, sub, credit_tiyn, debit_tiyn
                FROM ledger_entryline WHERE entry_id = fresh.id);
  IF FOUND THEN
    RAISE EXCEPTION 'a reversal is the exact mirror of an entry that is no reversal itself'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_reversal_mirrors';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_entries_checked AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_entries();
"""

POST = """
CREATE FUNCTION ledger_post(
  p_id uuid, p_key text, p_description_code text, p_ref uuid, p_effective_on date, p_recorded_at timestamptz,
  p_reverses uuid, p_accounts text[], p_subs uuid[], p_debits bigint[], p_credits bigint[]
) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  -- The day is left out: a retry after midnight is still the same entry.
  v_fingerprint bytea := sha256(convert_to(concat_ws('|', p_description_code, p_ref::text,
    array_to_string(p_accounts, ','), array_to_string(p_subs, ',', '-'),
    array_to_string(p_debits, ','), array_to_string(p_credits, ',')), 'UTF8'));
  v_id uuid;
  v_known bytea;
BEGIN
  WITH entry AS (
    INSERT INTO ledger_entry (id, key, description_code, ref, effective_on, recorded_at, line_count, amount_tiyn,
                              fingerprint, reverses_id)
    VALUES (p_id, p_key, p_description_code, p_ref, p_effective_on, p_recorded_at, cardinality(p_accounts),
            (SELECT sum(debit) FROM unnest(p_debits) AS debit), v_fingerprint, p_reverses)
    ON CONFLICT (key) DO NOTHING
    RETURNING id
  ), lines AS (
    INSERT INTO ledger_entryline (entry_id, number, account_id, sub, debit_tiyn, credit_tiyn, effective_on)
    SELECT entry.id, line.number, line.account, line.sub, line.debit, line.credit, p_effective_on
    FROM entry, unnest(p_accounts, p_subs, p_debits, p_credits) WITH ORDINALITY
      AS line(account, sub, debit, credit, number)
  )
  SELECT id INTO v_id FROM entry;
  IF v_id IS NOT NULL THEN
    RETURN v_id;
  END IF;
  SELECT id, fingerprint INTO v_id, v_known FROM ledger_entry WHERE key = p_key;
  IF v_known <> v_fingerprint THEN
    RAISE EXCEPTION 'an entry of this key exists with other contents'
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'ledger_entry_differs';
  END IF;
  RETURN v_id;
END $$;
"""

HOLDS = """
CREATE FUNCTION ledger_move_held() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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
  UPDATE ledger_balance SET held_tiyn = held_tiyn + v_sign * v_hold.amount_tiyn
  WHERE account_id = v_hold.account_id AND sub IS NOT DISTINCT FROM v_hold.sub;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'nothing stands on the account'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_not_overdrawn';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_hold_moves AFTER INSERT ON ledger_hold
  FOR EACH ROW EXECUTE FUNCTION ledger_move_held();
CREATE TRIGGER ledger_hold_end_moves AFTER INSERT ON ledger_holdend
  FOR EACH ROW EXECUTE FUNCTION ledger_move_held();
"""

MONTHS = f"""
CREATE FUNCTION ledger_check_month() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE v_last date;
BEGIN
  PERFORM {LOCK};
  SELECT max(last_day) INTO v_last FROM ledger_closedmonth;
  IF NEW.last_day <> (date_trunc('month', NEW.last_day) + interval '1 month - 1 day')::date
     OR NEW.last_day <> (date_trunc('month', v_last + 1) + interval '1 month - 1 day')::date THEN
    RAISE EXCEPTION 'months close whole and in order'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_months_in_order';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ledger_month_checked BEFORE INSERT ON ledger_closedmonth
  FOR EACH ROW EXECUTE FUNCTION ledger_check_month();

CREATE FUNCTION ledger_balance_month() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO ledger_monthbalance (month_id, account_id, debit_tiyn, credit_tiyn)
  SELECT NEW.last_day, turnover.account_id, sum(turnover.debit), sum(turnover.credit)
  FROM (
    SELECT account_id, sum(debit_tiyn) AS debit, sum(credit_tiyn) AS credit
    FROM ledger_entryline
    WHERE effective_on <= NEW.last_day
      AND effective_on > coalesce((SELECT max(last_day) FROM ledger_closedmonth WHERE last_day < NEW.last_day),
                                  '-infinity')
    GROUP BY account_id
    UNION ALL
    SELECT account_id, debit_tiyn, credit_tiyn FROM ledger_monthbalance
    WHERE month_id = (SELECT max(last_day) FROM ledger_closedmonth WHERE last_day < NEW.last_day)
  ) AS turnover
  GROUP BY turnover.account_id;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_month_balanced AFTER INSERT ON ledger_closedmonth
  FOR EACH ROW EXECUTE FUNCTION ledger_balance_month();
"""

DERIVED = """
CREATE FUNCTION ledger_refuse_by_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'rows of % are written by triggers alone', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_balance_derived BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ledger_balance
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_by_hand();
CREATE TRIGGER ledger_monthbalance_derived BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ledger_monthbalance
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_by_hand();
"""

UNDO = """
DROP FUNCTION ledger_check_lines, ledger_await_close, ledger_check_entries, ledger_post, ledger_move_held,
  ledger_check_month, ledger_balance_month, ledger_refuse_by_hand CASCADE;
DROP INDEX ledger_line_day;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_tables")]
    operations = [migrations.RunSQL(LINES + ENTRIES + POST + HOLDS + MONTHS + DERIVED, UNDO)]
