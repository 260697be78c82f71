"""An outside system in memory, for tests of rooms that intend messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from nesie.foundation.exchange.rules import Answer, AnswerStatus


class FakeCarrier:
    """Acts once per key and answers with what `reply(kind, payload)` returns (by default: answered, empty)."""

    def __init__(self, reply: Callable[[str, Mapping[str, Any]], Answer] | None = None) -> None:
        self._reply = reply or (lambda kind, payload: Answer(AnswerStatus.ANSWERED, {}))
        self.carried: list[tuple[str, str, int, Mapping[str, Any]]] = []
        self.faults: list[Exception] = []  # each is raised once, before acting
        self._answers: dict[tuple[str, str], Answer] = {}

    def carry(self, kind: str, key: str, sequence: int, payload: Mapping[str, Any], now: datetime) -> Answer:
        """Act and answer; the kept answer for a known key."""
        if self.faults:
            raise self.faults.pop(0)
        if (kind, key) not in self._answers:
            self.carried.append((kind, key, sequence, payload))
            self._answers[kind, key] = self._reply(kind, payload)
        return self._answers[kind, key]

    def ask(self, kind: str, key: str) -> Answer | None:
        """The kept answer."""
        return self._answers.get((kind, key))
