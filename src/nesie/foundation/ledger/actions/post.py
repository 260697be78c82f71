"""Write entries: post, and undo by the mirror. Plain functions that join the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, connection

from nesie.foundation.ledger import queries, rules
from nesie.foundation.norms.rules import business_day
from nesie.kernel.ids import EntryId, new_id
from nesie.kernel.refused import Refused

# What the database says no to, in our words.
_REFUSALS: dict[str, type[Refused]] = {
    "ledger_entry_differs": rules.EntryDiffers,
    "ledger_not_overdrawn": rules.Overdrawn,
    "ledger_month_open": rules.PeriodClosed,
    "ledger_months_in_order": rules.MonthNotClosable,
    "ledger_reversal_mirrors": rules.AlreadyReversed,
    "ledger_entry_reverses_id_key": rules.AlreadyReversed,
}


@contextmanager
def refusals() -> Iterator[None]:
    """Turn the database's refusals into ours; the transaction is spent either way, as with any Refused."""
    try:
        yield
    except IntegrityError as error:
        diagnostics = getattr(error.__cause__, "diag", None)
        refusal = _REFUSALS.get(diagnostics.constraint_name or "") if diagnostics else None
        if refusal is None:
            raise
        raise refusal from error


def post(entry: rules.Entry, now: datetime) -> EntryId:
    """Write an entry with its lines and return its id; an entry of the same key and lines is only returned.

    An entry about a thing that keeps accounts of its product (`keep_accounts`) goes to those.
    Raises EntryDiffers (same key, other lines), PeriodClosed, Overdrawn.
    """
    return _write([entry], now, ids=[new_id()])[0]


def post_many(entries: Sequence[rules.Entry], now: datetime) -> tuple[EntryId, ...]:
    """Write entries with all their lines in one statement and return their ids in order; as `post` in everything else.

    All are written or none; an entry that exists already is only returned.
    """
    return _write(entries, now, ids=[new_id() for _ in entries])


def write_as(entry: rules.Entry, now: datetime, *, entry_id: EntryId) -> EntryId:
    """As `post`, under an id made beforehand: a row that must name the entry can then be written first."""
    return _write([entry], now, ids=[entry_id])[0]


def reverse(entry_id: EntryId, key: str, now: datetime, *, value_on: date | None = None) -> EntryId:
    """Undo an entry by its mirror and return the mirror's id. Raises AlreadyReversed, NotFound.

    It takes effect today, or on `value_on`; when that day's month is closed, the books take it on the first open day.
    """
    original = queries.entry(entry_id)
    on = value_on or business_day(now)
    mirror = rules.reversal(original, key=key, on=on, last_closed=queries.last_closed_month())
    return _write([mirror], now, ids=[new_id()], reverses=entry_id)[0]


def _write(
    entries: Sequence[rules.Entry], now: datetime, *, ids: Sequence[UUID], reverses: UUID | None = None
) -> tuple[EntryId, ...]:
    if not entries:
        return ()
    chosen = queries.accounts_of({one.ref for one in entries})
    entries = [rules.under(one, chosen.get(one.ref)) for one in entries]
    lines = [(of, number, line) for of, one in enumerate(entries, 1) for number, line in enumerate(one.lines, 1)]
    with refusals(), connection.cursor() as cursor:
        cursor.execute(
            _POST,
            {
                "now": now,
                "reverses": reverses,
                "ids": list(ids),
                "keys": [one.key for one in entries],
                "descriptions": [one.description_code for one in entries],
                "refs": [one.ref for one in entries],
                "effective": [one.effective_on for one in entries],
                "values": [one.belongs_on for one in entries],
                "of": [of for of, _, _ in lines],
                "numbers": [number for _, number, _ in lines],
                "accounts": [line.account.code for _, _, line in lines],
                "subs": [line.account.sub for _, _, line in lines],
                "debits": [line.debit.tiyn for _, _, line in lines],
                "credits": [line.credit.tiyn for _, _, line in lines],
            },
        )
        (written,) = cursor.fetchone()
    return tuple(EntryId(one) for one in written)


_POST = """
SELECT ledger_post_many(
  %(now)s, %(reverses)s, %(ids)s::uuid[], %(keys)s::text[], %(descriptions)s::text[], %(refs)s::uuid[],
  %(effective)s::date[], %(values)s::date[], %(of)s::integer[], %(numbers)s::integer[], %(accounts)s::text[],
  %(subs)s::uuid[], %(debits)s::bigint[], %(credits)s::bigint[])
"""
