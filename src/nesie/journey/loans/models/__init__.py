"""Tables of loans. Daily moving figures live in narrow rows of their own, apart from what never changes."""

from nesie.journey.loans.models.daily import Accrual, ChunkDay, Due, LoanState
from nesie.journey.loans.models.duties import DutyDone, FraudPaper
from nesie.journey.loans.models.events import AccrualCorrection, EventPaper, LoanEvent, RepaymentWish
from nesie.journey.loans.models.loan import Loan, LoanTransition, ScheduleVersion
from nesie.journey.loans.models.money import Allocation, AllocationPart
from nesie.journey.loans.models.papers import Statement
from nesie.journey.loans.models.settlement_procedure import (
    ArrearsNotice,
    SettlementAnswer,
    SettlementApplication,
)

__all__ = [
    "Accrual",
    "AccrualCorrection",
    "Allocation",
    "AllocationPart",
    "ArrearsNotice",
    "ChunkDay",
    "Due",
    "DutyDone",
    "EventPaper",
    "FraudPaper",
    "Loan",
    "LoanEvent",
    "LoanState",
    "LoanTransition",
    "RepaymentWish",
    "ScheduleVersion",
    "SettlementAnswer",
    "SettlementApplication",
    "Statement",
]
