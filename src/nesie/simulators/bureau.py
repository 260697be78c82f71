"""The credit bureau: reports over SOAP, and the register of voluntary refusals.

    POST /FCBServices/Service     SOAP 1.1, GetReport (ws.creditinfo.com); what stands under Root is our assumption
    POST /voluntary-refusal       {"iin", "checkedAt"} -> {"refusal", "since", "registryId"}; our assumption as well
    POST /_people                 {"iin", "refusal": true|false, "overdueDays": n}: change what is known of a person

The demo people are known by their traits, the demo company by its BIN, whatever type of number is named; anybody else
is unknown to the bureau and has refused nothing.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import defusedxml.ElementTree as safe_xml
from defusedxml import DefusedXmlException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from nesie.simulators.page import Section
from nesie.simulators.people import BUSINESSES, PEOPLE, Person, Trait, by_iin
from nesie.simulators.stage import Stage

PORT = 8107
_WS = "http://ws.creditinfo.com/"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_MONTHS = 12
_SCHEMA = """
CREATE TABLE IF NOT EXISTS subject (
    iin TEXT PRIMARY KEY, overdue_days INTEGER NOT NULL, refused_since TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS question (id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, who TEXT NOT NULL);
"""


def _sow(db: sqlite3.Connection) -> None:
    for person in PEOPLE:
        overdue = 45 if person.trait is Trait.ARREARS else 0
        since = "2026-02-02" if person.trait is Trait.VOLUNTARY_REFUSAL else ""
        db.execute("INSERT OR IGNORE INTO subject VALUES (?, ?, ?)", (person.iin, overdue, since))
    for firm in BUSINESSES:
        if firm.form == "legal_entity":
            db.execute("INSERT OR IGNORE INTO subject VALUES (?, 0, '')", (firm.number,))


class _Bureau:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def report(self, request: Request) -> Response:
        try:
            envelope = safe_xml.fromstring(await request.body(), forbid_dtd=True)
        except (safe_xml.ParseError, DefusedXmlException, ValueError):
            return Response("not SOAP", status_code=400)
        user, iin, consent = (_text(envelope, tag) for tag in (f"{{{_WS}}}UserName", "idNumber", "ConsentConfirmed"))
        if not user:
            return _soap(_refusal("-1000", "Authentication failed"))
        if consent != "1":
            return _soap(_refusal("-1017", "Consent of the subject is needed"))
        known = self._known(iin)
        self._note("report", iin)
        if known is None:
            return _soap(_refusal("-1012", "Subject is not found"))
        result = Xml.Element(f"{{{_WS}}}GetReportResult")
        root = self._root(iin, by_iin(iin), known["overdue_days"])
        Xml.SubElement(Xml.SubElement(result, "CigResult"), "Result").append(root)
        return _soap(result)

    async def refusal(self, request: Request) -> Response:
        order = await _read(request)
        iin = order.get("iin")
        if not isinstance(iin, str) or len(iin) != 12 or not iin.isdecimal():
            return JSONResponse({"error": "iin"}, status_code=422)
        known = self._known(iin)
        self._note("refusal", iin)
        since = known["refused_since"] if known else ""
        registry = f"VR-{iin[-4:]}-{since}" if since else None
        return JSONResponse({"refusal": bool(since), "since": since or None, "registryId": registry})

    async def change(self, request: Request) -> Response:
        order = await _read(request)
        known = self._known(str(order.get("iin", "")))
        if known is None:
            return JSONResponse({"error": "not a demo person"}, status_code=404)
        today = self.stage.now().date().isoformat()
        since = known["refused_since"]
        if "refusal" in order:
            since = (since or today) if order["refusal"] else ""
        days = int(order.get("overdueDays", known["overdue_days"]))
        with self.stage.transaction() as db:
            change = "UPDATE subject SET overdue_days = ?, refused_since = ? WHERE iin = ?"
            db.execute(change, (days, since, known["iin"]))
        return JSONResponse({"iin": known["iin"], "refusal": bool(since), "overdueDays": days})

    def sections(self) -> list[Section]:
        """What the bureau knows of the demo people, and who was asked about."""
        rows = []
        for subject in self.stage.rows("SELECT * FROM subject ORDER BY iin"):
            person = by_iin(subject["iin"])
            name = person.full_name if person else next(f.name for f in BUSINESSES if f.number == subject["iin"])
            rows.append((name, subject["iin"], subject["overdue_days"], subject["refused_since"] or "no"))
        asked = self.stage.rows("SELECT at, kind, who FROM question ORDER BY id DESC LIMIT 20")
        return [
            Section("Subjects", ("name", "IIN or BIN", "days overdue elsewhere", "voluntary refusal since"), rows),
            Section("Questions", ("at (UTC)", "kind", "IIN or BIN"), [tuple(row) for row in asked]),
        ]

    def _known(self, iin: str) -> sqlite3.Row | None:
        rows = self.stage.rows("SELECT * FROM subject WHERE iin = ?", iin)
        return rows[0] if rows else None

    def _note(self, kind: str, iin: str) -> None:
        at = self.stage.now().isoformat(timespec="seconds")
        with self.stage.transaction() as db:
            db.execute("INSERT INTO question (at, kind, who) VALUES (?, ?, ?)", (at, kind, iin))

    def _root(self, number: str, person: Person | None, overdue_days: int) -> Xml.Element:
        """Of a legal entity, which is no person, nothing is told of income."""
        root = Xml.Element("Root")
        header = Xml.SubElement(root, "Header")
        Xml.SubElement(header, "ReportDate").text = self.stage.now().isoformat(timespec="seconds")
        Xml.SubElement(header, "Iin").text = number
        Xml.SubElement(header, "History").text = "true"
        commitments = Xml.SubElement(root, "Commitments")
        for creditor, balance, payment, days in _debts(overdue_days):
            row = {"creditor": creditor, "balance": balance, "monthlyPayment": payment, "overdueDays": str(days)}
            Xml.SubElement(commitments, "Commitment", row | {"overdueAmount": payment if days else "0.00"})
        Xml.SubElement(root, "Conscript").text = "false"
        if person is None:
            return root
        income = Xml.SubElement(root, "Income")
        first = self.stage.now().date().replace(day=1)
        for _ in range(_MONTHS):
            first = _month_before(first)
            Xml.SubElement(income, "Month", {"month": f"{first:%Y-%m}", "amount": _tenge(person.monthly_income_tiyn)})
        return root


def _debts(overdue_days: int) -> list[tuple[str, str, str, int]]:
    """Creditor, balance, monthly payment, days overdue. Each demo subject keeps a small bank loan."""
    debts = [("bank", "120000.00", "15000.00", 0)]
    if overdue_days:
        debts.append(("microfinance", "80000.00", "12000.00", overdue_days))
    return debts


def _month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _tenge(tiyn: int) -> str:
    return f"{tiyn // 100}.{tiyn % 100:02d}"


def _text(envelope: Any, tag: str) -> str:
    return (envelope.findtext(f".//{tag}") or "").strip()


def _refusal(code: str, words: str) -> Xml.Element:
    result = Xml.Element(f"{{{_WS}}}GetReportResult")
    failure = Xml.SubElement(Xml.SubElement(result, "CigResult"), "CigResultError")
    Xml.SubElement(failure, "Errmessage", {"code": code}).text = words
    return result


def _soap(result: Xml.Element) -> Response:
    envelope = Xml.Element(f"{{{_SOAP}}}Envelope")
    body = Xml.SubElement(envelope, f"{{{_SOAP}}}Body")
    Xml.SubElement(body, f"{{{_WS}}}GetReportResponse").append(result)
    return Response(Xml.tostring(envelope, encoding="utf-8", xml_declaration=True), media_type="text/xml")


async def _read(request: Request) -> dict[str, Any]:
    try:
        order = json.loads(await request.body())
    except ValueError:
        return {}
    return order if isinstance(order, dict) else {}


def create_app(state_dir: Path) -> ASGIApp:
    """The bureau with its state in `state_dir`."""
    stage = Stage("bureau", "Credit bureau", state_dir, schema=_SCHEMA, seed=_sow)
    bureau = _Bureau(stage)
    routes = [
        Route("/FCBServices/Service", bureau.report, methods=["POST"]),
        Route("/voluntary-refusal", bureau.refusal, methods=["POST"]),
        Route("/_people", bureau.change, methods=["POST"]),
    ]
    lead = "Credit reports and the register of voluntary refusals."
    return stage.app(routes, look_inside=bureau.sections, lead=lead, quiet=("/_people",))
