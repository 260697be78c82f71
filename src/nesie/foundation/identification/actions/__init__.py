"""What identification does."""

from nesie.foundation.identification.actions.conclude_liveness import conclude_liveness
from nesie.foundation.identification.actions.consume_proof import consume_proof
from nesie.foundation.identification.actions.enter_lender_device import enter_lender_device
from nesie.foundation.identification.actions.record_biometric import record_biometric
from nesie.foundation.identification.actions.record_signature import record_signature
from nesie.foundation.identification.actions.request_signature import request_signature
from nesie.foundation.identification.actions.start_biometric import start_biometric
from nesie.foundation.identification.actions.start_liveness import start_liveness
from nesie.foundation.identification.actions.take_frame import take_frame
from nesie.foundation.identification.actions.withdraw_lender_device import withdraw_lender_device

__all__ = [
    "conclude_liveness", "consume_proof", "enter_lender_device", "record_biometric", "record_signature",
    "request_signature", "start_biometric", "start_liveness", "take_frame", "withdraw_lender_device",
]  # fmt: skip
