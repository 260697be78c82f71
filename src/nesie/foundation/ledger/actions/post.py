"""Write entries: post, and undo by the mirror. Plain functions that join the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
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

    Raises EntryDiffers (same key, other lines), PeriodClosed, Overdrawn.
    """
    return _write(entry, now, entry_id=EntryId(new_id()), reverses=None)


def write_as(entry: rules.Entry, now: datetime, *, entry_id: EntryId) -> EntryId:
    """As `post`, under an id made beforehand: a row that must name the entry can then be written first."""
    return _write(entry, now, entry_id=entry_id, reverses=None)


def reverse(entry_id: EntryId, key: str, now: datetime) -> EntryId:
    """Undo an entry by its mirror, effective today, and return the mirror's id. Raises AlreadyReversed, NotFound."""
    original = queries.entry(entry_id)
    mirror = rules.reversal(entry_id, original, key=key, effective_on=business_day(now))
    return _write(mirror, now, entry_id=EntryId(new_id()), reverses=entry_id)


def _write(entry: rules.Entry, now: datetime, *, entry_id: EntryId, reverses: UUID | None) -> EntryId:
    lines = entry.lines
    with refusals(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_post(%s, %s, %s, %s, %s, %s, %s, %s::text[], %s::uuid[], %s::bigint[], %s::bigint[])",
            [
                entry_id,
                entry.key,
                entry.description_code,
                entry.ref,
                entry.effective_on,
                now,
                reverses,
                [line.account.code for line in lines],
                [line.account.sub for line in lines],
                [line.debit.tiyn for line in lines],
                [line.credit.tiyn for line in lines],
            ],
        )
        (written,) = cursor.fetchone()
    return EntryId(written)
