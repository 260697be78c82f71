"""The state standards of Kazakhstan for digests and signatures, as arithmetic: no files, no clock, no trust.

Certificates and messages are read elsewhere (`identification.rules.eds`). What takes time can be left to another
`Backend`, which gives the same answers faster: configuration names it once for the process with `use`, and it is made
when first needed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from nesie.kernel.gost import curves, streebog
from nesie.kernel.gost.curves import CRYPTOPRO_A, TC26_256_A, TC26_512_A, Curve, Point
from nesie.kernel.gost.gost94 import gost94

__all__ = [
    "CRYPTOPRO_A",
    "TC26_256_A",
    "TC26_512_A",
    "Backend",
    "Curve",
    "Plain",
    "Point",
    "backend",
    "curves",
    "gost94",
    "streebog256",
    "streebog512",
    "use",
    "valid",
]


class Backend(Protocol):
    """Who computes."""

    @property
    def name(self) -> str:
        """How it is called in reports."""

    def streebog512(self, data: bytes) -> bytes:
        """The digest of 64 bytes."""

    def streebog256(self, data: bytes) -> bytes:
        """The digest of 32 bytes."""

    def valid(self, curve: Curve, key: Point, digest: bytes, signature: bytes) -> bool:
        """As `curves.valid`."""


class Plain:
    """This package itself."""

    name = "python"

    def streebog512(self, data: bytes) -> bytes:
        """As the protocol says."""
        return streebog.streebog512(data)

    def streebog256(self, data: bytes) -> bytes:
        """As the protocol says."""
        return streebog.streebog256(data)

    def valid(self, curve: Curve, key: Point, digest: bytes, signature: bytes) -> bool:
        """As the protocol says."""
        return curves.valid(curve, key, digest, signature)


_make: Callable[[], Backend] = Plain
_made: Backend | None = None


def use(make: Callable[[], Backend]) -> None:
    """Let what this makes compute from now on; called at the first computation."""
    global _make, _made
    _make, _made = make, None


def backend() -> Backend:
    """Who computes now."""
    global _made
    if _made is None:
        _made = _make()
    return _made


def streebog512(data: bytes) -> bytes:
    """Streebog of 512 bits (GOST 34.11-2015)."""
    return backend().streebog512(data)


def streebog256(data: bytes) -> bytes:
    """Streebog of 256 bits."""
    return backend().streebog256(data)


def valid(curve: Curve, key: Point, digest: bytes, signature: bytes) -> bool:
    """True when the holder of the key signed the digest (GOST 34.10); see `curves.valid`."""
    return backend().valid(curve, key, digest, signature)
