"""The state base of natural persons through the credit bureau's gateway: SOAP 1.1 with HTTP Basic and a userId header.

The request follows the gateway's published description; what stands inside `return` is our assumption and stays here.
"""

from __future__ import annotations

import base64
from datetime import date, datetime
from functools import cached_property
from typing import Any
from xml.sax.saxutils import escape

import defusedxml.ElementTree as safe_xml
import httpx
from defusedxml import DefusedXmlException

from nesie.foundation.exchange.rules import NoAnswer, NotCarried
from nesie.foundation.identification.gateways import Refusal
from nesie.foundation.identification.rules.persons import PersonFacts, PersonRecord
from nesie.kernel.trust import authorities

_PATH = "/gbdServices/PersonDetailsImplService"
_NS = "http://data.gbd.chdb.scb.kz"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_BUSY = frozenset({429, 503})
_ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:gbd="http://data.gbd.chdb.scb.kz">
<soapenv:Header><gbd:userId>{user_id}</gbd:userId></soapenv:Header>
<soapenv:Body><gbd:getPerson><iin>{iin}</iin><consentConfirmed>1</consentConfirmed></gbd:getPerson></soapenv:Body>
</soapenv:Envelope>"""


class GatewayRegistry:
    """Questions about persons. Only asked with the person's consent, which the request confirms."""

    def __init__(self, url: str, *, user: str, password: str, user_id: str, timeout: float = 10.0) -> None:
        self._url, self._timeout, self._user_id = url, timeout, user_id
        self._auth = httpx.BasicAuth(user, password)

    @cached_property
    def _http(self) -> httpx.Client:
        return httpx.Client(base_url=self._url, timeout=self._timeout, auth=self._auth, verify=authorities())

    def person(self, iin: str, *, key: str, now: datetime) -> PersonRecord | None:
        """As the gateway says."""
        body = _ENVELOPE.format(user_id=escape(self._user_id), iin=escape(iin))
        headers = {"content-type": "text/xml; charset=utf-8", "SOAPAction": '""', "x-request-id": key}
        try:
            answer = self._http.post(_PATH, content=body.encode(), headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise NotCarried(type(error).__name__) from error
        except httpx.HTTPError as error:
            raise NoAnswer(type(error).__name__) from error
        if answer.status_code in _BUSY:
            raise NotCarried(str(answer.status_code))
        if answer.status_code not in (200, 401, 500):  # SOAP 1.1 puts its faults into a 500
            raise NoAnswer(str(answer.status_code))
        return _read(answer.content, iin)


def _read(content: bytes, iin: str) -> PersonRecord | None:
    try:
        body = safe_xml.fromstring(content, forbid_dtd=True).find(f"{{{_SOAP}}}Body")
        fault = body.find(f"{{{_SOAP}}}Fault")
        if fault is not None:
            code = fault.findtext("faultstring") or ""
            if code == "NOT_FOUND":
                return None
            raise Refusal(code)
        found = body.find(f"{{{_NS}}}getPersonResponse/return")
        record = _record(found, content)
    except (safe_xml.ParseError, DefusedXmlException, ValueError, AttributeError) as error:
        raise NoAnswer("unreadable") from error
    if record.facts.iin != iin:
        raise NoAnswer("another person")
    return record


def _record(found: Any, original: bytes) -> PersonRecord:
    until, born = found.findtext("document/validUntil"), found.findtext("birthDate")
    facts = PersonFacts(
        iin=found.findtext("iin") or "",
        surname=found.findtext("surname") or "",
        given_name=found.findtext("name") or "",
        patronymic=found.findtext("patronymic") or "",
        birth_on=date.fromisoformat(born) if born else None,
        document_number=found.findtext("document/number") or "",
        document_valid_until=date.fromisoformat(until) if until else None,
    )
    return PersonRecord(
        facts,
        alive=found.findtext("lifeStatus") == "alive",
        document_kind=found.findtext("document/type") or "",
        photo=base64.b64decode(found.findtext("photo") or ""),
        original=original,
    )
