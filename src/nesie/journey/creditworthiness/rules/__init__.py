"""Rules of granting by the Law: overdue debt, debt burden, voluntary refusal, age, amounts (clause 10)."""

from nesie.journey.creditworthiness.rules.checks import RULES, assess, awaits_answers, recheck
from nesie.journey.creditworthiness.rules.facts import (
    QUESTIONS,
    AnswerStatus,
    BureauReport,
    Case,
    Commitment,
    Creditor,
    Delay,
    Gambling,
    InquiryKind,
    MonthIncome,
    OwnStanding,
    Replaced,
    Restructuring,
    Stage,
    VoluntaryRefusal,
    message_kind,
)
from nesie.journey.creditworthiness.rules.norms import NEEDED_NORMS, Norm, NormBook, NormGap
from nesie.journey.creditworthiness.rules.permissions import FOUR_EYES, PERMITTED

__all__ = [
    "FOUR_EYES",
    "NEEDED_NORMS",
    "PERMITTED",
    "QUESTIONS",
    "RULES",
    "AnswerStatus",
    "BureauReport",
    "Case",
    "Commitment",
    "Creditor",
    "Delay",
    "Gambling",
    "InquiryKind",
    "MonthIncome",
    "Norm",
    "NormBook",
    "NormGap",
    "OwnStanding",
    "Replaced",
    "Restructuring",
    "Stage",
    "VoluntaryRefusal",
    "assess",
    "awaits_answers",
    "message_kind",
    "recheck",
]
