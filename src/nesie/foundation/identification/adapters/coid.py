"""The identification-data exchange centre (COID): a redirect with a code, then the result from server to server.

The wire shape is our assumption until the operator's documents are in hand; it stays in this file. The request is
pushed beforehand (RFC 9126), so that neither IIN nor phone stands in an address.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import httpx

from nesie.foundation.identification.gateways import Refusal, Unanswered
from nesie.foundation.identification.rules.persons import BiometricAnswer, BiometricRequest, PersonFacts
from nesie.kernel.trust import authorities

_MAX_RESULT_BYTES = 4 * 1024 * 1024
_PPM = 1_000_000


class CoidBiometrics:
    """COID over HTTP. `public_url` is where the person's browser goes when it differs from the server's address."""

    name = "coid"

    def __init__(
        self, url: str, *, client_id: str, client_secret: str, public_url: str = "", timeout: float = 10.0
    ) -> None:
        self._url, self._timeout = url, timeout
        self._client_id, self._auth = client_id, httpx.BasicAuth(client_id, client_secret)
        self._public_url = (public_url or url).rstrip("/")

    @cached_property
    def _http(self) -> httpx.Client:
        return httpx.Client(base_url=self._url, timeout=self._timeout, verify=authorities())

    def begin(self, request: BiometricRequest) -> str:
        """As the gateway says."""
        form = {
            "client_id": self._client_id,
            "response_type": "code",
            "scope": "openid",
            "redirect_uri": request.redirect_uri,
            "state": request.state,
            "nonce": request.nonce,
            "iin": request.iin,
            "phone": request.phone,
        }
        answer = _json(self._ask("POST", "/par", data=form, auth=self._auth))
        request_uri = answer.get("request_uri")
        if not isinstance(request_uri, str) or not request_uri:
            raise Unanswered("no request_uri")
        query = urlencode({"client_id": self._client_id, "request_uri": request_uri})
        return f"{self._public_url}/authorize?{query}"

    def result(self, code: str, *, redirect_uri: str, now: datetime) -> BiometricAnswer:
        """As the gateway says."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        token = _json(self._ask("POST", "/token", data=form, auth=self._auth)).get("access_token")
        if not isinstance(token, str) or not token:
            raise Unanswered("no token")
        answer = self._ask("GET", "/result", headers={"authorization": f"Bearer {token}"})
        if len(answer.content) > _MAX_RESULT_BYTES:
            raise Unanswered("too large")
        try:
            return read_result(answer.content)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unanswered("unreadable") from error

    def _ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **request)
        except httpx.HTTPError as error:
            raise Unanswered(type(error).__name__) from error
        if answer.status_code in (400, 401, 403):
            raise Refusal(f"http_{answer.status_code}")
        if answer.status_code not in (200, 201):
            raise Unanswered(f"http_{answer.status_code}")
        return answer


def read_result(original: bytes) -> BiometricAnswer:
    """The centre's result in our words; ValueError, KeyError or TypeError when it is none."""
    told = json.loads(original)
    completed_at = datetime.fromisoformat(told["completedAt"])
    if completed_at.tzinfo is None:
        raise ValueError("a moment without its offset")
    return BiometricAnswer(
        transaction_id=str(told["transactionId"]),
        nonce=str(told["nonce"]),
        iin=str(told["iin"]),
        success=told["status"] == "success",
        error_code=str(told.get("errorCode") or ""),
        liveness_ppm=_ppm(told["liveness"]),
        similarity_ppm=_ppm(told["similarity"]),
        phone_confirmed=told["phoneConfirmed"] is True,
        completed_at=completed_at.astimezone(UTC),
        photo=base64.b64decode(told.get("photo") or "", validate=True),
        original=original,
        facts=_facts(told),
    )


def _ppm(share: Any) -> int:
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        raise ValueError("not a share of one")
    return round(share * _PPM)


def _facts(told: dict[str, Any]) -> PersonFacts | None:
    person, document = told.get("person"), told.get("document") or {}
    if not person:
        return None
    until = document.get("validUntil")
    return PersonFacts(
        iin=str(told["iin"]),
        surname=str(person["surname"]),
        given_name=str(person["name"]),
        patronymic=str(person.get("patronymic") or ""),
        birth_on=date.fromisoformat(person["birthDate"]),
        document_number=str(document.get("number") or ""),
        document_valid_until=date.fromisoformat(until) if until else None,
    )


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError as error:
        raise Unanswered("unreadable") from error
    if not isinstance(told, dict):
        raise Unanswered("unreadable")
    return told
