"""The identification-data exchange centre (COID), emulated as an OIDC code redirect (the wire shape is our assumption).

POST /par        Basic; form client_id, redirect_uri, state, nonce, iin, phone -> {"request_uri", "expires_in"}
                 (pushed, RFC 9126, so that no IIN or phone ever stands in an address)
GET  /authorize?client_id&request_uri    the page where the person shows his face: here one click, no camera
POST /authorize  his choice -> 303 redirect_uri?code&state, or ?error&state when he cancels
POST /token      Basic; form grant_type=authorization_code, code, redirect_uri -> {"access_token"}; a code serves once
GET  /result     Bearer -> {"transactionId", "nonce", "iin", "status", "liveness", "similarity", "phoneConfirmed",
                 "completedAt", "person", "document", "photo"}
POST /mode       {"mode": "...", "times": n}: what the next visits end in, whatever is clicked
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import uuid
from datetime import timedelta
from enum import StrEnum
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from nesie.simulators.page import Section, render
from nesie.simulators.people import PEOPLE, Person, by_iin
from nesie.simulators.stage import LOOPBACK_NAMES, Stage

PORT = 8102
CLIENT_ID, CLIENT_SECRET = "nesie-demo", "nesie-demo-secret"
REQUEST_SECONDS, CODE_SECONDS = 900, 300

_SCHEMA = """
CREATE TABLE IF NOT EXISTS visit (
    request_uri TEXT PRIMARY KEY, at TEXT NOT NULL, redirect_uri TEXT NOT NULL, state TEXT NOT NULL,
    nonce TEXT NOT NULL, iin TEXT NOT NULL, phone TEXT NOT NULL,
    outcome TEXT NOT NULL DEFAULT '', code TEXT UNIQUE, decided_at TEXT, token TEXT UNIQUE, result TEXT);
CREATE TABLE IF NOT EXISTS ordered (id INTEGER PRIMARY KEY, mode TEXT NOT NULL, times INTEGER NOT NULL);
"""


class Mode(StrEnum):
    """How a visit ends."""

    SUCCESS = "success"
    LIVENESS_FAILED = "liveness_failed"
    OTHER_FACE = "other_face"
    OTHER_IIN = "other_iin"
    PHONE_NOT_CONFIRMED = "phone_not_confirmed"
    NOT_IN_STATE_BASE = "not_in_state_base"
    UNAVAILABLE = "unavailable"
    CANCEL = "cancel"


MODE_WORDS = {
    Mode.SUCCESS: "It is me: look into the camera",
    Mode.LIVENESS_FAILED: "Hold a photo before the camera (liveness fails)",
    Mode.OTHER_FACE: "Let somebody else look (faces differ)",
    Mode.PHONE_NOT_CONFIRMED: "Do not confirm the phone",
    Mode.OTHER_IIN: "The centre answers about another person",
    Mode.NOT_IN_STATE_BASE: "The state base does not know the person",
    Mode.UNAVAILABLE: "The state base is out of service",
    Mode.CANCEL: "Cancel",
}
_FIGURES = {  # mode -> status, liveness, similarity, phone confirmed
    Mode.SUCCESS: ("success", 0.998, 0.964, True),
    Mode.LIVENESS_FAILED: ("fail", 0.031, 0.941, True),
    Mode.OTHER_FACE: ("fail", 0.997, 0.182, True),
    Mode.OTHER_IIN: ("success", 0.998, 0.964, True),
    Mode.PHONE_NOT_CONFIRMED: ("fail", 0.998, 0.964, False),
    Mode.NOT_IN_STATE_BASE: ("fail", 0.0, 0.0, False),
    Mode.UNAVAILABLE: ("fail", 0.0, 0.0, False),
}
_ERRORS = {Mode.UNAVAILABLE: "1", Mode.NOT_IN_STATE_BASE: "2"}


class _Centre:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def push(self, request: Request) -> Response:
        if not _is_client(request):
            return _error("invalid_client", 401)
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        wanted = [form.get(name, "") for name in ("redirect_uri", "state", "nonce", "iin", "phone")]
        if form.get("client_id") != CLIENT_ID or not all(wanted[:4]) or not _is_loopback(wanted[0]):
            return _error("invalid_request", 400)
        request_uri = f"urn:coid:{secrets.token_urlsafe(16)}"
        with self.stage.transaction() as db:
            db.execute(
                "INSERT INTO visit (request_uri, at, redirect_uri, state, nonce, iin, phone)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (request_uri, self.stage.now().isoformat(), *wanted),
            )
        return JSONResponse({"request_uri": request_uri, "expires_in": REQUEST_SECONDS}, status_code=201)

    async def show(self, request: Request) -> Response:
        visit = self._open_visit(request.query_params.get("request_uri", ""))
        if visit is None or request.query_params.get("client_id") != CLIENT_ID:
            return HTMLResponse(render("COID", "This request is not known or is over.", ()), status_code=400)
        person = by_iin(visit["iin"])
        lead = "The demo's identification centre. The real one would use the camera and an SMS; here one click does."
        return HTMLResponse(render("COID: who are you?", lead, [_face(person, visit["request_uri"])]))

    async def decide(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        visit = self._open_visit(form.get("request_uri", ""))
        try:
            clicked = Mode(form.get("mode", ""))
        except ValueError:
            visit = None
        if visit is None:
            return HTMLResponse(render("COID", "This request is not known or is over.", ()), status_code=400)
        mode = self._ordered() or clicked
        back = {"state": visit["state"]}
        if mode is Mode.CANCEL:
            self._close(visit["request_uri"], mode, None, None)
            return _back(visit["redirect_uri"], {"error": "access_denied"} | back)
        code = secrets.token_urlsafe(24)
        result = self._result(visit, mode)
        self._close(visit["request_uri"], mode, code, json.dumps(result, ensure_ascii=False))
        return _back(visit["redirect_uri"], {"code": code} | back)

    async def token(self, request: Request) -> Response:
        if not _is_client(request):
            return _error("invalid_client", 401)
        form = dict(parse_qsl((await request.body()).decode()))
        token = secrets.token_urlsafe(32)
        oldest = (self.stage.now() - timedelta(seconds=CODE_SECONDS)).isoformat()
        with self.stage.transaction() as db:
            # One statement: of two that bring the same code, one gets a token.
            given = db.execute(
                "UPDATE visit SET token = ? WHERE code = ? AND redirect_uri = ? AND token IS NULL AND decided_at >= ?",
                (token, form.get("code", ""), form.get("redirect_uri", ""), oldest),
            ).rowcount
        if form.get("grant_type") != "authorization_code" or not given:
            return _error("invalid_grant", 400)
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": 300})

    async def result(self, request: Request) -> Response:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        rows = self.stage.rows("SELECT result FROM visit WHERE token = ?", token) if kind == "Bearer" and token else []
        if not rows:
            return _error("invalid_token", 401)
        return Response(rows[0]["result"], media_type="application/json", headers={"cache-control": "no-store"})

    async def order(self, request: Request) -> Response:
        body = await request.body()
        from_page = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        try:
            order = dict(parse_qsl(body.decode())) if from_page else json.loads(body)
            mode, times = Mode(order["mode"]), int(order.get("times") or 1)
        except (ValueError, KeyError, TypeError) as error:
            return JSONResponse({"error": type(error).__name__}, status_code=422)
        with self.stage.transaction() as db:
            db.execute("INSERT INTO ordered (mode, times) VALUES (?, ?)", (mode, times))
        return RedirectResponse("/", status_code=303) if from_page else JSONResponse({"mode": mode, "times": times})

    def sections(self) -> list[Section]:
        """Visits, and the order of how the next ones end."""
        options = "".join(f'<option value="{mode}">{escape(words)}</option>' for mode, words in MODE_WORDS.items())
        form = (
            '<form method="post" action="/mode"><label>How the next visit ends, whatever is clicked'
            f'<select name="mode">{options}</select></label>'
            '<label>How many times<input name="times" type="number" min="1" value="1"></label>'
            "<button>Order</button></form>"
        )
        visits = []
        for row in self.stage.rows("SELECT at, iin, outcome FROM visit ORDER BY at DESC LIMIT 20"):
            person = by_iin(row["iin"])
            visits.append((row["at"][:19], person.full_name if person else "unknown", row["outcome"] or "under way"))
        return [
            Section("Visits", ("at (UTC)", "who", "outcome"), visits, empty="Nobody has come yet."),
            Section("Behave", body=form),
        ]

    def _open_visit(self, request_uri: str) -> dict[str, Any] | None:
        oldest = (self.stage.now() - timedelta(seconds=REQUEST_SECONDS)).isoformat()
        rows = self.stage.rows(
            "SELECT * FROM visit WHERE request_uri = ? AND outcome = '' AND at >= ?", request_uri, oldest
        )
        return dict(rows[0]) if rows else None

    def _close(self, request_uri: str, mode: Mode, code: str | None, result: str | None) -> None:
        with self.stage.transaction() as db:
            db.execute(
                "UPDATE visit SET outcome = ?, code = ?, result = ?, decided_at = ? WHERE request_uri = ?",
                (mode, code, result, self.stage.now().isoformat(), request_uri),
            )

    def _ordered(self) -> Mode | None:
        with self.stage.transaction() as db:
            row = db.execute("SELECT * FROM ordered ORDER BY id LIMIT 1").fetchone()
            if row is None:
                return None
            db.execute("UPDATE ordered SET times = times - 1 WHERE id = ?", (row["id"],))
            db.execute("DELETE FROM ordered WHERE times <= 0")
            return Mode(row["mode"])

    def _result(self, visit: dict[str, Any], mode: Mode) -> dict[str, Any]:
        person = by_iin(visit["iin"])
        if person is None:
            mode = Mode.NOT_IN_STATE_BASE
        status, liveness, similarity, phone = _FIGURES[mode]
        told = next(other for other in PEOPLE if other is not person) if mode is Mode.OTHER_IIN else person
        result: dict[str, Any] = {
            "transactionId": str(uuid.uuid4()),
            "nonce": visit["nonce"],
            "iin": told.iin if told else visit["iin"],
            "status": status,
            "errorCode": _ERRORS.get(mode),
            "liveness": liveness,
            "similarity": similarity,
            "phoneConfirmed": phone and bool(visit["phone"]),
            "completedAt": self.stage.now().isoformat(timespec="seconds"),
        }
        if status == "success" and told is not None:
            result |= _facts(told)
        return result


def _facts(person: Person) -> dict[str, Any]:
    return {
        "person": {
            "surname": person.surname,
            "name": person.given_name,
            "patronymic": person.patronymic,
            "birthDate": person.birth_on.isoformat(),
            "sex": person.sex,
        },
        "document": {
            "kind": person.document_kind,
            "number": person.document_number,
            "issuedOn": person.document_issued_on.isoformat(),
            "validUntil": person.document_valid_until.isoformat(),
            "issuer": person.document_issuer,
        },
        "photo": base64.b64encode(person.portrait()).decode(),
    }


def _face(person: Person | None, request_uri: str) -> Section:
    if person is None:
        modes = [Mode.NOT_IN_STATE_BASE, Mode.CANCEL]
        face = '<p class="warn">The state base does not know this person.</p>'
        heading = "Unknown"
    else:
        modes = list(MODE_WORDS)
        photo = base64.b64encode(person.portrait()).decode()
        face = f'<img src="data:image/jpeg;base64,{photo}" alt="Portrait of {escape(person.full_name)}" width="240">'
        heading = person.full_name
    buttons = "".join(
        f'<button name="mode" value="{mode}"{"" if mode is Mode.SUCCESS else " class=quiet"}>'
        f"{escape(MODE_WORDS[mode])}</button>"
        for mode in modes
    )
    form = (
        '<form method="post" action="/authorize">'
        f'<input type="hidden" name="request_uri" value="{escape(request_uri)}">{buttons}</form>'
    )
    return Section(heading, body=f"<p>{face}</p>{form}")


def _is_client(request: Request) -> bool:
    kind, _, packed = request.headers.get("authorization", "").partition(" ")
    try:
        given = base64.b64decode(packed, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    return kind == "Basic" and secrets.compare_digest(given.encode(), f"{CLIENT_ID}:{CLIENT_SECRET}".encode())


def _is_loopback(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and parts.hostname in (*LOOPBACK_NAMES, "::1")


def _back(redirect_uri: str, answer: dict[str, str]) -> Response:
    joint = "&" if urlsplit(redirect_uri).query else "?"
    return RedirectResponse(f"{redirect_uri}{joint}{urlencode(answer)}", status_code=303)


def _error(code: str, status: int) -> Response:
    return JSONResponse({"error": code}, status_code=status)


def create_app(state_dir: Path) -> ASGIApp:
    """The centre with its state in `state_dir`."""
    stage = Stage("coid", "Identification centre (COID)", state_dir, schema=_SCHEMA)
    centre = _Centre(stage)
    routes = [
        Route("/par", centre.push, methods=["POST"]),
        Route("/authorize", centre.show),
        Route("/authorize", centre.decide, methods=["POST"]),
        Route("/token", centre.token, methods=["POST"]),
        Route("/result", centre.result),
        Route("/mode", centre.order, methods=["POST"]),
    ]
    lead = "Tells the lender who looked into the camera, after comparing with the state's photo."
    return stage.app(routes, look_inside=centre.sections, lead=lead, quiet=("/mode",))
