"""SMS and mail gateways over plain JSON (the demo's; a vendor's protocol gets a file of its own)."""

from __future__ import annotations

from typing import Any

import httpx

from nesie.foundation.exchange.rules import NoAnswer, NotCarried
from nesie.foundation.notices.gateways import Rejected
from nesie.kernel.trust import authorities

# The gateway says that it did not take the message, or does not let us in: surely nothing was sent.
_NOT_TAKEN = frozenset({401, 403, 404, 405, 429, 503})


def _call(method: str, url: str, timeout: float, body: dict[str, str] | None = None) -> httpx.Response:
    """One request on a connection of its own: a stray second answer can never be read as the next request's."""
    try:
        with httpx.Client(timeout=timeout, trust_env=False, verify=authorities()) as client:
            return client.request(method, url, json=body)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol):
        raise NotCarried from None
    except httpx.HTTPError:
        # Without `from`: the library's exception carries the request, and with it a phone number.
        raise NoAnswer from None


def _reference(response: httpx.Response, name: str) -> str:
    if response.status_code in _NOT_TAKEN:
        raise NotCarried
    if 400 <= response.status_code < 500:
        raise Rejected(f"http_{response.status_code}")
    try:
        answer: Any = response.json()
        return str(answer[name])
    except (ValueError, KeyError, TypeError):
        raise NoAnswer from None


class HttpSms:
    """`POST /sms`."""

    def __init__(self, url: str, timeout: float) -> None:
        self._url, self._timeout = url.rstrip("/"), timeout

    def send(self, phone: str, text: str) -> str:
        """As the gateway's Protocol."""
        return _reference(_call("POST", f"{self._url}/sms", self._timeout, {"phone": phone, "text": text}), "id")


class HttpEmail:
    """`POST /email`, `GET /email/<id>`."""

    def __init__(self, url: str, timeout: float) -> None:
        self._url, self._timeout = url.rstrip("/"), timeout

    def send(self, message_id: str, to: str, subject: str, text: str) -> str:
        """As the gateway's Protocol."""
        letter = {"message_id": message_id, "to": to, "subject": subject, "text": text}
        return _reference(_call("POST", f"{self._url}/email", self._timeout, letter), "message_id")

    def accepted(self, message_id: str) -> str | None:
        """As the gateway's Protocol."""
        response = _call("GET", f"{self._url}/email/{message_id}", self._timeout)
        return None if response.status_code == 404 else _reference(response, "message_id")
