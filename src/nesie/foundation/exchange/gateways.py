"""How a message is carried to an outside system."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from nesie.foundation.exchange.rules import Answer


class Carrier(Protocol):
    """Carries messages of the kinds it knows. Called outside any transaction.

    Both raise `NotCarried` when the destination surely did nothing and `NoAnswer` when nothing was heard; any other
    exception is a mistake of ours and is taken for no answer.
    """

    def carry(self, kind: str, key: str, sequence: int, payload: Mapping[str, Any], now: datetime) -> Answer:
        """Deliver a message; `key` makes repetitions harmless where the destination takes one."""

    def ask(self, kind: str, key: str) -> Answer | None:
        """What became of the message with this key; None when the destination never saw it."""
