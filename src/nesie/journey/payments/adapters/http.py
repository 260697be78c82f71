"""The bank's host-to-host interface over HTTP: OAuth client credentials, bodies signed by a detached JWS."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

import httpx

from nesie.journey.payments.gateways import (
    BankBusy,
    BankSilent,
    IncomingPayment,
    PaymentAnswer,
    PaymentOrder,
    PaymentState,
)
from nesie.journey.payments.rules import Ownership
from nesie.kernel.money import Money
from nesie.kernel.trust import authorities

_VERDICTS = {"MATCH": Ownership.SHOWN, "NO_MATCH": Ownership.NOT_SHOWN, "CLOSED": Ownership.NOT_SHOWN}
_STATES = {
    "EXECUTED": PaymentState.PAID,
    "REJECTED": PaymentState.REFUSED,
    "IN_PROGRESS": PaymentState.IN_PROGRESS,
}
_TOKEN_MARGIN_SECONDS = 30
T = TypeVar("T")


class HttpBank:
    """`Bank` over HTTP. One instance may serve several threads."""

    def __init__(self, base_url: str, client_id: str, secret: str, timeout_seconds: float = 10.0) -> None:
        # trust_env off: a proxy of the environment must not carry money orders.
        self._http = httpx.Client(base_url=base_url, timeout=timeout_seconds, trust_env=False, verify=authorities())
        self._client_id = client_id
        self._secret = secret
        self._lock = threading.Lock()
        self._token = ""
        self._token_until = 0.0

    def owns_account(self, *, key: str, iban: str, iin: str) -> Ownership:
        """See `Bank`."""
        answer = self._post("/api/account-checks", {"referenceId": key, "iban": iban, "iin": iin})
        # A word we do not know is no proof of ownership.
        return _read(lambda: _VERDICTS.get(str(answer["result"]), Ownership.UNKNOWN))

    def pay(self, order: PaymentOrder) -> PaymentAnswer:
        """See `Bank`."""
        answer = self._post(
            "/api/payments",
            {
                "referenceId": order.key,
                "amount": str(order.amount),
                "currency": "KZT",
                "payer": {"iban": order.payer_iban, "bin": order.payer_bin, "code": order.payer_code},
                "payee": {
                    "iban": order.payee_iban,
                    "iin": order.payee_iin,
                    "name": order.payee_name,
                    "code": order.payee_code,
                },
                "purposeCode": order.purpose_code,
                "purpose": order.purpose,
            },
        )
        return _payment(answer, order.key)

    def status(self, key: str) -> PaymentAnswer | None:
        """See `Bank`."""
        response = self._send(lambda headers: self._http.get(f"/api/payments/{key}", headers=headers))
        if response.status_code == httpx.codes.NOT_FOUND and _json(response).get("error") == "no_such_payment":
            return None
        return _payment(_ok(response), key)

    def incoming(self, since: str) -> Sequence[IncomingPayment]:
        """See `Bank`."""
        cursor = int(since or "0")
        while True:
            entries = self._statement(cursor)
            found = [_incoming(entry) for entry in entries if entry.get("direction") == "CREDIT"]
            if found or not entries:
                return found
            # A page of our own payouts only: read on, or the next call would see the same page for ever.
            cursor = _last_cursor(entries)

    def _statement(self, since: int) -> list[dict[str, Any]]:
        answer = _ok(
            self._send(lambda headers: self._http.get("/api/statement", params={"since": since}, headers=headers))
        )
        return _read(lambda: list(answer["entries"]))

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

        def send(headers: dict[str, str]) -> httpx.Response:
            signed = {**headers, "x-jws-signature": self._signature(raw), "content-type": "application/json"}
            return self._http.post(path, content=raw, headers=signed)

        return _ok(self._send(send))

    def _send(self, send: Callable[[dict[str, str]], httpx.Response]) -> httpx.Response:
        try:
            response = send({"authorization": f"Bearer {self._bearer()}"})
            if response.status_code == httpx.codes.UNAUTHORIZED:
                response = send({"authorization": f"Bearer {self._bearer(renew=True)}"})
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise BankBusy(type(error).__name__) from None  # nothing was sent
        except httpx.HTTPError as error:
            raise BankSilent(type(error).__name__) from None
        return response

    def _bearer(self, *, renew: bool = False) -> str:
        with self._lock:
            if renew or time.monotonic() > self._token_until:
                form = {
                    "grant_type": "client_credentials",
                    "client_id": self._client_id,
                    "client_secret": self._secret,
                }
                try:
                    granted = _ok(self._http.post("/oauth/token", data=form))
                except (httpx.HTTPError, BankSilent) as error:
                    raise BankBusy(f"no token: {type(error).__name__}") from None  # no order was sent yet
                self._token = _read(lambda: str(granted["access_token"]))
                self._token_until = time.monotonic() + float(granted.get("expires_in", 60)) - _TOKEN_MARGIN_SECONDS
            return self._token

    def _signature(self, raw: bytes) -> str:
        head = _base64url(json.dumps({"alg": "HS256"}, separators=(",", ":")).encode())
        mac = hmac.new(self._secret.encode(), f"{head}.{_base64url(raw)}".encode(), hashlib.sha256).digest()
        return f"{head}..{_base64url(mac)}"


def _ok(response: httpx.Response) -> dict[str, Any]:
    if response.status_code in (httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.TOO_MANY_REQUESTS):
        raise BankBusy(str(response.status_code))
    if response.status_code != httpx.codes.OK:
        # What the bank did with the order does not follow from any other status.
        raise BankSilent(str(response.status_code))
    return _json(response)


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        raise BankSilent("not JSON") from None
    if not isinstance(body, dict):
        raise BankSilent("not an object")
    return body


def _read(read: Callable[[], T]) -> T:
    try:
        return read()
    except (KeyError, TypeError, ValueError):
        raise BankSilent("malformed") from None


def _payment(answer: dict[str, Any], key: str) -> PaymentAnswer:
    def read() -> PaymentAnswer:
        if answer["referenceId"] != key:
            raise ValueError("an answer to another order")
        return PaymentAnswer(
            _STATES[answer["status"]],
            str(answer.get("bankReference", "")),
            str(answer.get("reason", "")),
            datetime.fromisoformat(answer["at"]),
        )

    return _read(read)


def _last_cursor(entries: list[dict[str, Any]]) -> int:
    return _read(lambda: int(entries[-1]["cursor"]))


def _incoming(entry: dict[str, Any]) -> IncomingPayment:
    def read() -> IncomingPayment:
        payer = entry["counterparty"]
        return IncomingPayment(
            cursor=str(entry["cursor"]),
            bank_reference=str(entry["bankReference"]),
            amount=Money.tenge(entry["amount"]),
            booked_at=datetime.fromisoformat(entry["bookedAt"]),
            booked_on=date.fromisoformat(entry["bookedOn"]),
            payer_iban=str(payer["iban"]),
            payer_number=str(payer["iin"]),
            payer_name=str(payer["name"]),
            purpose=str(entry["purpose"]),
        )

    return _read(read)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
