"""Use cases of payments, and what the next stage calls when it takes money over."""

from nesie.journey.payments.actions.match_receipt import match_receipt
from nesie.journey.payments.actions.record_disbursement_result import record_disbursement_result
from nesie.journey.payments.actions.record_ownership_answer import record_ownership_answer
from nesie.journey.payments.actions.record_receipt import record_receipt
from nesie.journey.payments.actions.record_refund_result import record_refund_result
from nesie.journey.payments.actions.refinancing import start_refinancing
from nesie.journey.payments.actions.refunding import intend_refund, return_receipt
from nesie.journey.payments.actions.request_disbursement import request_disbursement
from nesie.journey.payments.actions.request_ownership_check import request_ownership_check
from nesie.journey.payments.actions.resend_refund import resend_refund
from nesie.journey.payments.actions.take_over import take_disbursement, take_receipt

__all__ = [
    "intend_refund",
    "match_receipt",
    "record_disbursement_result",
    "record_ownership_answer",
    "record_receipt",
    "record_refund_result",
    "request_disbursement",
    "request_ownership_check",
    "resend_refund",
    "return_receipt",
    "start_refinancing",
    "take_disbursement",
    "take_receipt",
]
