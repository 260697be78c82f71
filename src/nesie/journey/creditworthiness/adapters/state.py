"""The state's base of businesses, as this room asks it: through identification's gateway to the same base."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from nesie.foundation.identification.rules import Refusal
from nesie.foundation.identification.rules.standing import BusinessRecord, entity_problem, entrepreneur_problem
from nesie.journey.creditworthiness.gateways import StandingAnswer, Unanswerable
from nesie.journey.creditworthiness.rules import BusinessStanding


class Registry(Protocol):
    """Identification's gateway to the base of businesses, as far as it is needed here."""

    def subject(self, number: str, *, key: str, now: datetime) -> BusinessRecord | None:
        """What the state says of this number; None when it knows none. Raises Refusal, NotCarried, NoAnswer."""
        ...


class StateStandings:
    """Whether a business is at work, judged as at registration (clause 6)."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def standing(self, number: str, *, entity: bool, head: str, key: str, now: datetime) -> StandingAnswer:
        """As the gateway says. A number the state does not know is no business at work."""
        try:
            record = self._registry.subject(number, key=key, now=now)
        except Refusal as refusal:
            raise Unanswerable("refused_by_state") from refusal
        problem = entity_problem(record, number) if entity else entrepreneur_problem(record, number)
        original, media_type = (record.original, record.media_type) if record else (b"null", "application/json")
        headed = (record is not None and record.head_iin == head) if head else None
        return StandingAnswer(BusinessStanding(now, problem is None, headed), original, media_type)
