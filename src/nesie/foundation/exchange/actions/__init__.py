"""What others may ask of the exchange. `intend`, `receive` and `consume` join the caller's transaction."""

from nesie.foundation.exchange.actions.abandon_message import abandon_message
from nesie.foundation.exchange.actions.claim_message import claim_message
from nesie.foundation.exchange.actions.consume import consume
from nesie.foundation.exchange.actions.intend import intend
from nesie.foundation.exchange.actions.receive import receive
from nesie.foundation.exchange.actions.record_answer import record_answer
from nesie.foundation.exchange.actions.record_not_carried import record_not_carried
from nesie.foundation.exchange.actions.record_unknown import record_unknown
from nesie.foundation.exchange.actions.resend_unknown_message import resend_unknown_message
from nesie.foundation.exchange.actions.retry_dead_message import retry_dead_message

__all__ = [
    "abandon_message",
    "claim_message",
    "consume",
    "intend",
    "receive",
    "record_answer",
    "record_not_carried",
    "record_unknown",
    "resend_unknown_message",
    "retry_dead_message",
]
