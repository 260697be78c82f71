"""Use cases of due diligence and screening."""

from nesie.journey.aml.actions._intake import ListTaken
from nesie.journey.aml.actions.acknowledge_refusal import acknowledge_refusal
from nesie.journey.aml.actions.decide_match import decide_match
from nesie.journey.aml.actions.decide_risk import decide_risk
from nesie.journey.aml.actions.import_list import import_list
from nesie.journey.aml.actions.record_due_diligence import DiligenceRecorded, record_due_diligence
from nesie.journey.aml.actions.record_list import ListAnswer, ListRecorded, record_list
from nesie.journey.aml.actions.refuse_client import ClientRefused, refuse_client
from nesie.journey.aml.actions.request_list import request_list
from nesie.journey.aml.actions.screen_client import Screened, screen_client

__all__ = [
    "ClientRefused",
    "DiligenceRecorded",
    "ListAnswer",
    "ListRecorded",
    "ListTaken",
    "Screened",
    "acknowledge_refusal",
    "decide_match",
    "decide_risk",
    "import_list",
    "record_due_diligence",
    "record_list",
    "refuse_client",
    "request_list",
    "screen_client",
]
