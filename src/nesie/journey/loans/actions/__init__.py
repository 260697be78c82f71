"""What can be done with loans."""

from nesie.journey.loans.actions.accrue_day import DayClosed, accrue_day
from nesie.journey.loans.actions.allocate_receipt import allocate_receipt
from nesie.journey.loans.actions.issue_statement import issue_statement
from nesie.journey.loans.actions.open_loan import open_loan
from nesie.journey.loans.actions.receiving import ReceiptAllocated
from nesie.journey.loans.actions.reconcile_loans import reconcile_loans

__all__ = [
    "DayClosed",
    "ReceiptAllocated",
    "accrue_day",
    "allocate_receipt",
    "issue_statement",
    "open_loan",
    "reconcile_loans",
]
