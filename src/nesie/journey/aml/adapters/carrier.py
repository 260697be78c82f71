"""Carries the request for a list for the exchange."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nesie.foundation.exchange.rules import Answer, AnswerStatus
from nesie.journey.aml.gateways import ListRefused, SanctionLists
from nesie.journey.aml.rules import LIST_MESSAGE


class ListCarrier:
    """A carrier of the exchange for `rules.LIST_MESSAGE`: a plain question, so repeating is harmless."""

    def __init__(self, lists: SanctionLists) -> None:
        self._lists = lists

    def carry(self, kind: str, key: str, sequence: int, payload: Mapping[str, Any], now: datetime) -> Answer:
        """Fetch; the body holds the list's original bytes."""
        if kind != LIST_MESSAGE:
            raise ValueError(f"not a message of aml: {kind}")
        try:
            content = self._lists.active(now)
        except ListRefused as no:
            return Answer(AnswerStatus.FAILED, {"code": no.code})
        return Answer(AnswerStatus.ANSWERED, {"original": base64.b64encode(content).decode()})

    def ask(self, kind: str, key: str) -> Answer | None:
        """A question leaves nothing behind at the source."""
        return None
