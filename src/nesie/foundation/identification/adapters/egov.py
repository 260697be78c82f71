"""Phones and businesses as gateways to the state's bases tell them.

The base of phones is asked through the credit bureau's gateway, in the shape seen in clients of it; what the business
base says is our assumption. Both shapes stay here.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property
from uuid import uuid4

import httpx

from nesie.foundation.exchange.rules import NoAnswer, NotCarried
from nesie.foundation.identification.gateways import Refusal
from nesie.foundation.identification.rules.standing import BusinessForm, BusinessRecord, PhoneOwner

_BUSY = frozenset({429, 503})
_LOGIN, _SEND = "/fcbid-otp/api/v1/login", "/fcbid-otp/api/v1/send-code"
_BUSINESS = "/gbdul/api/v1/subject"
_OWN = "PROFILE_DOCUMENT_ACCESS_SUCCESS"


class _Gateway:
    def __init__(self, url: str, *, user: str, password: str, timeout: float = 10.0) -> None:
        self._url, self._timeout = url, timeout
        self._auth = httpx.BasicAuth(user, password)

    @cached_property
    def _http(self) -> httpx.Client:
        return httpx.Client(base_url=self._url, timeout=self._timeout)

    def _call(self, method: str, path: str, **request: object) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **request)  # type: ignore[arg-type]  # httpx's own keywords
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise NotCarried(type(error).__name__) from error
        except httpx.HTTPError as error:
            raise NoAnswer(type(error).__name__) from error
        if answer.status_code in _BUSY:
            raise NotCarried(str(answer.status_code))
        if answer.status_code in (401, 403):
            raise Refusal("AUTH")
        return answer


class EgovPhones(_Gateway):
    """The base of phones: each question is asked with a token of its own."""

    def owner(self, iin: str, phone: str, *, key: str, now: datetime) -> PhoneOwner:
        """As the gateway says."""
        try:
            token = str(self._call("GET", _LOGIN, auth=self._auth).json()["access"]["hash"])
            headers = {"authorization": f"Bearer {token}", "requestid": key or str(uuid4())}
            answer = self._call("POST", _SEND, headers=headers, json={"iin": iin, "phone": phone})
            told = answer.json()
        except (ValueError, KeyError, TypeError) as error:
            raise NoAnswer("unreadable") from error
        if told.get("responseCode") == _OWN:
            return PhoneOwner.OWN
        if told.get("errorCode") == 404:
            return PhoneOwner.NOT_OWN
        raise NoAnswer("unreadable")


class EgovBusinesses(_Gateway):
    """The base of legal entities and sole proprietors."""

    def subject(self, number: str, *, key: str, now: datetime) -> BusinessRecord | None:
        """As the gateway says."""
        headers = {"requestid": key}
        answer = self._call("POST", _BUSINESS, headers=headers, json={"number": number}, auth=self._auth)
        if answer.status_code == 404:
            return None
        try:
            told = answer.json()
            record = BusinessRecord(
                number=str(told["number"]),
                form=BusinessForm(told["form"]),
                name=str(told["name"]),
                registered_on=date.fromisoformat(told["registeredOn"]),
                active=told["status"] == "active",
                head_iin=str(told["headIin"]),
                original=answer.content,
            )
        except (ValueError, KeyError, TypeError) as error:
            raise NoAnswer("unreadable") from error
        if record.number != number:
            raise NoAnswer("another subject")
        return record
