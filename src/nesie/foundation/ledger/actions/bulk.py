"""An entry of very many lines, as a part of the very statement that reckons them: they pass through nobody's hands."""

from __future__ import annotations


def bulk(name: str, lines: str, sums: str = "") -> str:
    """Two common table expressions that post the rows of another one, `lines`, as one entry; no rows, no entry.

    `lines` has the columns number (from one, without a gap), account, sub, debit and credit. Parameters of the
    statement: `{name}_id`, `{name}_key`, `{name}_code` (of the description), `ref`, `effective_on`, `day` (the day it
    belongs to), `now`, `bulk` (whether its lines are found by ranges of pages, not one by one).

    `sums`: where how many lines there are and their sum are known already (columns lines, amount), so that they need
    not be kept and counted. Wrong ones are refused as any entry that is not balanced and complete.

    Every check of an entry is the database's own, as of any other, but of a key that exists already nothing is written
    and it is an error: who calls it knows that a key comes once. The fingerprint is of the sums.
    """
    counted = sums or f"SELECT count(*) AS lines, sum(debit)::bigint AS amount FROM {lines}"  # noqa: S608
    return f"""\
{name}_entry AS (
  INSERT INTO ledger_entry (id, key, description_code, ref, effective_on, value_on, recorded_at, line_count,
                            amount_tiyn, fingerprint)
  SELECT %({name}_id)s::uuid, %({name}_key)s::text, %({name}_code)s::text, %(ref)s::uuid, %(effective_on)s::date,
         %(day)s::date, %(now)s::timestamptz, lines, amount,
         sha256(convert_to(concat_ws('|', %({name}_key)s::text, lines, amount), 'UTF8'))
  FROM ({counted}) AS sums WHERE lines > 0
  RETURNING id
), {name}_lines AS (
  INSERT INTO ledger_entryline (entry_id, number, account_id, sub, debit_tiyn, credit_tiyn, effective_on, bulk)
  SELECT head.id, line.number, line.account, line.sub, line.debit, line.credit, %(effective_on)s::date,
         %(bulk)s::boolean
  FROM {name}_entry AS head, {lines} AS line
)"""  # noqa: S608 - our own words alone
