"""Due diligence of a client before granting, and the decision that follows (clauses 8.1 and 10, AML Law art. 5, 13).

AML says approve, hold or decline, never review: a credit officer must not be able to overrule it. What needs a
person is a hold that the compliance officer resolves here, by judging the match or accepting the risk.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from nesie.journey.aml.rules.matching import MatchKind
from nesie.kernel.decision import Decision, NormUsed, Outcome, Reason, RuleResult, passed


class RiskLevel(StrEnum):
    """The client's money-laundering risk."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class RelationPurpose(StrEnum):
    """What the client wants of the lender, in the client's own declaration."""

    PERSONAL_NEEDS = "personal_needs"
    HOUSEHOLD = "household"
    EDUCATION = "education"
    HEALTH = "health"
    OTHER = "other"
    WORKING_CAPITAL = "working_capital"
    EQUIPMENT = "equipment"
    BUSINESS_OTHER = "business_other"

    @property
    def business(self) -> bool:
        """Whether it serves a business."""
        return self in _OF_BUSINESS


_OF_BUSINESS = frozenset({RelationPurpose.WORKING_CAPITAL, RelationPurpose.EQUIPMENT, RelationPurpose.BUSINESS_OTHER})


class Ground(StrEnum):
    """Why relations or an operation were refused (AML Law, art. 13)."""

    LISTED = "listed"
    DUE_DILIGENCE_IMPOSSIBLE = "due_diligence_impossible"
    RISK_NOT_ACCEPTED = "risk_not_accepted"


@dataclass(frozen=True, slots=True)
class ListFreshness:
    """The newest receipt of a list and how old one may be; `oldest` None when that norm is not usable."""

    received_at: datetime | None
    oldest: timedelta | None
    norm: NormUsed


@dataclass(frozen=True, slots=True)
class ReviewedMatch:
    """A likeness found now and what the compliance officer said of it; None when nobody has looked."""

    match_id: UUID
    kind: MatchKind
    same_person: bool | None


@dataclass(frozen=True, slots=True)
class StoredDiligence:
    """The client's due diligence record in force; `risk_accepted` None when nobody has decided."""

    identified: bool
    beneficial_owner_self: bool
    risk: RiskLevel
    risk_accepted: bool | None


def risk_of(*, politically_exposed: bool, purpose: RelationPurpose) -> tuple[RiskLevel, tuple[Reason, ...]]:
    """Risk level of a client served at a distance, with every factor that was weighed."""
    factors = [Reason.of("served_remotely")]
    level = RiskLevel.LOW
    if purpose in (RelationPurpose.OTHER, RelationPurpose.BUSINESS_OTHER):
        factors.append(Reason.of("purpose_not_plain"))
        level = RiskLevel.MEDIUM
    if politically_exposed:
        factors.append(Reason.of("politically_exposed"))
        level = RiskLevel.HIGH
    return level, tuple(factors)


def decide(
    now: datetime, lists: ListFreshness, matches: tuple[ReviewedMatch, ...], diligence: StoredDiligence | None
) -> Decision:
    """May the lender deal with this client now? A missing or stale list, or no due diligence record, holds."""
    return Decision((_list_rule(now, lists), *_match_rules(matches), _diligence_rule(diligence), _risk_rule(diligence)))


def _list_rule(now: datetime, lists: ListFreshness) -> RuleResult:
    if lists.received_at is None:
        return RuleResult("sanctions_list", Outcome.HOLD, (Reason.of("no_sanctions_list"),), (lists.norm,))
    if lists.oldest is None:
        return RuleResult("sanctions_list", Outcome.HOLD, (Reason.of("norm_missing", norm=lists.norm.code),))
    age = now - lists.received_at
    if age > lists.oldest:
        hours = int(age.total_seconds() // 3600)
        reason = Reason.of("stale_sanctions_list", age_hours=hours)
        return RuleResult("sanctions_list", Outcome.HOLD, (reason,), (lists.norm,))
    return passed("sanctions_list", lists.norm)


def _match_rules(matches: tuple[ReviewedMatch, ...]) -> tuple[RuleResult, ...]:
    return tuple(_match_rule(match) for match in matches) or (passed("sanctions_match"),)


def _match_rule(match: ReviewedMatch) -> RuleResult:
    """An equal IIN is the person; a likeness of names is for the compliance officer."""
    if match.kind is MatchKind.IIN or match.same_person:
        return RuleResult("sanctions_match", Outcome.DECLINE, (Reason.of("listed_person", kind=match.kind.value),))
    if match.same_person is None:
        reason = Reason.of("list_match_not_judged", kind=match.kind.value)
        return RuleResult("sanctions_match", Outcome.HOLD, (reason,))
    return passed("sanctions_match")


def _diligence_rule(diligence: StoredDiligence | None) -> RuleResult:
    rule = "due_diligence"
    if diligence is None:
        return RuleResult(rule, Outcome.HOLD, (Reason.of("due_diligence_missing"),))
    if not diligence.identified:
        return RuleResult(rule, Outcome.HOLD, (Reason.of("identification_incomplete"),))
    if not diligence.beneficial_owner_self:
        return RuleResult(rule, Outcome.DECLINE, (Reason.of("beneficial_owner_unproven"),))
    return passed(rule)


def _risk_rule(diligence: StoredDiligence | None) -> RuleResult:
    rule = "aml_risk"
    if diligence is None or diligence.risk is not RiskLevel.HIGH:
        return passed(rule)
    if diligence.risk_accepted is None:
        return RuleResult(rule, Outcome.HOLD, (Reason.of("high_risk_not_decided"),))
    if not diligence.risk_accepted:
        return RuleResult(rule, Outcome.DECLINE, (Reason.of("high_risk_not_accepted"),))
    return passed(rule)


_GROUNDS = {
    "listed_person": Ground.LISTED,
    "beneficial_owner_unproven": Ground.DUE_DILIGENCE_IMPOSSIBLE,
    "high_risk_not_accepted": Ground.RISK_NOT_ACCEPTED,
}


def ground_of(decision: Decision) -> Ground | None:
    """The ground of refusal, the gravest first; None when the decision is not a decline."""
    if decision.outcome is not Outcome.DECLINE:
        return None
    codes = {reason.code for reason in decision.reasons}
    return next(ground for code, ground in _GROUNDS.items() if code in codes)
