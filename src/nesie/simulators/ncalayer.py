"""NCALayer on the demo's machine: what the real one speaks on wss://127.0.0.1:13579, here on plain ws.

The real npm package `ncalayer-js-client` talks to it unchanged. On opening it greets with its version; then:

    {"module": "kz.digiflow.mobile.extensions", "method": "getVersion"}
        -> {"success": false, "errorCode": "MODULE_NOT_FOUND"}
    --heartbeat-- -> --heartbeat--
    {"module": "kz.gov.pki.knca.basics", "method": "sign", "args": {...}}
        -> {"status": true, "body": {"result": PEM CMS}} | {"status": true, "body": {}} when cancelled
           | {"status": false, "code": "...", "message": "..."}

It signs at once, without a window. Who signs: the demo person with `signerParams.iin`; without one, the person chosen
on the page. What goes wrong on purpose is chosen there too, or ordered:

    POST /mode {"mode": "normal", "person": "aigerim", "algorithm": "gost", "times": 0}   (0: until changed)
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import os
from enum import StrEnum
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket, WebSocketDisconnect

from nesie.simulators.page import Section
from nesie.simulators.people import ORGANISATION, PEOPLE, Person, by_iin, by_key
from nesie.simulators.pki import answers, authority, signing
from nesie.simulators.pki.authority import Pair
from nesie.simulators.pki.keys import Algorithm
from nesie.simulators.pki.material import (
    COMPANY,
    COMPANY_KEY,
    COMPANY_SIGNATORY_KEY,
    EMPLOYEE_KEY,
    HEAD_KEY,
    SIGNATORY_KEY,
    Kind,
    Material,
)
from nesie.simulators.stage import FaultKind, Stage

PORT = 13579
VERSION = "1.4"
HEARTBEAT = "--heartbeat--"
BASICS = "kz.gov.pki.knca.basics"
_SIGN_IN = "1.3.6.1.5.5.7.3.2"  # the purpose of a key for sign-in

_SCHEMA = """
CREATE TABLE IF NOT EXISTS chosen (
    id INTEGER PRIMARY KEY, mode TEXT NOT NULL, person TEXT NOT NULL, times INTEGER NOT NULL,
    algorithm TEXT NOT NULL DEFAULT 'gost');
CREATE TABLE IF NOT EXISTS signed (id INTEGER PRIMARY KEY, at TEXT NOT NULL, person TEXT NOT NULL, mode TEXT NOT NULL,
    bytes INTEGER NOT NULL, attached TEXT NOT NULL, outcome TEXT NOT NULL);
"""
_MAX_DATA = 24 * 1024 * 1024


class Mode(StrEnum):
    """What NCALayer does with the next document."""

    NORMAL = "normal"
    CANCEL = "cancel"
    WRONG_IIN = "wrong_iin"
    EXPIRED = "expired"
    REVOKED = "revoked"
    HELD = "held"
    AUTH_KEY = "auth_key"
    TAMPERED = "tampered"
    FAILURE = "failure"


MODE_WORDS = {
    Mode.NORMAL: "sign properly",
    Mode.CANCEL: "the person presses Cancel",
    Mode.WRONG_IIN: "sign with another person's key",
    Mode.EXPIRED: "sign with an expired certificate",
    Mode.REVOKED: "sign with a revoked certificate",
    Mode.HELD: "sign with a suspended certificate",
    Mode.AUTH_KEY: "sign with the key for sign-in",
    Mode.TAMPERED: "sign another text than the one asked",
    Mode.FAILURE: "report a signing failure",
}


# On a socket a refusal is a cut connection too: there is no 503 to answer with.
_UNDONE = frozenset({FaultKind.REFUSE, FaultKind.TIME_OUT, FaultKind.DROP_BEFORE})
_TRY_AGAIN_LATER = 1013

_KEYS = {Algorithm.GOST: "GOST 34.10-2015, the state standard", Algorithm.RSA: "RSA"}


class Refusal(Exception):
    """An error NCALayer answers with."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(code)


class _Layer:
    def __init__(self, stage: Stage, material: Material, pki_url: str) -> None:
        self.stage, self.material, self.pki_url = stage, material, pki_url

    async def socket(self, websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_json({"result": {"version": VERSION}})
        try:
            while True:
                asked = await websocket.receive_text()
                if asked == HEARTBEAT:
                    await websocket.send_text(HEARTBEAT)
                elif not await self._answered(websocket, asked):
                    return
        except (WebSocketDisconnect, KeyError):  # KeyError: a binary frame, which NCALayer never gets
            return

    async def _answered(self, websocket: WebSocket, asked: str) -> bool:
        """Answer one request, unless a fault was ordered for it; False when the connection was cut."""
        fault = self.stage.take("/")
        kind = fault.kind if fault else None
        answer = "" if kind in _UNDONE else json.dumps(await self.answer(asked))
        cut = kind in _UNDONE or kind is FaultKind.DROP_AFTER
        self.stage.journal("SOCKET", "/", 0 if cut else 200, kind or "")
        if fault and kind in (FaultKind.TIME_OUT, FaultKind.ANSWER_LATE):
            await asyncio.sleep(fault.seconds)
        if cut:
            await websocket.close(_TRY_AGAIN_LATER)
            return False
        for _ in range(2 if kind is FaultKind.ANSWER_TWICE else 1):
            await websocket.send_text(answer)
        return True

    async def answer(self, asked: str) -> dict[str, Any]:
        """The answer to one request."""
        try:
            request = json.loads(asked)
            module, method = request["module"], request.get("method")
        except (ValueError, TypeError, KeyError):
            return {"status": False, "code": "INVOCATION_ERROR", "message": "not a request", "details": ""}
        if module != BASICS:
            return {"success": False, "errorCode": "MODULE_NOT_FOUND"}
        if method != "sign":
            return {"status": False, "code": "INVOCATION_ERROR", "message": "unknown method", "details": str(method)}
        try:
            return {"status": True, "body": await self.sign(request.get("args") or {})}
        except Refusal as refusal:
            return {"status": False, "code": refusal.code, "message": refusal.message, "details": ""}
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            return {"status": False, "code": "INVALID_SIGNING_PARAMS", "message": type(error).__name__, "details": ""}

    async def sign(self, args: dict[str, Any]) -> dict[str, Any]:
        """`basics.sign`: one document or several, CMS only. {} when the person cancels."""
        if args.get("format", "cms") != "cms":
            raise Refusal("INVALID_SIGNING_PARAMS", "this emulator signs CMS only")
        mode, chosen, algorithm = self._take_mode()
        signer = args.get("signerParams") or {}
        person = self._person(str(signer.get("iin") or ""), chosen)
        if mode is Mode.CANCEL or person is None:
            self._note(person, mode, 0, "", "cancelled")
            return {}
        if mode is Mode.FAILURE:
            self._note(person, mode, 0, "", "failure")
            raise Refusal("SIGNING_FAILURE", "the token did not answer")
        params = args.get("signingParams") or {}
        if params.get("digested"):
            raise Refusal("INVALID_SIGNING_PARAMS", "this emulator signs documents, not digests")
        wanted = frozenset(map(str, signer.get("extKeyUsageOids") or ()))
        if _SIGN_IN in wanted and mode is Mode.NORMAL:
            mode = Mode.AUTH_KEY
        bin_ = str(signer.get("bin") or "")
        pair = self._acting(bin_, wanted, mode, algorithm) if bin_ else self._pair(person, mode, algorithm)
        several = isinstance(args["data"], list)
        made = [
            await self._one(data, params, pair, mode, person) for data in (args["data"] if several else [args["data"]])
        ]
        return {"result": made if several else made[0]}

    async def _one(self, data: str, params: dict[str, Any], pair: Pair, mode: Mode, person: Person) -> str:
        if not isinstance(data, str) or len(data) > _MAX_DATA:
            raise Refusal("INVALID_SIGNING_PARAMS", "data")
        try:
            content = base64.b64decode(data, validate=True) if params.get("decode") else data.encode()
        except binascii.Error as error:
            raise Refusal("INVALID_SIGNING_PARAMS", "data is not base64") from error
        if mode is Mode.TAMPERED:
            content += b" and one word more"
        attached = bool(params.get("encapsulate", True))
        now = self.stage.now().replace(microsecond=0)
        signer = signing.signer_of(content, pair, now)
        if "tsaProfile" in params and params["tsaProfile"] is not None:
            signer.stamp(await self._stamp(signer.signature, pair))
        certificates = [signing.certificate_of(pair)]
        made = signing.signed_data([signer], certificates, content if attached else None)
        self._note(person, mode, len(content), "attached" if attached else "detached", "signed")
        return signing.armoured(made)

    async def _stamp(self, signature: bytes, pair: Pair) -> bytes:
        request = answers.stamp_request(pair.key.digest(signature), pair.key.algorithm)
        try:
            async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
                answer = await http.post(
                    f"{self.pki_url}/tsp/",
                    content=request,
                    headers={"content-type": "application/timestamp-query"},
                )
            token = answers.token_in(answer.raise_for_status().content)
        except (httpx.HTTPError, ValueError) as error:
            raise Refusal("SIGNING_FAILURE", "the time-stamping authority did not answer") from error
        if token is None:
            raise Refusal("SIGNING_FAILURE", "the time stamp was not granted")
        return token

    def _person(self, iin: str, chosen: str) -> Person | None:
        """Whose certificates would stand in the window; None: nobody's, and Cancel is all that is left."""
        return by_iin(iin) if iin else by_key(chosen)

    def _acting(self, organisation_bin: str, wanted: frozenset[str], mode: Mode, algorithm: Algorithm) -> Pair:
        """The certificate of one who acts for the organisation: its head's, unless another's is asked for."""
        if organisation_bin == COMPANY.number:
            if mode is Mode.WRONG_IIN:  # the head's own certificate, which is not the company's
                return self.material.person(COMPANY.head.key, algorithm=algorithm)
            right = COMPANY_SIGNATORY_KEY if authority.SIGNATORY in wanted else COMPANY_KEY
            return self.material.person(right, algorithm=algorithm)
        if organisation_bin != ORGANISATION.bin:
            raise Refusal("SIGNING_FAILURE", "no certificate of this organisation")
        if mode is Mode.AUTH_KEY:
            return self.material.person(HEAD_KEY, Kind.AUTHENTICATE, algorithm)
        others = {authority.SIGNATORY: SIGNATORY_KEY, authority.EMPLOYEE: EMPLOYEE_KEY}
        key = next((key for purpose, key in others.items() if purpose in wanted), HEAD_KEY)
        return self.material.person(key, algorithm=algorithm)

    def _pair(self, person: Person, mode: Mode, algorithm: Algorithm) -> Pair:
        if mode is Mode.WRONG_IIN:
            stranger = next(other for other in PEOPLE if other.key != person.key)
            return self.material.person(stranger.key, algorithm=algorithm)
        kinds = {
            Mode.EXPIRED: Kind.EXPIRED,
            Mode.REVOKED: Kind.REVOKED,
            Mode.HELD: Kind.HELD,
            Mode.AUTH_KEY: Kind.AUTHENTICATE,
        }
        kind = kinds.get(mode) or self.material.current(person.key)
        return self.material.person(person.key, kind, algorithm)

    def _take_mode(self) -> tuple[Mode, str, Algorithm]:
        with self.stage.transaction() as db:
            row = db.execute("SELECT * FROM chosen ORDER BY id DESC LIMIT 1").fetchone()
            if row is None:
                return Mode.NORMAL, PEOPLE[0].key, Algorithm.GOST
            if row["times"] == 1:
                db.execute(
                    "INSERT INTO chosen (mode, person, times, algorithm) VALUES (?, ?, 0, ?)",
                    (Mode.NORMAL, row["person"], row["algorithm"]),
                )
            elif row["times"] > 1:
                db.execute("UPDATE chosen SET times = times - 1 WHERE id = ?", (row["id"],))
            return Mode(row["mode"]), row["person"], Algorithm(row["algorithm"])

    def _note(self, person: Person | None, mode: Mode, size: int, attached: str, outcome: str) -> None:
        with self.stage.transaction() as db:
            db.execute(
                "INSERT INTO signed (at, person, mode, bytes, attached, outcome) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    self.stage.now().isoformat(timespec="seconds"),
                    person.key if person else "nobody",
                    mode,
                    size,
                    attached,
                    outcome,
                ),
            )

    async def choose(self, request: Request) -> Response:
        body = await request.body()
        from_page = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        try:
            order = dict(parse_qsl(body.decode())) if from_page else json.loads(body or b"{}")
            mode, person = Mode(order.get("mode") or "normal"), by_key(order.get("person") or PEOPLE[0].key)
            times, algorithm = int(order.get("times") or 0), Algorithm(order.get("algorithm") or Algorithm.GOST)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return JSONResponse({"error": type(error).__name__}, status_code=422)
        with self.stage.transaction() as db:
            db.execute(
                "INSERT INTO chosen (mode, person, times, algorithm) VALUES (?, ?, ?, ?)",
                (mode, person.key, max(times, 0), algorithm),
            )
        if from_page:
            return RedirectResponse("/", status_code=303)
        return JSONResponse({"mode": mode, "person": person.key, "algorithm": algorithm, "times": times})

    def sections(self) -> list[Section]:
        """The choice of mode and person, and what was signed."""
        rows = self.stage.rows("SELECT * FROM chosen ORDER BY id DESC LIMIT 1")
        mode, person, algorithm = (
            (rows[0]["mode"], rows[0]["person"], rows[0]["algorithm"])
            if rows
            else (Mode.NORMAL, PEOPLE[0].key, Algorithm.GOST)
        )
        form = (
            '<form method="post" action="/mode">'
            f'<label>What happens at the next signing<select name="mode">{_options(MODE_WORDS, mode)}</select></label>'
            "<label>Who signs when no IIN is asked for"
            f'<select name="person">{_options({p.key: p.full_name for p in PEOPLE}, person)}</select></label>'
            "<label>With which kind of key"
            f'<select name="algorithm">{_options(_KEYS, algorithm)}</select></label>'
            '<label>How many times (0: until changed)<input name="times" type="number" min="0" value="1"></label>'
            "<button>Set</button></form>"
        )
        signed = self.stage.rows(
            "SELECT at, person, mode, bytes, attached, outcome FROM signed ORDER BY id DESC LIMIT 20"
        )
        columns = ("at (UTC)", "who", "mode", "bytes", "content", "outcome")
        return [Section("Behave", body=form), Section("Signed", columns, signed, empty="Nothing has been signed yet.")]


def _options(words: dict[Any, str], chosen: str) -> str:
    return "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(word)}</option>'
        for value, word in words.items()
    )


def create_app(state_dir: Path) -> ASGIApp:
    """The emulator; keys and certificates are those of the `pki` simulator in the same folder.

    NESIE_PKI_URL tells where the time-stamping authority stands.
    """
    stage = Stage("ncalayer", "NCALayer emulator", state_dir, schema=_SCHEMA)
    port = os.environ.get("NESIE_PKI_PORT", "8105")
    pki_url = os.environ.get("NESIE_PKI_URL", f"http://127.0.0.1:{port}").rstrip("/")
    layer = _Layer(stage, Material(state_dir).ensure(stage.now()), pki_url)
    routes = [WebSocketRoute("/", layer.socket), Route("/mode", layer.choose, methods=["POST"])]
    lead = "Signs documents with the demo people's keys, as NCALayer on a client's machine would."
    return stage.app(routes, look_inside=layer.sections, lead=lead, quiet=("/mode",))
