"""Use cases of creditworthiness."""

from nesie.journey.creditworthiness.actions.assess_case import Assessed, assess_case
from nesie.journey.creditworthiness.actions.recheck_case import recheck_case
from nesie.journey.creditworthiness.actions.record_inquiry_answer import AnswerRecorded, record_inquiry_answer
from nesie.journey.creditworthiness.actions.request_checks import ChecksRequested, request_checks

__all__ = [
    "AnswerRecorded",
    "Assessed",
    "ChecksRequested",
    "assess_case",
    "recheck_case",
    "record_inquiry_answer",
    "request_checks",
]
