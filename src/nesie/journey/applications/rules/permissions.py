"""Who may run the use cases of this context."""

from __future__ import annotations

from uuid import UUID

from nesie.kernel.actor import Actor, Role
from nesie.kernel.refused import NotFound

_CLIENT = frozenset({Role.CLIENT})
_WORKER = frozenset({Role.WORKER})
_OFFICER = frozenset({Role.CREDIT_OFFICER})

PERMITTED: dict[str, frozenset[Role]] = {
    "begin_screening": _WORKER,
    "cancel_application": _CLIENT,
    "choose_offer": _CLIENT,
    "decide_review": _OFFICER,
    "expire_application": _WORKER,
    "make_offers": _WORKER,
    "repeat_checks": _OFFICER | {Role.COMPLIANCE_OFFICER},
    "screen_application": _WORKER,
    "submit_application": _CLIENT,
}
FOUR_EYES: frozenset[str] = frozenset()


def person(actor: Actor) -> UUID:
    """The id of the person who acts; NotFound for a job, which can decide nothing in a person's stead."""
    if actor.id is None:
        raise NotFound
    return actor.id
