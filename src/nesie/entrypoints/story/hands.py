"""What a demo person does outside Nesie: reads the phone, signs in NCALayer, looks into the camera, pays at the bank.

Everything here is a program on the loopback, spoken to by its own protocol; nothing of Nesie is called.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from websockets.sync.client import connect

from nesie.kernel.money import Money

TIMEOUT_SECONDS = 20.0
_BASICS = "kz.gov.pki.knca.basics"
_CODE = re.compile(r"(?<![\d-])\d{6}(?![\d-])")  # not the figures inside a contract's number


class NotSigned(Exception):
    """NCALayer gave no signature: the person pressed Cancel, or it reported a failure."""


@dataclass(frozen=True, slots=True)
class Return:
    """With what the browser comes back from the identification centre; no code when the person cancelled."""

    state: str
    code: str


@dataclass(frozen=True, slots=True)
class Hands:
    """The hands of one demo person, `person` as the registry's page tells him."""

    addresses: Mapping[str, str]
    person: Mapping[str, str]

    def portrait(self) -> bytes:
        """A photo of the face, JPEG."""
        answer = _browser().get(self.addresses["registry"] + self.person["portrait"])
        return answer.raise_for_status().content

    def texts(self) -> list[str]:
        """The SMS on the phone, newest first."""
        asked = {"phone": self.person["phone"]}
        answer = _browser().get(self.addresses["messages"] + "/inbox", params=asked)
        return [one["text"] for one in answer.raise_for_status().json()["messages"] if one["kind"] == "sms"]

    def code(self) -> str:
        """The newest one-time code on the phone; LookupError when there is none."""
        for text in self.texts():
            found = _CODE.search(text)
            if found:
                return found.group()
        raise LookupError("no code came to the phone")

    def sign(self, content: bytes, iin: str | None = None) -> bytes:
        """A detached CMS made by NCALayer with the person's own key, time stamp inside. NotSigned.

        `iin`: whose key is asked for, by default the person's own.
        """
        asked = {
            "module": _BASICS,
            "method": "sign",
            "args": {
                "allowedStorages": None,
                "format": "cms",
                "data": base64.b64encode(content).decode(),
                "signingParams": {"decode": True, "encapsulate": False, "digested": False, "tsaProfile": {}},
                "signerParams": {
                    "extKeyUsageOids": [],
                    "iin": iin or self.person["iin"],
                    "bin": "",
                    "serialNumber": "",
                    "chain": [],
                },
                "locale": "ru",
            },
        }
        with connect(self.addresses["ncalayer"], proxy=None, open_timeout=TIMEOUT_SECONDS) as layer:
            layer.recv(TIMEOUT_SECONDS)  # it greets with its version
            layer.send(json.dumps(asked))
            answer = json.loads(layer.recv(TIMEOUT_SECONDS))
        signature = (answer.get("body") or {}).get("result") if answer.get("status") else None
        if not isinstance(signature, str):
            raise NotSigned(str(answer.get("code", "cancelled")))
        return signature.encode()

    def look(self, address: str, mode: str = "success") -> Return:
        """Go where the lender sends the browser, press one of the centre's buttons, and come back."""
        _browser().get(address).raise_for_status()
        parts = urlsplit(address)
        form = {"request_uri": parse_qs(parts.query)["request_uri"][0], "mode": mode}
        answer = _browser().post(f"{parts.scheme}://{parts.netloc}{parts.path}", data=form)
        brought = parse_qs(urlsplit(answer.headers["location"]).query)
        return Return(brought["state"][0], brought.get("code", [""])[0])

    def repay(self, number: str, amount: Money) -> str:
        """Pay the lender from the person's own account; the bank's reference."""
        form = {"iban": self.person["iban"], "contract": number, "amount": str(amount)}
        answer = _browser().post(self.addresses["bank"] + "/repay", data=form)
        if answer.status_code != httpx.codes.SEE_OTHER:
            raise ValueError("the bank did not take the payment")
        return parse_qs(urlsplit(answer.headers["location"]).query)["paid"][0]


def people(addresses: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The demo people by their short names, as the registry's page tells them."""
    answer = _browser().get(addresses["registry"] + "/_people")
    return {one["key"]: one for one in answer.raise_for_status().json()["people"]}


@cache
def _browser() -> httpx.Client:
    """One for all: making one takes longer than most visits."""
    return httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False)
