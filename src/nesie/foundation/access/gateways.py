"""What access is told once at start: who may do what, gathered from every room by `config`."""

from __future__ import annotations

from nesie.kernel.actor import Role


class Wiring:
    """Set by `config` through `queries.Gate`; asked at each request for approval."""

    permitted: dict[str, frozenset[Role]] = {}
    four_eyes: frozenset[str] = frozenset()
