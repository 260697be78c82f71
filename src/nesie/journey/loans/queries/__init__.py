"""Reads of loans."""

from nesie.journey.loans.queries.books import book, books, loan_of_contract, to_accrue
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
from nesie.journey.loans.queries.statement import AccrualView, accruals, statement, without_closing_statement

__all__ = [
    "AccrualView",
    "Difference",
    "LoanRow",
    "LoansStanding",
    "OwedContracts",
    "ScheduleGiven",
    "accruals",
    "book",
    "books",
    "differences",
    "loan_of_contract",
    "loans",
    "position",
    "positions_of_client",
    "quote_payoff",
    "schedules",
    "statement",
    "to_accrue",
    "without_closing_statement",
]
