"""Seal key, anchor and gatekeeper in memory, for tests of single rooms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nesie.kernel.actor import Actor


class MemorySealKey:
    """A key that dies with the process."""

    key_id = "memory"

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()

    def sign(self, body: bytes) -> bytes:
        """Ed25519 signature."""
        return self._key.sign(body)

    def verify(self, key_id: str, body: bytes, signature: bytes) -> bool:
        """True for this key's own signatures."""
        try:
            self._key.public_key().verify(signature, body)
        except InvalidSignature:
            return False
        return key_id == self.key_id


class MemoryAnchor:
    """Heads in a dictionary."""

    def __init__(self) -> None:
        self._heads: dict[int, str] = {}

    def write(self, number: int, digest: str, at: str) -> None:
        """Keep the head."""
        self._heads[number] = digest

    def heads(self) -> Mapping[int, str]:
        """What was kept."""
        return self._heads


class OpenGate:
    """Permits everything and demands no approval."""

    def permits(self, actor: Actor, act: str) -> bool:
        """Always."""
        return True

    def needs_approval(self, act: str) -> bool:
        """Never."""
        return False

    def use_approval(self, actor: Actor, act: str, digest: bytes, now: datetime) -> UUID | None:
        """None is ever needed."""
        return None
