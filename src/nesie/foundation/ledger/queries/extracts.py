"""The books as a file: comma-separated text, streamed from the database in one snapshot. Ids, days and sums only."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

from django.db import connection

from nesie.foundation.ledger import rules
from nesie.foundation.ledger.queries.trial import turnovers
from nesie.kernel.money import TIYN_PER_TENGE, Money

# Columns and their kinds, in the words of SQL. Sums are tenge with two decimals.
_TENGE = "DECIMAL(18,2)"
COLUMNS: dict[rules.Extract, tuple[tuple[str, str], ...]] = {
    rules.Extract.JOURNAL: (
        ("entry_id", "UUID"),
        ("effective_on", "DATE"),
        ("belongs_on", "DATE"),
        ("recorded_at", "TIMESTAMPTZ"),
        ("description", "VARCHAR"),
        ("about", "UUID"),
        ("reverses", "UUID"),
        ("line", "INTEGER"),
        ("account", "VARCHAR"),
        ("kept_by", "UUID"),
        ("debit", _TENGE),
        ("credit", _TENGE),
    ),
    rules.Extract.TRIAL_BALANCE: (
        ("account", "VARCHAR"),
        ("title", "VARCHAR"),
        ("side", "VARCHAR"),
        ("opening", _TENGE),
        ("debit", _TENGE),
        ("credit", _TENGE),
        ("closing", _TENGE),
    ),
    rules.Extract.BALANCES: (("account", "VARCHAR"), ("kept_by", "UUID"), ("side", "VARCHAR"), ("balance", _TENGE)),
}

_JOURNAL = """
SELECT entry.id, entry.effective_on, entry.value_on, entry.recorded_at, entry.description_code, entry.ref,
       entry.reverses_id, line.number, line.account_id, line.sub,
       (line.debit_tiyn::numeric / 100)::numeric(18, 2), (line.credit_tiyn::numeric / 100)::numeric(18, 2)
FROM ledger_entry AS entry JOIN ledger_entryline AS line ON line.entry_id = entry.id
WHERE entry.effective_on BETWEEN %(first)s AND %(last)s
ORDER BY entry.effective_on, entry.recorded_at, entry.id, line.number
"""
_BALANCES = """
SELECT moved.account_id, moved.sub, account.side,
       (CASE account.side WHEN 'debit' THEN moved.net ELSE -moved.net END / 100)::numeric(18, 2)
FROM (
  SELECT account_id, sub, sum(debit_tiyn) - sum(credit_tiyn) AS net
  FROM ledger_entryline WHERE effective_on <= %(last)s GROUP BY account_id, sub
) AS moved JOIN ledger_account AS account ON account.code = moved.account_id
WHERE moved.net <> 0
ORDER BY moved.account_id, moved.sub
"""


def extract_csv(extract: rules.Extract, first: date, last: date) -> Iterator[bytes]:
    """One extract as text, headed by the names of its columns; balances are those of the last day.

    Raises PeriodBackwards.
    """
    rules.check_period(first, last)
    names = [name for name, _ in COLUMNS[extract]]
    yield _row(names)
    if extract is rules.Extract.TRIAL_BALANCE:
        for one in turnovers(first, last).rows:
            sums = (one.opening, one.debit, one.credit, one.closing)
            yield _row([one.code, one.name, one.side.value, *(_tenge(money) for money in sums)])
        return
    asked = _JOURNAL if extract is rules.Extract.JOURNAL else _BALANCES
    connection.ensure_connection()
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY ({asked}) TO STDOUT (FORMAT csv)", {"first": first, "last": last}) as copied,
    ):
        for block in copied:
            yield bytes(block)


def _row(values: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    return text.getvalue().encode()


def _tenge(money: Money) -> str:
    whole, rest = divmod(abs(money.tiyn), TIYN_PER_TENGE)
    return f"{'-' if money.tiyn < 0 else ''}{whole}.{rest:02d}"
