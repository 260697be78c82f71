"""A decision about a person or an operation, made of the results of named rules: the worst wins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

Param = str | int | bool


class Outcome(StrEnum):
    """What a rule, or all of them together, says. Ordered: approve < review < hold < decline."""

    APPROVE = "approve"
    REVIEW = "review"  # a person of the lender decides
    HOLD = "hold"  # something needed is not known: nobody may approve until it is
    DECLINE = "decline"

    @property
    def severity(self) -> int:
        """0 for approve up to 3 for decline. Compare outcomes by this: as strings they would sort by alphabet."""
        return _SEVERITY[self]


_SEVERITY = {outcome: place for place, outcome in enumerate(Outcome)}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a stable code and its figures. Never personal data: reasons are shown and kept in the audit trail."""

    code: str
    params: tuple[tuple[str, Param], ...] = ()

    @classmethod
    def of(cls, code: str, **params: Param) -> Reason:
        """`Reason.of("bank_delay", days=40, limit=30)`."""
        return cls(code, tuple(sorted(params.items())))

    def as_data(self) -> dict[str, Any]:
        """For a JSON column."""
        return {"code": self.code, "params": dict(self.params)}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Reason:
        """Back from a JSON column."""
        return cls.of(data["code"], **data.get("params", {}))


@dataclass(frozen=True, slots=True)
class NormUsed:
    """Which dated parameter a rule went by, as it stood: enough to explain the decision years later."""

    code: str
    value: str
    valid_from: date | None
    certainty: str

    def as_data(self) -> dict[str, Any]:
        """For a JSON column."""
        since = self.valid_from.isoformat() if self.valid_from else None
        return {"code": self.code, "value": self.value, "valid_from": since, "certainty": self.certainty}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> NormUsed:
        """Back from a JSON column."""
        since = date.fromisoformat(data["valid_from"]) if data["valid_from"] else None
        return cls(data["code"], data["value"], since, data["certainty"])


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule found. A rule that could not be answered is a result too (hold), and is stored."""

    rule: str
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    norms: tuple[NormUsed, ...] = ()

    def __post_init__(self) -> None:
        if self.outcome is not Outcome.APPROVE and not self.reasons:
            raise ValueError(f"rule {self.rule} says {self.outcome} without a reason")

    def as_data(self) -> dict[str, Any]:
        """For a JSON column."""
        return {
            "rule": self.rule,
            "outcome": self.outcome.value,
            "reasons": [reason.as_data() for reason in self.reasons],
            "norms": [norm.as_data() for norm in self.norms],
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> RuleResult:
        """Back from a JSON column."""
        return cls(
            data["rule"],
            Outcome(data["outcome"]),
            tuple(Reason.from_data(reason) for reason in data["reasons"]),
            tuple(NormUsed.from_data(norm) for norm in data["norms"]),
        )


def passed(rule: str, *norms: NormUsed) -> RuleResult:
    """The rule found nothing against it."""
    return RuleResult(rule, Outcome.APPROVE, (), norms)


@dataclass(frozen=True, slots=True)
class Decision:
    """All results together. With no result at all it is a hold: nothing asked is not nothing found."""

    results: tuple[RuleResult, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst outcome of the results."""
        return max((result.outcome for result in self.results), key=lambda each: each.severity, default=Outcome.HOLD)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The reasons of the results that have the worst outcome; empty when approved."""
        if not self.results:
            return (NOTHING_CHECKED,)
        worst_of_all = self.outcome
        found = (reason for result in self.results if result.outcome is worst_of_all for reason in result.reasons)
        return tuple(dict.fromkeys(found))

    def as_data(self) -> list[dict[str, Any]]:
        """For a JSON column."""
        return [result.as_data() for result in self.results]

    @classmethod
    def from_data(cls, data: list[dict[str, Any]]) -> Decision:
        """Back from a JSON column."""
        return cls(tuple(RuleResult.from_data(result) for result in data))


NOTHING_CHECKED = Reason("nothing_checked")


def worst(decisions: Iterable[Decision]) -> Decision:
    """Several decisions as one: every result kept, the worst outcome wins. An empty one among them holds."""
    results: list[RuleResult] = []
    for decision in decisions:
        results.extend(decision.results or (RuleResult("nothing_checked", Outcome.HOLD, (NOTHING_CHECKED,)),))
    return Decision(tuple(results))
