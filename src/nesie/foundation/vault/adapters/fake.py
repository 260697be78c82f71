"""A key ring in memory with the same keys every time: for tests only, production settings refuse it."""

from __future__ import annotations

import hashlib

from nesie.foundation.vault import rules
from nesie.foundation.vault.rules import Family


class FakeKeyRing:
    """Keys made out of their names; the wrapping nonce too, so that two runs give the same bytes."""

    def wrap(self, version: int, key: bytes, context: bytes) -> bytes:
        """As KeyRing."""
        nonce = hashlib.sha256(key + context).digest()[: rules.NONCE_BYTES]
        return rules.wrap(self._key(Family.MASTER, version), key, nonce=nonce, context=context)

    def unwrap(self, version: int, wrapped: bytes, context: bytes) -> bytes:
        """As KeyRing."""
        return rules.unwrap(self._key(Family.MASTER, version), wrapped, context=context)

    def mac(self, family: Family, version: int, label: str, data: bytes) -> bytes:
        """As KeyRing."""
        return rules.mac(self._key(family, version), label, data)

    def make(self, family: Family, version: int) -> None:
        """As KeyRing: nothing to do, every version is there."""

    def has(self, family: Family, version: int) -> bool:
        """As KeyRing."""
        return version > 0

    def _key(self, family: Family, version: int) -> bytes:
        return hashlib.sha256(f"fake {family} {version}".encode()).digest()
