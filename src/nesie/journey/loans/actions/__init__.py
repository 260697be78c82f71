"""What can be done with loans."""

from nesie.journey.loans.actions.accrue_day import DayClosed, accrue_day
from nesie.journey.loans.actions.allocate_receipt import ReceiptAllocated, allocate_receipt
from nesie.journey.loans.actions.answer_settlement import (
    answer_settlement,
)
from nesie.journey.loans.actions.apply_change import ChangeApplied, apply_change
from nesie.journey.loans.actions.correct_receipt import correct_receipt
from nesie.journey.loans.actions.decrease_rate import decrease_rate
from nesie.journey.loans.actions.defer_for_service import defer_for_service
from nesie.journey.loans.actions.end_halt import end_halt
from nesie.journey.loans.actions.forgive_debt import forgive_debt
from nesie.journey.loans.actions.halt_loan import halt_loan
from nesie.journey.loans.actions.issue_statement import issue_statement
from nesie.journey.loans.actions.lower_penalty import lower_penalty
from nesie.journey.loans.actions.note_duty_done import note_duty_done
from nesie.journey.loans.actions.open_loan import open_loan
from nesie.journey.loans.actions.pay_tranche import pay_tranche
from nesie.journey.loans.actions.propose_change import propose_change
from nesie.journey.loans.actions.reconcile_loans import reconcile_loans
from nesie.journey.loans.actions.record_recovery import record_recovery
from nesie.journey.loans.actions.record_settlement_application import (
    record_settlement_application,
)
from nesie.journey.loans.actions.refinance_loan import refinance_loan
from nesie.journey.loans.actions.refund_credit import refund_credit
from nesie.journey.loans.actions.register_fraud_paper import register_fraud_paper
from nesie.journey.loans.actions.reinstate_claim import reinstate_claim
from nesie.journey.loans.actions.repay_early import repay_early
from nesie.journey.loans.actions.request_tranche import request_tranche
from nesie.journey.loans.actions.resume_loan import resume_loan
from nesie.journey.loans.actions.reverse_event import reverse_event
from nesie.journey.loans.actions.reverse_receipt import reverse_receipt
from nesie.journey.loans.actions.send_arrears_notice import (
    send_arrears_notice,
)
from nesie.journey.loans.actions.serviced import Serviced
from nesie.journey.loans.actions.suspend_loan import suspend_loan
from nesie.journey.loans.actions.transfer_loan import transfer_loan
from nesie.journey.loans.actions.write_off_loan import write_off_loan

__all__ = [
    "ChangeApplied",
    "DayClosed",
    "ReceiptAllocated",
    "Serviced",
    "accrue_day",
    "allocate_receipt",
    "answer_settlement",
    "apply_change",
    "correct_receipt",
    "decrease_rate",
    "defer_for_service",
    "end_halt",
    "forgive_debt",
    "halt_loan",
    "issue_statement",
    "lower_penalty",
    "note_duty_done",
    "open_loan",
    "pay_tranche",
    "propose_change",
    "reconcile_loans",
    "record_recovery",
    "record_settlement_application",
    "refinance_loan",
    "refund_credit",
    "register_fraud_paper",
    "reinstate_claim",
    "repay_early",
    "request_tranche",
    "resume_loan",
    "reverse_event",
    "reverse_receipt",
    "send_arrears_notice",
    "suspend_loan",
    "transfer_loan",
    "write_off_loan",
]
