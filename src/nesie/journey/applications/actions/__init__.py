"""Use cases of applications."""

from nesie.journey.applications.actions.begin_screening import ScreeningBegun, begin_screening
from nesie.journey.applications.actions.cancel_application import cancel_application
from nesie.journey.applications.actions.choose_offer import choose_offer
from nesie.journey.applications.actions.decide_review import decide_review
from nesie.journey.applications.actions.expire_application import expire_application
from nesie.journey.applications.actions.make_offers import OffersMade, make_offers
from nesie.journey.applications.actions.repeat_checks import repeat_checks
from nesie.journey.applications.actions.screen_application import ApplicationScreened, screen_application
from nesie.journey.applications.actions.submit_application import Submitted, submit_application

__all__ = [
    "ApplicationScreened",
    "OffersMade",
    "ScreeningBegun",
    "Submitted",
    "begin_screening",
    "cancel_application",
    "choose_offer",
    "decide_review",
    "expire_application",
    "make_offers",
    "repeat_checks",
    "screen_application",
    "submit_application",
]
