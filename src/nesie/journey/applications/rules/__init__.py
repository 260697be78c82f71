"""Rules of an application: how it moves, how it is decided, what is offered, what the client reads of it."""

from nesie.journey.applications.rules.offers import (
    OFFERS_SHOWN,
    Draft,
    draft_of,
    drafts,
    methods_offered,
    monthly_equivalent,
)
from nesie.journey.applications.rules.permissions import FOUR_EYES, PERMITTED, person
from nesie.journey.applications.rules.refusals import (
    AccountNeeded,
    AlreadyOpen,
    CapsUnknown,
    ClientNotServed,
    MethodNotEnabled,
    MoveNotAllowed,
    OfferExpired,
    OfferNotChoosable,
    RulesNotAcknowledged,
)
from nesie.journey.applications.rules.screening import ScreeningPace, cost_rule, no_later_than, pace, status_after
from nesie.journey.applications.rules.states import (
    ENABLED_METHODS,
    MOVES,
    OPEN,
    DisbursementMethod,
    OfficerReason,
    Purpose,
    Status,
    check_move,
    check_officer_may,
)
from nesie.journey.applications.rules.words import REASON_WORDS, STATUS_WORDS, for_client, words_of

__all__ = [
    "ENABLED_METHODS",
    "FOUR_EYES",
    "MOVES",
    "OFFERS_SHOWN",
    "OPEN",
    "PERMITTED",
    "REASON_WORDS",
    "STATUS_WORDS",
    "AccountNeeded",
    "AlreadyOpen",
    "CapsUnknown",
    "ClientNotServed",
    "DisbursementMethod",
    "Draft",
    "MethodNotEnabled",
    "MoveNotAllowed",
    "OfferExpired",
    "OfferNotChoosable",
    "OfficerReason",
    "Purpose",
    "RulesNotAcknowledged",
    "ScreeningPace",
    "Status",
    "check_move",
    "check_officer_may",
    "cost_rule",
    "draft_of",
    "drafts",
    "for_client",
    "methods_offered",
    "monthly_equivalent",
    "no_later_than",
    "pace",
    "person",
    "status_after",
    "words_of",
]
