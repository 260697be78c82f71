"""Hands each kind of message to the carrier of the room it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nesie.foundation.exchange.gateways import Carrier
from nesie.foundation.exchange.rules import Answer, NotCarried


class Switchboard:
    """A carrier of carriers. A kind nobody carries is not carried: it waits, and is then dead, but never lost."""

    def __init__(self, routes: Mapping[str, Carrier]) -> None:
        self._routes = dict(routes)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds it can carry."""
        return frozenset(self._routes)

    def carry(self, kind: str, key: str, sequence: int, payload: Mapping[str, Any], now: datetime) -> Answer:
        """As the route's own carrier; NotCarried without a route."""
        return self._route(kind).carry(kind, key, sequence, payload, now)

    def ask(self, kind: str, key: str) -> Answer | None:
        """As the route's own carrier; NotCarried without a route."""
        return self._route(kind).ask(kind, key)

    def _route(self, kind: str) -> Carrier:
        try:
            return self._routes[kind]
        except KeyError:
            raise NotCarried(f"nobody carries {kind}") from None
