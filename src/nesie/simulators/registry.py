"""The state's base of natural persons behind the credit bureau's gateway (SOAP 1.1; the answer is our assumption).

    POST /gbdServices/PersonDetailsImplService    HTTP Basic, <userId> in the SOAP header,
                                                  getPerson {iin, consentConfirmed}, ns http://data.gbd.chdb.scb.kz
    POST /_people    {"iin", "surname" | "given_name" | ... : "other value", "photo_of": key, "unknown": true}:
                     what the base shall say of a person from now on, so that it differs from what he says himself

    GET  /_people    the demo people with all a newcomer needs to be one of them; portraits under /_people/<key>.jpg

A SOAP fault with the code NOT_FOUND tells that the base does not know the IIN, CONSENT_REQUIRED and AUTH the obvious.
"""

from __future__ import annotations

import base64
import binascii
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree as Xml

import defusedxml.ElementTree as safe_xml
from defusedxml import DefusedXmlException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from nesie.simulators.page import Section
from nesie.simulators.people import PEOPLE, Person, by_iin, by_key
from nesie.simulators.stage import Stage

PORT = 8103
PATH = "/gbdServices/PersonDetailsImplService"
USER, PASSWORD, USER_ID = "nesie-demo", "nesie-demo", "nesie"

_NS = "http://data.gbd.chdb.scb.kz"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS difference (
    iin TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (iin, field));
CREATE TABLE IF NOT EXISTS question (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, iin TEXT NOT NULL, outcome TEXT NOT NULL);
"""
FIELDS = (
    "surname",
    "given_name",
    "patronymic",
    "birth_on",
    "document_number",
    "document_valid_until",
    "photo_of",
    "unknown",
)


class _Base:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def person(self, request: Request) -> Response:
        if not _is_client(request):
            return _fault("AUTH", 401)
        try:
            envelope = safe_xml.fromstring(await request.body(), forbid_dtd=True)
        except (safe_xml.ParseError, DefusedXmlException, ValueError):
            return _fault("MALFORMED", 400)
        call = envelope.find(f"{{{_SOAP}}}Body/{{{_NS}}}getPerson")
        user = envelope.find(f"{{{_SOAP}}}Header/{{{_NS}}}userId")
        if call is None or user is None or user.text != USER_ID:
            return _fault("AUTH" if call is not None else "MALFORMED", 500)
        if call.findtext("consentConfirmed") != "1":
            return _fault("CONSENT_REQUIRED", 500)
        iin = call.findtext("iin") or ""
        person, differences = by_iin(iin), self._differences(iin)
        if person is None or "unknown" in differences:
            self._note(iin, "not found")
            return _fault("NOT_FOUND", 500)
        self._note(iin, "told" if not differences else "told, with ordered differences")
        return _answer(_record(person, differences))

    async def change(self, request: Request) -> Response:
        body = await request.body()
        from_page = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        try:
            order = dict(parse_qsl(body.decode())) if from_page else json.loads(body)
            if from_page and "field" in order:
                order = {"iin": order["iin"], order["field"]: order.get("value", "")}
            iin = order.pop("iin")
            if by_iin(iin) is None or not order or not set(order) <= set(FIELDS):
                raise KeyError(iin)
            if "photo_of" in order:
                by_key(order["photo_of"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return JSONResponse({"error": type(error).__name__}, status_code=422)
        with self.stage.transaction() as db:
            for field, value in order.items():
                db.execute("INSERT OR REPLACE INTO difference VALUES (?, ?, ?)", (iin, field, str(value)))
        return (
            RedirectResponse("/", status_code=303) if from_page else JSONResponse({"iin": iin, "changed": list(order)})
        )

    async def people(self, request: Request) -> Response:
        people = [
            {
                "key": person.key,
                "full_name": person.full_name,
                **{
                    name: str(getattr(person, name))
                    for name in (
                        "surname", "given_name", "patronymic", "sex", "birth_on", "iin", "document_kind",
                        "document_number", "document_issuer", "document_issued_on", "document_valid_until", "phone",
                        "email", "address", "iban", "trait",
                    )
                },
                "portrait": f"/_people/{person.key}.jpg",
            }
            for person in PEOPLE
        ]  # fmt: skip
        return JSONResponse({"people": people})

    async def portrait(self, request: Request) -> Response:
        try:
            person = by_key(request.path_params["key"])
        except KeyError:
            return Response(status_code=404)
        return Response(person.portrait(), media_type="image/jpeg")

    def sections(self) -> list[Section]:
        """What the base says of everybody, a form to make it say otherwise, and who was asked about."""
        people = [
            (
                p.full_name,
                p.iin,
                p.birth_on,
                p.document_number,
                p.document_valid_until,
                _words(self._differences(p.iin)),
            )
            for p in PEOPLE
        ]
        who = "".join(f'<option value="{p.iin}">{p.full_name}</option>' for p in PEOPLE)
        what = "".join(f"<option>{field}</option>" for field in FIELDS)
        form = (
            '<form method="post" action="/_people">'
            f'<label>Of<select name="iin">{who}</select></label>'
            f'<label>say another<select name="field">{what}</select></label>'
            '<label>namely<input name="value" required></label><button>Set</button></form>'
        )
        columns = ("name", "IIN", "born", "document", "valid until", "ordered differences")
        asked = self.stage.rows("SELECT at, iin, outcome FROM question ORDER BY id DESC LIMIT 20")
        return [
            Section("People", columns, people),
            Section("Make it differ", body=form),
            Section("Questions", ("at (UTC)", "IIN", "outcome"), [tuple(row) for row in asked]),
        ]

    def _differences(self, iin: str) -> dict[str, str]:
        rows = self.stage.rows("SELECT field, value FROM difference WHERE iin = ?", iin)
        return {row["field"]: row["value"] for row in rows}

    def _note(self, iin: str, outcome: str) -> None:
        with self.stage.transaction() as db:
            at = self.stage.now().isoformat(timespec="seconds")
            db.execute("INSERT INTO question (at, iin, outcome) VALUES (?, ?, ?)", (at, iin, outcome))


def _words(differences: dict[str, str]) -> str:
    return ", ".join(f"{field}: {value}" for field, value in differences.items())


def _record(person: Person, differences: dict[str, str]) -> Xml.Element:
    def say(field: str, value: Any) -> str:
        return differences.get(field, str(value))

    record = Xml.Element("return")
    parts = {
        "iin": person.iin,
        "surname": say("surname", person.surname),
        "name": say("given_name", person.given_name),
        "patronymic": say("patronymic", person.patronymic),
        "birthDate": say("birth_on", person.birth_on.isoformat()),
        "gender": person.sex,
        "lifeStatus": "alive",
    }
    for name, value in parts.items():
        Xml.SubElement(record, name).text = value
    document = Xml.SubElement(record, "document")
    parts = {
        "type": person.document_kind,
        "number": say("document_number", person.document_number),
        "issuedOn": person.document_issued_on.isoformat(),
        "validUntil": say("document_valid_until", person.document_valid_until.isoformat()),
        "issuer": person.document_issuer,
    }
    for name, value in parts.items():
        Xml.SubElement(document, name).text = value
    photo = by_key(differences.get("photo_of", person.key)).portrait()
    Xml.SubElement(record, "photo").text = base64.b64encode(photo).decode()
    return record


def _answer(record: Xml.Element) -> Response:
    answer = Xml.Element(f"{{{_NS}}}getPersonResponse")
    answer.append(record)
    return _envelope(answer, 200)


def _fault(code: str, status: int) -> Response:
    fault = Xml.Element(f"{{{_SOAP}}}Fault")
    Xml.SubElement(fault, "faultcode").text = "soap:Server"
    Xml.SubElement(fault, "faultstring").text = code
    return _envelope(fault, status)


def _envelope(content: Xml.Element, status: int) -> Response:
    envelope = Xml.Element(f"{{{_SOAP}}}Envelope")
    Xml.SubElement(envelope, f"{{{_SOAP}}}Body").append(content)
    return Response(
        Xml.tostring(envelope, encoding="utf-8", xml_declaration=True), status, media_type="text/xml; charset=utf-8"
    )


def _is_client(request: Request) -> bool:
    kind, _, packed = request.headers.get("authorization", "").partition(" ")
    try:
        return kind == "Basic" and base64.b64decode(packed, validate=True).decode() == f"{USER}:{PASSWORD}"
    except (binascii.Error, UnicodeDecodeError):
        return False


def create_app(state_dir: Path) -> ASGIApp:
    """The base with its state in `state_dir`."""
    stage = Stage("registry", "State base of persons", state_dir, schema=_SCHEMA)
    base = _Base(stage)
    routes = [
        Route(PATH, base.person, methods=["POST"]),
        Route("/_people", base.change, methods=["POST"]),
        Route("/_people", base.people),
        Route("/_people/{key}.jpg", base.portrait),
    ]
    lead = "Tells name, birth, document and photo by IIN."
    return stage.app(routes, look_inside=base.sections, lead=lead, quiet=("/_people",))
