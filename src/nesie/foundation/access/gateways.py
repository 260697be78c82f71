"""What access is told by others: who may do what, gathered from every room, and how a client can be reached."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from nesie.foundation.access.rules import Known
from nesie.foundation.access.rules.attestation import Trust
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


class Attestation(Protocol):
    """Who may vouch for phones and for our application on them."""

    def trust(self) -> Trust:
        """The makers' roots, what they have revoked, and who we are."""


class NobodyVouches:
    """Before the adapter is wired: no phone counts."""

    def trust(self) -> Trust:
        """Nothing is trusted."""
        return Trust()


class Wiring:
    """Set by `config`; asked at each use."""

    permitted: dict[str, frozenset[Role]] = {}
    four_eyes: frozenset[str] = frozenset()
    people: People = Nobody()
    attestation: Attestation = NobodyVouches()
