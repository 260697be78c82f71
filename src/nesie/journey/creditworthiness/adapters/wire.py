"""One HTTP question, and what its silence means to the exchange."""

from __future__ import annotations

from typing import Any

import httpx

from nesie.foundation.exchange.rules import NoAnswer, NotCarried
from nesie.journey.creditworthiness.gateways import Unanswerable

_BUSY = frozenset({429, 503})


def ask(client: httpx.Client, path: str, **request: Any) -> httpx.Response:
    """POST and return a 200. NotCarried when surely not heard, NoAnswer when perhaps, Unanswerable on a plain no."""
    try:
        answer = client.post(path, **request)
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise NotCarried(type(error).__name__) from error
    except httpx.HTTPError as error:
        raise NoAnswer(type(error).__name__) from error
    if answer.status_code in _BUSY:
        raise NotCarried(str(answer.status_code))
    if answer.status_code >= 500:
        raise NoAnswer(str(answer.status_code))
    if answer.status_code != 200:
        raise Unanswerable(f"http_{answer.status_code}")
    return answer
