"""Reads of loans."""

from nesie.journey.loans.queries.books import (
    CLOSE_LOCK,
    ChunkBehind,
    accrued_on,
    book,
    books,
    chunks_behind,
    last_closed,
    loan_of_contract,
    next_day,
    to_accrue,
)
from nesie.journey.loans.queries.position import (
    LoanRow,
    ScheduleGiven,
    loans,
    position,
    positions_of_client,
    quote_payoff,
    schedules,
)
from nesie.journey.loans.queries.reconcile import Difference, differences
from nesie.journey.loans.queries.standing import LoansStanding, OwedContracts
from nesie.journey.loans.queries.statement import (
    AccrualView,
    EventView,
    accruals,
    events_of,
    statement,
    without_closing_statement,
)

__all__ = [
    "CLOSE_LOCK",
    "AccrualView",
    "ChunkBehind",
    "Difference",
    "EventView",
    "LoanRow",
    "LoansStanding",
    "OwedContracts",
    "ScheduleGiven",
    "accruals",
    "accrued_on",
    "book",
    "books",
    "chunks_behind",
    "differences",
    "events_of",
    "last_closed",
    "loan_of_contract",
    "loans",
    "next_day",
    "position",
    "positions_of_client",
    "quote_payoff",
    "schedules",
    "statement",
    "to_accrue",
    "without_closing_statement",
]
