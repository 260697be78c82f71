"""What due diligence needs of the outside, in its own words."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class ListRefused(Exception):
    """The source heard and gave no list."""

    def __init__(self, code: str) -> None:
        self.code = code  # a word of ours, never the source's text
        super().__init__(code)


class SanctionLists(Protocol):
    """Where the lists are published. Raises ListRefused, exchange.rules.NotCarried, exchange.rules.NoAnswer."""

    def active(self, now: datetime) -> bytes:
        """The list in force as published: XML in its original bytes."""
        ...
