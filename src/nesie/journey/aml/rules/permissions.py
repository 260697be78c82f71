"""Who may run the use cases of this context, and how they refuse."""

from __future__ import annotations

from nesie.kernel.actor import Role
from nesie.kernel.refused import Refused, noop

_COMPLIANCE = frozenset({Role.COMPLIANCE_OFFICER})
_WORKER = frozenset({Role.WORKER})

PERMITTED: dict[str, frozenset[Role]] = {
    "acknowledge_refusal": _COMPLIANCE,
    "decide_match": _COMPLIANCE,
    "decide_risk": _COMPLIANCE,
    "import_list": _COMPLIANCE,
    "record_due_diligence": frozenset({Role.CLIENT}),
    "record_list": _WORKER,
    "refuse_client": _WORKER | _COMPLIANCE,
    "request_list": _WORKER | _COMPLIANCE,
    "screen_client": _WORKER | _COMPLIANCE,
}
FOUR_EYES: frozenset[str] = frozenset()


class NotComplete(Refused):
    """The client's registration is not complete, so due diligence has nobody to be about."""

    message = noop("Complete the registration first.")


class AlreadyDecided(Refused):
    """A word given once stands; a new fact makes a new record."""

    message = noop("This has already been decided.")


class ListNotAnswered(Refused):
    """The list was asked for, and no answer has come."""

    message = noop("The list has not come yet.")
