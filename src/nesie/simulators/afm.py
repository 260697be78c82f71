"""The financial monitoring agency: its list of persons and organisations tied to terrorism, as XML.

GET  /blacklist/export/active/xml      the list in force, open to all
GET  /blacklist/export/included/xml    behind a sign-in that this program does not have: 403 (excluded: the same)
POST /_list {"iin", "surname", "given_name", "patronymic", "birthdate"}   put a person on the list
POST /_list {"remove": "<number>"}                                        take one off
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from xml.etree import ElementTree as Xml

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from nesie.simulators.page import Section
from nesie.simulators.people import PEOPLE, Trait
from nesie.simulators.stage import Stage

PORT = 8108
_SCHEMA = """
CREATE TABLE IF NOT EXISTS listed (
    num INTEGER PRIMARY KEY, lname TEXT NOT NULL, fname TEXT NOT NULL, mname TEXT NOT NULL,
    birthdate TEXT NOT NULL, iin TEXT NOT NULL, note TEXT NOT NULL);
"""
# Invented persons, so that the list is not one row long. Some have no IIN, one no birth date.
_INVENTED = (
    ("ПРИМЕРОВ", "ОБРАЗЕЦ", "ВЫМЫШЛЕНОВИЧ", "01.02.1971", ""),
    ("ҮЛГІБАЕВ", "ҚИЯЛ", "ОЙДАНҰЛЫ", "15.08.1983", "830815399907"),
    ("ТЕСТОВА", "ФИКЦИЯ", "", "", ""),
)
_PERSON_TAGS = ("num", "lname", "fname", "mname", "birthdate", "iin", "note")


def _sow(db: sqlite3.Connection) -> None:
    listed = [
        (p.surname.upper(), p.given_name.upper(), p.patronymic.upper(), f"{p.birth_on:%d.%m.%Y}", p.iin)
        for p in PEOPLE
        if p.trait is Trait.LISTED
    ]
    for number, (surname, given_name, patronymic, birth, iin) in enumerate([*_INVENTED, *listed], start=1):
        row = (number, surname, given_name, patronymic, birth, iin, "")
        db.execute("INSERT OR IGNORE INTO listed VALUES (?, ?, ?, ?, ?, ?, ?)", row)


class _Agency:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def active(self, request: Request) -> Response:
        root = Xml.Element("xml")
        persons = Xml.SubElement(root, "persons")
        for row in self.stage.rows("SELECT * FROM listed ORDER BY num"):
            person = Xml.SubElement(persons, "person")
            for tag in _PERSON_TAGS:
                Xml.SubElement(person, tag).text = str(row[tag])
            Xml.SubElement(person, "correction")
        organisation = Xml.SubElement(Xml.SubElement(root, "organisations"), "org")
        Xml.SubElement(organisation, "num").text = "1"
        Xml.SubElement(organisation, "org_name").text = "Вымышленная организация"
        Xml.SubElement(organisation, "org_name_en").text = "Invented organisation"
        Xml.SubElement(organisation, "note")
        Xml.SubElement(root, "organisationscis")
        return Response(Xml.tostring(root, encoding="utf-8", xml_declaration=True), media_type="application/xml")

    async def closed(self, request: Request) -> Response:
        return Response("Sign in.", status_code=403)

    async def change(self, request: Request) -> Response:
        try:
            order = json.loads(await request.body())
        except ValueError:
            return JSONResponse({"error": "JSON"}, status_code=422)
        with self.stage.transaction() as db:
            if "remove" in order:
                db.execute("DELETE FROM listed WHERE num = ?", (int(order["remove"]),))
                return JSONResponse({"removed": order["remove"]})
            names = ("surname", "given_name", "patronymic", "birthdate", "iin")
            values = tuple(str(order.get(name, "")) for name in names)
            columns = "lname, fname, mname, birthdate, iin, note"
            added = db.execute(f"INSERT INTO listed ({columns}) VALUES (?, ?, ?, ?, ?, '')", values)  # noqa: S608
            return JSONResponse({"number": added.lastrowid})

    def sections(self) -> list[Section]:
        """The list as it stands."""
        rows = self.stage.rows("SELECT num, lname, fname, mname, birthdate, iin FROM listed ORDER BY num")
        columns = ("number", "surname", "given name", "patronymic", "born", "IIN")
        return [Section("The list in force", columns, [tuple(row) for row in rows])]


def create_app(state_dir: Path) -> ASGIApp:
    """The agency with its state in `state_dir`."""
    stage = Stage("afm", "Financial monitoring agency", state_dir, schema=_SCHEMA, seed=_sow)
    agency = _Agency(stage)
    routes = [
        Route("/blacklist/export/active/xml", agency.active),
        Route("/blacklist/export/included/xml", agency.closed),
        Route("/blacklist/export/excluded/xml", agency.closed),
        Route("/_list", agency.change, methods=["POST"]),
    ]
    lead = (
        "The list of persons and organisations tied to terrorism and extremism. All but one demo person are invented."
    )
    return stage.app(routes, look_inside=agency.sections, lead=lead, quiet=("/_list",))
