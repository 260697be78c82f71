"""The day an effect belongs to, kept apart from the day of the books; and many entries in one statement."""

from django.db import migrations, models

COLUMN = """
ALTER TABLE ledger_entry ADD COLUMN value_on date;
ALTER TABLE ledger_entry ALTER COLUMN value_on TYPE date USING effective_on, ALTER COLUMN value_on SET NOT NULL;
"""

# As before, and: an effect is booked on another day than its own only when its own month is closed.
ENTRIES = """
CREATE OR REPLACE FUNCTION ledger_check_entries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE v_last date := (SELECT max(last_day) FROM ledger_closedmonth);
BEGIN
  PERFORM 1 FROM fresh
  WHERE NOT EXISTS (SELECT 1 FROM ledger_entryline AS line WHERE line.entry_id = fresh.id);
  IF FOUND THEN
    RAISE EXCEPTION 'an entry is written together with its lines'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_has_lines';
  END IF;

  PERFORM 1 FROM fresh WHERE fresh.effective_on <= v_last;
  IF FOUND THEN
    RAISE EXCEPTION 'the month of an entry is closed'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_month_open';
  END IF;

  PERFORM 1 FROM fresh
  WHERE fresh.value_on <> fresh.effective_on AND fresh.value_on > coalesce(v_last, '-infinity');
  IF FOUND THEN
    RAISE EXCEPTION 'the month an effect belongs to is open: it is booked on its own day'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_own_day';
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
"""

POST = """
DROP FUNCTION ledger_post;
CREATE FUNCTION ledger_post_many(
  p_recorded_at timestamptz, p_reverses uuid, p_ids uuid[], p_keys text[], p_descriptions text[], p_refs uuid[],
  p_effective date[], p_values date[], p_of integer[], p_numbers integer[], p_accounts text[], p_subs uuid[],
  p_debits bigint[], p_credits bigint[]
) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
  v_fingerprints bytea[];
  v_found uuid[];
  v_differs boolean;
BEGIN
  -- The days are left out: a retry after midnight, or after a month closed, is still the same entry.
  SELECT array_agg(fingerprint ORDER BY of) INTO v_fingerprints
  FROM (
    SELECT of, sha256(convert_to(concat_ws('|', p_descriptions[of], p_refs[of]::text,
             string_agg(account, ',' ORDER BY number), string_agg(coalesce(sub::text, '-'), ',' ORDER BY number),
             string_agg(debit::text, ',' ORDER BY number), string_agg(credit::text, ',' ORDER BY number)),
             'UTF8')) AS fingerprint
    FROM unnest(p_of, p_numbers, p_accounts, p_subs, p_debits, p_credits)
      AS line(of, number, account, sub, debit, credit)
    GROUP BY of
  ) AS each;

  -- Sorted by key, so that two statements with the same keys cannot wait for each other.
  WITH line AS (
    SELECT * FROM unnest(p_of, p_numbers, p_accounts, p_subs, p_debits, p_credits)
      AS line(of, number, account, sub, debit, credit)
  ), head AS (
    SELECT head.* FROM unnest(p_ids, p_keys, p_descriptions, p_refs, p_effective, p_values, v_fingerprints)
      WITH ORDINALITY AS head(id, key, description, ref, effective_on, value_on, fingerprint, of)
  ), written AS (
    INSERT INTO ledger_entry (id, key, description_code, ref, effective_on, value_on, recorded_at, line_count,
                              amount_tiyn, fingerprint, reverses_id)
    SELECT head.id, head.key, head.description, head.ref, head.effective_on, head.value_on, p_recorded_at,
           sums.lines, sums.amount, head.fingerprint, p_reverses
    FROM head JOIN (SELECT of, count(*) AS lines, sum(debit) AS amount FROM line GROUP BY of) AS sums USING (of)
    ORDER BY head.key
    ON CONFLICT (key) DO NOTHING
    RETURNING id, effective_on
  )
  INSERT INTO ledger_entryline (entry_id, number, account_id, sub, debit_tiyn, credit_tiyn, effective_on)
  SELECT written.id, line.number, line.account, line.sub, line.debit, line.credit, written.effective_on
  FROM written JOIN head ON head.id = written.id JOIN line ON line.of = head.of;

  SELECT array_agg(entry.id ORDER BY head.of), bool_or(entry.fingerprint <> head.fingerprint)
  INTO v_found, v_differs
  FROM unnest(p_keys, v_fingerprints) WITH ORDINALITY AS head(key, fingerprint, of)
  JOIN ledger_entry AS entry ON entry.key = head.key;
  IF v_differs THEN
    RAISE EXCEPTION 'an entry of this key exists with other contents'
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'ledger_entry_differs';
  END IF;
  RETURN v_found;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_guards")]
    operations = [
        migrations.RunSQL(
            COLUMN,
            "ALTER TABLE ledger_entry DROP COLUMN value_on",
            state_operations=[
                migrations.AddField("entry", "value_on", models.DateField(default=None), preserve_default=False)
            ],
        ),
        migrations.AddConstraint(
            "entry",
            models.CheckConstraint(
                condition=models.Q(value_on__lte=models.F("effective_on")), name="ledger_entry_value_not_later"
            ),
        ),
        migrations.RunSQL(ENTRIES + POST),
    ]
