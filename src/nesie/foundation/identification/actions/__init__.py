"""What identification does."""

from nesie.foundation.identification.actions.consume_proof import consume_proof
from nesie.foundation.identification.actions.record_biometric import record_biometric
from nesie.foundation.identification.actions.record_signature import record_signature
from nesie.foundation.identification.actions.request_signature import request_signature
from nesie.foundation.identification.actions.start_biometric import start_biometric

__all__ = ["consume_proof", "record_biometric", "record_signature", "request_signature", "start_biometric"]
