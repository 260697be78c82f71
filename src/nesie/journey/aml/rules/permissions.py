"""Who may run the use cases of this context, and how they refuse."""

from __future__ import annotations

from uuid import UUID

from nesie.kernel.actor import Actor, Role
from nesie.kernel.refused import NotFound, Refused, noop

_COMPLIANCE = frozenset({Role.COMPLIANCE_OFFICER})
_WORKER = frozenset({Role.WORKER})

PERMITTED: dict[str, frozenset[Role]] = {
    "acknowledge_refusal": _COMPLIANCE,
    "decide_match": _COMPLIANCE,
    "decide_risk": _COMPLIANCE,
    "import_list": _COMPLIANCE,
    "record_due_diligence": frozenset({Role.CLIENT}),
    "record_list": _WORKER,
    "refuse_client": _WORKER,
    "request_list": _WORKER | _COMPLIANCE,
    "screen_client": _WORKER | _COMPLIANCE,
}
FOUR_EYES: frozenset[str] = frozenset()


def person(actor: Actor) -> UUID:
    """The id of the person who acts; NotFound for a job, which can decide nothing in a person's stead."""
    if actor.id is None:
        raise NotFound
    return actor.id


class AlreadyDecided(Refused):
    """A word given once stands; a new fact makes a new record."""

    message = noop("This has already been decided.")


class ListNotAnswered(Refused):
    """The list was asked for, and no answer has come."""

    message = noop("The list has not come yet.")
