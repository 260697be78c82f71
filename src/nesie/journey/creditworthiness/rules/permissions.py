"""Who may run the use cases of this context."""

from __future__ import annotations

from nesie.kernel.actor import Role

_WORKER = frozenset({Role.WORKER})

PERMITTED: dict[str, frozenset[Role]] = {
    "assess_case": _WORKER,
    "recheck_case": _WORKER,
    "record_inquiry_answer": _WORKER,
    "request_checks": _WORKER,
}
FOUR_EYES: frozenset[str] = frozenset()
