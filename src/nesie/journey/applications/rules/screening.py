"""When an application is decided, and what the decision makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from nesie.journey.applications.rules.offers import Draft
from nesie.journey.applications.rules.states import Status
from nesie.kernel.decision import Outcome, Reason, RuleResult, passed


@dataclass(frozen=True, slots=True)
class ScreeningPace:
    """The lender's own patience; not legal terms."""

    answers_within: timedelta = timedelta(minutes=10)  # then a held decision is made without them
    look_again_after: timedelta = timedelta(hours=1)  # a held application is decided anew
    ask_again_after: timedelta = timedelta(hours=1)  # when an answer failed
    answers_serve: timedelta = timedelta(hours=24)  # then the questions are put anew
    held_for: timedelta = timedelta(days=10)  # then it expires
    offered_for: timedelta = timedelta(days=5)


def pace(*, offer_days: int) -> ScreeningPace:
    """The lender's patience with an offer of so many days."""
    return ScreeningPace(offered_for=timedelta(days=offer_days))


def no_later_than(asked_at: datetime, now: datetime, waiting: Iterable[object], limits: ScreeningPace) -> bool:
    """True when the decision is due: everything is answered, or the time for answers is over."""
    return not any(True for _ in waiting) or now - asked_at >= limits.answers_within


def status_after(outcome: Outcome) -> Status:
    """Where a decision moves an application."""
    return {
        Outcome.APPROVE: Status.APPROVED,
        Outcome.REVIEW: Status.REVIEW,
        Outcome.HOLD: Status.HELD,
        Outcome.DECLINE: Status.DECLINED,
    }[outcome]


def cost_rule(made: tuple[Draft, ...], gap: str = "") -> RuleResult:
    """The caps on cost as a gate: at least one draft must keep them. `gap` names a cap that is not known."""
    if gap:
        return RuleResult("cost_caps", Outcome.HOLD, (Reason.of("norm_missing", norm=gap),))
    if any(draft.within_caps for draft in made):
        return passed("cost_caps")
    broken = sorted({reason.code for draft in made for reason in draft.reasons}) or ["no_schedule"]
    return RuleResult("cost_caps", Outcome.DECLINE, tuple(Reason.of("cost_over_cap", cap=code) for code in broken))
