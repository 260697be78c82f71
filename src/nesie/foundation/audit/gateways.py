"""What the audit room needs of others, in its own words; `config` wires the two."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from nesie.kernel.actor import Actor


class Gatekeeper(Protocol):
    """Who may do what (clause 27), and what needs a second person."""

    def permits(self, actor: Actor, act: str) -> bool:
        """True when one of the actor's roles bears the permission named like the act."""

    def needs_approval(self, act: str) -> bool:
        """True when the act is done with four eyes only."""

    def use_approval(self, actor: Actor, act: str, digest: bytes, now: datetime) -> UUID | None:
        """Spend, in the open transaction, an approval this actor asked for of exactly these arguments; else None."""


class SealKey(Protocol):
    """The key that signs seals; it lives outside the database."""

    @property
    def key_id(self) -> str:
        """Which key signs now."""

    def sign(self, body: bytes) -> bytes:
        """An Ed25519 signature."""

    def verify(self, key_id: str, body: bytes, signature: bytes) -> bool:
        """True when `key_id` is known and made this signature."""


class Anchor(Protocol):
    """A place outside the database where the newest seal is written down."""

    def write(self, number: int, digest: str, at: str) -> None:
        """Append one line durably; writing the same head twice is harmless."""

    def heads(self) -> Mapping[int, str]:
        """Seal number -> digest of every anchored head; ValueError when the anchor itself is damaged."""


class Wiring:
    """Set once by `config`; asked at each act."""

    gatekeeper: Gatekeeper
    seal_key: SealKey
    anchor: Anchor
    release: str = ""


def wired() -> Any:
    """The wiring in force."""
    return Wiring
