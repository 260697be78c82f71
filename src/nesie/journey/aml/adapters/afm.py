"""The financial monitoring agency's export over HTTP. Its address has moved before: it is a setting."""

from __future__ import annotations

from datetime import datetime

import httpx

from nesie.foundation.exchange.rules import NoAnswer, NotCarried
from nesie.journey.aml.gateways import ListRefused
from nesie.kernel.trust import authorities

_PATH = "/blacklist/export/active/xml"
_BUSY = frozenset({429, 503})


class AfmLists:
    """The list in force from the agency's site."""

    def __init__(self, url: str, *, path: str = _PATH, timeout: float = 30.0) -> None:
        self._client = httpx.Client(base_url=url, timeout=timeout, verify=authorities())
        self._path = path

    def active(self, now: datetime) -> bytes:
        """As the gateway says."""
        try:
            answer = self._client.get(self._path)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise NotCarried(type(error).__name__) from error
        except httpx.HTTPError as error:
            raise NoAnswer(type(error).__name__) from error
        if answer.status_code in _BUSY:
            raise NotCarried(str(answer.status_code))
        if answer.status_code >= 500:
            raise NoAnswer(str(answer.status_code))
        if answer.status_code != 200:
            raise ListRefused(f"http_{answer.status_code}")
        return answer.content
