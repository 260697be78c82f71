"""The First Credit Bureau's report service: SOAP 1.1 (ws.creditinfo.com).

The envelope follows public client code. What stands under `Root` was not seen in the vendor's documentation: the
layout read by `_report` is our assumption and stays in this file, to be changed with the vendor's schema.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

import defusedxml.ElementTree as safe_xml
import httpx
from defusedxml import DefusedXmlException

from nesie.journey.creditworthiness.adapters.wire import ask
from nesie.journey.creditworthiness.gateways import ReportAnswer, Unanswerable
from nesie.journey.creditworthiness.rules import (
    BureauReport,
    Commitment,
    Creditor,
    Delay,
    Gambling,
    MonthIncome,
    Restructuring,
)
from nesie.kernel.money import Money
from nesie.kernel.trust import authorities

_PATH = "/FCBServices/Service"
_WS = "http://ws.creditinfo.com/"
_SUBJECT_NOT_FOUND = "-1012"
_PERSON = "14"  # the bureau's type of an IIN; that of a BIN is told by its contract with the lender
_ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ws="http://ws.creditinfo.com/">
<soapenv:Header><ws:CigWsHeader><ws:Culture>ru-RU</ws:Culture><ws:UserName>{user}</ws:UserName>
<ws:Password>{password}</ws:Password></ws:CigWsHeader></soapenv:Header>
<soapenv:Body><ws:GetReport><ws:reportId>{report}</ws:reportId><ws:doc><keyValue>
<reportImportCode>{report}</reportImportCode><idNumber>{iin}</idNumber><idNumberType>{kind}</idNumberType>
<ConsentConfirmed>1</ConsentConfirmed></keyValue></ws:doc></ws:GetReport></soapenv:Body></soapenv:Envelope>"""


class FcbReports:
    """Credit reports over SOAP. `report_code` is the import code of the report the lender has bought.

    `entity_type`: the bureau's type of a BIN; "" when the lender was not told it, and then no entity is asked about.
    """

    def __init__(
        self,
        url: str,
        *,
        user: str,
        password: str,
        report_code: str = "7",
        entity_type: str = "",
        timeout: float = 10.0,
    ) -> None:
        self._entity_type = entity_type
        self._client = httpx.Client(base_url=url, timeout=timeout, verify=authorities())
        self._user, self._password, self._code = user, password, report_code

    def report(self, iin: str, key: str, now: datetime) -> ReportAnswer:
        """As the gateway says. A person the bureau does not know is one without history and of unknown income."""
        return self._asked(iin, _PERSON, key, now)

    def entity_report(self, bin: str, key: str, now: datetime) -> ReportAnswer:
        """As the gateway says; Unanswerable when the type of a BIN is not known."""
        if not self._entity_type:
            raise Unanswerable("entities_not_asked")
        return self._asked(bin, self._entity_type, key, now)

    def _asked(self, iin: str, kind: str, key: str, now: datetime) -> ReportAnswer:
        body = _ENVELOPE.format(
            user=escape(self._user),
            password=escape(self._password),
            report=escape(self._code),
            iin=escape(iin),
            kind=escape(kind),
        )
        headers = {"content-type": "text/xml; charset=utf-8", "SOAPAction": '""', "x-request-id": key}
        answer = ask(self._client, _PATH, content=body.encode(), headers=headers)
        return ReportAnswer(_read(answer.content, iin, now), answer.content, "text/xml")


def _read(content: bytes, iin: str, now: datetime) -> BureauReport:
    try:
        envelope = safe_xml.fromstring(content, forbid_dtd=True)
        result = envelope.find(f".//{{{_WS}}}GetReportResult")
        if result is None:
            raise Unanswerable("unreadable")
        error = result.find(".//Errmessage")
        if error is not None:
            return _refused(error.get("code", ""), now)
        root = result.find("./CigResult/Result/Root")
        if root is None:
            raise Unanswerable("unreadable")
        if root.findtext("./Header/Iin") != iin:
            raise Unanswerable("other_person")
        return _report(root, now)
    except (safe_xml.ParseError, DefusedXmlException, ValueError, KeyError, TypeError) as error:
        raise Unanswerable("unreadable") from error


def _refused(code: str, now: datetime) -> BureauReport:
    if code == _SUBJECT_NOT_FOUND:
        return BureauReport(received_at=now, has_history=False)
    raise Unanswerable("refused_by_bureau")


def _report(root: Any, now: datetime) -> BureauReport:
    income = root.find("./Income")
    gambling = root.find("./Gambling")
    bankruptcy = root.find("./Bankruptcy")
    return BureauReport(
        received_at=now,
        commitments=tuple(_commitment(each) for each in root.findall("./Commitments/Commitment")),
        delays=tuple(
            Delay(int(each.attrib["days"]), _day(each, "lastDate")) for each in root.findall("./Delays/Delay")
        ),
        forgiven_on=tuple(_day(each, "date") for each in root.findall("./Forgiven/Debt")),
        restructurings=tuple(
            Restructuring(_day(each, "date"), _flag(each.attrib["performed"]))
            for each in root.findall("./Restructured/Debt")
        ),
        income=None if income is None else tuple(_month(each) for each in income.findall("./Month")),
        gambling=None if gambling is None else Gambling(int(gambling.attrib["payments"]), _sum(gambling, "amount")),
        conscript=_flag(root.findtext("./Conscript") or ""),
        bankruptcy_completed_on=None if bankruptcy is None else _day(bankruptcy, "completed"),
        has_history=_flag(root.findtext("./Header/History") or ""),
    )


def _commitment(row: Any) -> Commitment:
    known = {each.value for each in Creditor}
    creditor = row.attrib["creditor"]
    return Commitment(
        Creditor(creditor) if creditor in known else Creditor.OTHER,
        _sum(row, "balance"),
        _sum(row, "monthlyPayment"),
        int(row.attrib["overdueDays"]),
        _sum(row, "overdueAmount"),
    )


def _month(row: Any) -> MonthIncome:
    return MonthIncome(date.fromisoformat(row.attrib["month"] + "-01"), _sum(row, "amount"))


def _day(row: Any, name: str) -> date:
    return date.fromisoformat(row.attrib[name])


def _sum(row: Any, name: str) -> Money:
    return Money.tenge(row.attrib[name])


def _flag(text: str) -> bool:
    """A word that is neither yes nor no is unreadable, never a no."""
    return {"true": True, "false": False}[text]
