"""What documents need of others: the lender's own signature."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Signer(Protocol):
    """The lender's signing key and its certificate; the key never reaches the database."""

    def sign(self, content: bytes) -> bytes:
        """A detached CMS signature (DER) over the content, with the certificate inside: verifies without a network."""
        ...

    def certificate(self) -> bytes:
        """The certificate (DER)."""
        ...

    def make(self, name: str, number: str, now: datetime) -> bool:
        """Make a key and a certificate of the organisation (legal name, BIN), unless there is one; True when made."""
        ...


class Wiring:
    """Set once by `config`; asked at each use."""

    signer: Signer
