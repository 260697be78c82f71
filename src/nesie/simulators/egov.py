"""State bases behind a gateway: whose phone a number is, and who runs a business.

    GET  /fcbid-otp/api/v1/login       HTTP Basic -> {"access": {"hash", "expires_at"}, "refresh": {...}}
    POST /fcbid-otp/api/v1/send-code   Bearer, RequestID; {"iin", "phone"} -> {"responseCode": "..._SUCCESS"}, or
                                       {"errorCode": 404} when the number is not known as this person's
    POST /gbdul/api/v1/subject         HTTP Basic; {"number": IIN or BIN} -> the subject of business; our assumption
    POST /_phones    {"iin", "phone"}                      the number this person has from now on; "" for none
    POST /_business  {"number", "status": "closed"}        and "name", "headIin": what is told of a business from now on

The demo people have the phones of their cards; one is a sole proprietor, and one heads a company.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import sqlite3
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from nesie.simulators.page import Section
from nesie.simulators.people import BUSINESSES, PEOPLE
from nesie.simulators.stage import Stage

PORT = 8111
USER, PASSWORD = "nesie-demo", "nesie-demo"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS phone (iin TEXT PRIMARY KEY, phone TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS business (
    number TEXT PRIMARY KEY, form TEXT NOT NULL, name TEXT NOT NULL, registered_on TEXT NOT NULL,
    status TEXT NOT NULL, head_iin TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS token (hash TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS question (id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, who TEXT NOT NULL);
"""


def _sow(db: sqlite3.Connection) -> None:
    for person in PEOPLE:
        db.execute("INSERT OR IGNORE INTO phone VALUES (?, ?)", (person.iin, person.phone))
    for one in BUSINESSES:
        row = (one.number, one.form, one.name, one.registered_on.isoformat(), "active", one.head.iin)
        db.execute("INSERT OR IGNORE INTO business VALUES (?, ?, ?, ?, ?, ?)", row)


class _Bases:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def login(self, request: Request) -> Response:
        if not _is_client(request):
            return JSONResponse({"error": "AUTH"}, status_code=401)
        token = secrets.token_hex(16)
        with self.stage.transaction() as db:
            db.execute("INSERT INTO token VALUES (?)", (token,))
        expires = self.stage.now().isoformat()
        return JSONResponse(
            {"access": {"hash": token, "expires_at": expires}, "refresh": {"hash": secrets.token_hex(16)}}
        )

    async def owner(self, request: Request) -> Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not self.stage.rows("SELECT 1 FROM token WHERE hash = ?", token):
            return JSONResponse({"error": "AUTH"}, status_code=401)
        order = await _read(request)
        iin, phone = str(order.get("iin", "")), str(order.get("phone", ""))
        self._note("phone", iin)
        if self.stage.rows("SELECT 1 FROM phone WHERE iin = ? AND phone = ? AND phone <> ''", iin, phone):
            return JSONResponse({"responseCode": "PROFILE_DOCUMENT_ACCESS_SUCCESS"})
        return JSONResponse({"errorCode": 404}, status_code=404)

    async def subject(self, request: Request) -> Response:
        if not _is_client(request):
            return JSONResponse({"error": "AUTH"}, status_code=401)
        number = str((await _read(request)).get("number", ""))
        self._note("business", number)
        rows = self.stage.rows("SELECT * FROM business WHERE number = ?", number)
        if not rows:
            return JSONResponse({"error": "NOT_FOUND"}, status_code=404)
        row = rows[0]
        return JSONResponse(
            {
                "number": row["number"],
                "form": row["form"],
                "name": row["name"],
                "registeredOn": row["registered_on"],
                "status": row["status"],
                "headIin": row["head_iin"],
            }
        )

    async def change_phone(self, request: Request) -> Response:
        order = await _read(request)
        if not isinstance(order.get("iin"), str) or not isinstance(order.get("phone"), str):
            return JSONResponse({"error": "iin, phone"}, status_code=422)
        with self.stage.transaction() as db:
            db.execute("INSERT OR REPLACE INTO phone VALUES (?, ?)", (order["iin"], order["phone"]))
        return JSONResponse({"changed": True})

    async def change_business(self, request: Request) -> Response:
        order = await _read(request)
        columns = {"status": "status", "name": "name", "headIin": "head_iin"}
        asked = {columns[name]: str(value) for name, value in order.items() if name in columns}
        if not asked or "number" not in order:
            return JSONResponse({"error": "number and status, name or headIin"}, status_code=422)
        with self.stage.transaction() as db:
            for column, value in asked.items():
                db.execute(f"UPDATE business SET {column} = ? WHERE number = ?", (value, order["number"]))  # noqa: S608
        return JSONResponse({"changed": sorted(asked)})

    def sections(self) -> list[Section]:
        """What the bases hold."""
        phones = self.stage.rows("SELECT iin, phone FROM phone ORDER BY iin")
        firms = self.stage.rows("SELECT number, form, name, status, head_iin FROM business ORDER BY number")
        asked = self.stage.rows("SELECT at, kind, who FROM question ORDER BY id DESC LIMIT 50")
        return [
            Section("Phones", ("IIN", "phone"), [tuple(row) for row in phones]),
            Section("Businesses", ("number", "form", "name", "status", "head"), [tuple(row) for row in firms]),
            Section("Questions", ("when", "about", "who"), [tuple(row) for row in asked]),
        ]

    def _note(self, kind: str, who: str) -> None:
        with self.stage.transaction() as db:
            at = self.stage.now().isoformat()
            db.execute("INSERT INTO question (at, kind, who) VALUES (?, ?, ?)", (at, kind, who))


def _is_client(request: Request) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    try:
        return scheme == "Basic" and base64.b64decode(given).decode() == f"{USER}:{PASSWORD}"
    except (binascii.Error, UnicodeDecodeError):
        return False


async def _read(request: Request) -> dict[str, Any]:
    try:
        order = json.loads(await request.body())
    except ValueError:
        return {}
    return order if isinstance(order, dict) else {}


def create_app(state_dir: Path) -> ASGIApp:
    """The bases with their state in `state_dir`."""
    stage = Stage("egov", "State bases of phones and businesses", state_dir, schema=_SCHEMA, seed=_sow)
    bases = _Bases(stage)
    routes = [
        Route("/fcbid-otp/api/v1/login", bases.login),
        Route("/fcbid-otp/api/v1/send-code", bases.owner, methods=["POST"]),
        Route("/gbdul/api/v1/subject", bases.subject, methods=["POST"]),
        Route("/_phones", bases.change_phone, methods=["POST"]),
        Route("/_business", bases.change_business, methods=["POST"]),
    ]
    lead = "Whose phone a number is, and who runs a business, by the state's bases. All of them are invented."
    return stage.app(routes, look_inside=bases.sections, lead=lead, quiet=("/_phones", "/_business"))
