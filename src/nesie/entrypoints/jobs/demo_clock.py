"""The demo's pushed business time, told to every simulator, so that the whole world shares it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import httpx
import structlog
from django.conf import settings

from nesie.entrypoints.clock import business_now
from nesie.foundation.norms import queries as norms

_log = structlog.get_logger("nesie.demo_clock")
_TIMEOUT_SECONDS = 2.0


class DemoClock:
    """Remembers which shift each simulator has been told."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        # The NCALayer emulator speaks WebSocket to the page and HTTP to us, at one address.
        self._addresses = {name: url.replace("ws://", "http://", 1) for name, url in addresses.items()}
        self._told: dict[str, timedelta] = {}

    def tell(self) -> None:
        """Tell every simulator that does not know the present shift yet; one that is down is told next time."""
        shift = norms.clock_shift()
        for name, url in self._addresses.items():
            if self._told.get(name) != shift and self._post(name, url, business_now()):
                self._told[name] = shift

    def _post(self, name: str, url: str, now: datetime) -> bool:
        try:
            answer = httpx.post(f"{url}/_stage/clock", json={"now": now.isoformat()}, timeout=_TIMEOUT_SECONDS)
        except httpx.HTTPError:
            return False
        if answer.status_code >= 400:
            _log.warning("simulator_clock_refused", simulator=name, status=answer.status_code)
        return answer.status_code < 400


def configured() -> DemoClock | None:
    """The demo's clock; None when this is no demo."""
    return DemoClock(settings.NESIE_ADDRESSES) if "CLOCK" in settings.NESIE_DEMO_PARTS else None
