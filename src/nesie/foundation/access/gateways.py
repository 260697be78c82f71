"""What access is told by others: who may do what, gathered from every room, and how a client can be reached."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from nesie.foundation.access.rules import Known
from nesie.kernel.actor import Role


class People(Protocol):
    """The clients' own room, which stands behind this one."""

    def known(self, client_id: UUID) -> Known | None:
        """How to reach a client and who they are; None when there is no such client."""


class Nobody:
    """Before the clients' room is wired."""

    def known(self, client_id: UUID) -> Known | None:
        """Nobody is known."""
        return None


class Wiring:
    """Set by `config`; asked at each use."""

    permitted: dict[str, frozenset[Role]] = {}
    four_eyes: frozenset[str] = frozenset()
    people: People = Nobody()
