"""Decisions about a microcredit contract: its states, its number, the 24 hours, what must be true to sign it."""

from nesie.journey.contracts.rules.cooling_off import (
    ConsentMissing,
    ConsentTooEarly,
    CoolingOff,
    CoolingOffNotOver,
    Exemption,
    ExemptionKind,
    Grant,
    Ground,
    Limits,
    check_consent_moment,
    check_money_may_go,
    cooling_off,
)
from nesie.journey.contracts.rules.number import contract_number, numbers_in
from nesie.journey.contracts.rules.permissions import FOUR_EYES, PERMITTED
from nesie.journey.contracts.rules.signing import (
    ConsentKind,
    ConsentMeans,
    ConsentNotGiven,
    ContractAlreadyDrawnUp,
    DraftOutOfDate,
    NothingChosen,
    NotTheDraftShown,
    NotYetConsentable,
    VoluntaryRefusalSet,
    check_draft_may_be_signed,
)
from nesie.journey.contracts.rules.status import ContractStatus, MoveRefused, check_move

__all__ = [
    "FOUR_EYES",
    "PERMITTED",
    "ConsentKind",
    "ConsentMeans",
    "ConsentMissing",
    "ConsentNotGiven",
    "ConsentTooEarly",
    "ContractAlreadyDrawnUp",
    "ContractStatus",
    "CoolingOff",
    "CoolingOffNotOver",
    "DraftOutOfDate",
    "Exemption",
    "ExemptionKind",
    "Grant",
    "Ground",
    "Limits",
    "MoveRefused",
    "NotTheDraftShown",
    "NotYetConsentable",
    "NothingChosen",
    "VoluntaryRefusalSet",
    "check_consent_moment",
    "check_draft_may_be_signed",
    "check_money_may_go",
    "check_move",
    "contract_number",
    "cooling_off",
    "numbers_in",
]
