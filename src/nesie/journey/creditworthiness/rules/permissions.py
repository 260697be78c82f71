"""Who may run the use cases of this context, and how they refuse."""

from __future__ import annotations

from nesie.kernel.actor import Role
from nesie.kernel.refused import Refused, noop

_WORKER = frozenset({Role.WORKER})

PERMITTED: dict[str, frozenset[Role]] = {
    "assess_case": _WORKER,
    "record_inquiry_answer": _WORKER,
    "request_checks": _WORKER | {Role.CREDIT_OFFICER},
}
FOUR_EYES: frozenset[str] = frozenset()


class ReportUnreadable(Refused):
    """The provider's answer is not in the agreed form: it is as good as none."""

    message = noop("The answer of the credit bureau cannot be read ({why}).")
