"""What the vault needs from outside: a ring of keys that never enter the database."""

from __future__ import annotations

from typing import Protocol

from nesie.foundation.vault.rules import Family


class KeyRing(Protocol):
    """Keys by family and version. Shaped so that a hardware module may serve it: master keys never leave it.

    Every method raises KeyMissing when the version is not on the ring.
    """

    def wrap(self, version: int, key: bytes, context: bytes) -> bytes:
        """The data key under this version of the master key, bound to its context."""
        ...

    def unwrap(self, version: int, wrapped: bytes, context: bytes) -> bytes:
        """The data key again; SealBroken when altered or of another context."""
        ...

    def mac(self, family: Family, version: int, label: str, data: bytes) -> bytes:
        """32 bytes that only the holder of the ring can make for this label and data."""
        ...

    def make(self, family: Family, version: int) -> None:
        """Put a fresh random key of this version on the ring, lastingly, before returning; keep one already there."""
        ...

    def has(self, family: Family, version: int) -> bool:
        """True when this version is on the ring."""
        ...


class Wiring:
    """Set once by `config`; asked at each use."""

    keyring: KeyRing
