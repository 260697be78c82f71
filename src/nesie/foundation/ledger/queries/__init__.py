"""Reads of the books, in a file for each question."""

from nesie.foundation.ledger.queries.books import (
    EntryView,
    LineView,
    available,
    balance,
    balances_by_sub,
    chart,
    entries_of,
    entry,
    last_closed_month,
    lines_on,
    open_day,
)
from nesie.foundation.ledger.queries.extracts import COLUMNS, extract_csv
from nesie.foundation.ledger.queries.journal import (
    AccountLine,
    EntryHead,
    Lines,
    account_lines,
    descriptions,
    entry_lines,
    entry_view,
    journal,
)
from nesie.foundation.ledger.queries.reconciled import is_reconciled, reconciled, reconciliations
from nesie.foundation.ledger.queries.trial import (
    closed_months,
    next_month,
    obstacles,
    preview_close,
    trial_balance,
    turnovers,
)

__all__ = [
    "COLUMNS",
    "AccountLine",
    "EntryHead",
    "EntryView",
    "LineView",
    "Lines",
    "account_lines",
    "available",
    "balance",
    "balances_by_sub",
    "chart",
    "closed_months",
    "descriptions",
    "entries_of",
    "entry",
    "entry_lines",
    "entry_view",
    "extract_csv",
    "is_reconciled",
    "journal",
    "last_closed_month",
    "lines_on",
    "next_month",
    "obstacles",
    "open_day",
    "preview_close",
    "reconciled",
    "reconciliations",
    "trial_balance",
    "turnovers",
]
