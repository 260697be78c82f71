"""Rules of due diligence under the AML Law (clauses 8.1 and 10): names, lists, risk and what follows from them."""

from nesie.journey.aml.rules.diligence import (
    Ground,
    ListFreshness,
    RelationPurpose,
    ReviewedMatch,
    RiskLevel,
    StoredDiligence,
    decide,
    ground_of,
    risk_of,
)
from nesie.journey.aml.rules.lists import (
    LIST_MESSAGE,
    ListedPerson,
    ListOrigin,
    ListSource,
    ListUnreadable,
    ParsedList,
    parse_list,
)
from nesie.journey.aml.rules.matching import MatchKind, Subject, match_kind, name_keys
from nesie.journey.aml.rules.names import fold, name_key
from nesie.journey.aml.rules.permissions import (
    FOUR_EYES,
    PERMITTED,
    AlreadyDecided,
    ListNotAnswered,
    person,
)

__all__ = [
    "FOUR_EYES",
    "LIST_MESSAGE",
    "PERMITTED",
    "AlreadyDecided",
    "Ground",
    "ListFreshness",
    "ListNotAnswered",
    "ListOrigin",
    "ListSource",
    "ListUnreadable",
    "ListedPerson",
    "MatchKind",
    "ParsedList",
    "RelationPurpose",
    "ReviewedMatch",
    "RiskLevel",
    "StoredDiligence",
    "Subject",
    "decide",
    "fold",
    "ground_of",
    "match_kind",
    "name_key",
    "name_keys",
    "parse_list",
    "person",
    "risk_of",
]
