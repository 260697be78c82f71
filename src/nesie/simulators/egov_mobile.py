"""eGov Mobile: a phone with the demo people's keys. It does what the application does with a QR code of ours.

    GET  /scan?link=<address>      the page of the phone after the code was read (or the link pressed)
    POST /scan                     form: link, person, mode, algorithm -> signs, as if the person had tapped "sign"
    POST /_sign {"qr": "mobileSign:...", "person": "aigerim", "mode": "normal", "algorithm": "gost"}
                                   -> {"outcome": "signed" | "cancelled" | "refused", "status": ..., "message": ...}

It reads our address (who asks, until when, where the documents are), fetches the documents with the word it was given,
and puts the signatures back (PUT): CMS without or with the document, as asked.
"""

from __future__ import annotations

import base64
from enum import StrEnum
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from nesie.simulators.page import Section, render
from nesie.simulators.people import PEOPLE, Person, by_key
from nesie.simulators.pki import signing
from nesie.simulators.pki.keys import Algorithm
from nesie.simulators.pki.material import Kind, Material
from nesie.simulators.stage import LOOPBACK_NAMES, Stage

PORT = 8109
QR_PREFIX = "mobileSign:"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS signed (id INTEGER PRIMARY KEY, at TEXT NOT NULL, person TEXT NOT NULL, mode TEXT NOT NULL,
    asked_by TEXT NOT NULL, outcome TEXT NOT NULL);
"""


class Mode(StrEnum):
    """What the person at the phone does."""

    NORMAL = "normal"
    CANCEL = "cancel"
    AUTH_KEY = "auth_key"
    REVOKED = "revoked"
    EXPIRED = "expired"
    TAMPERED = "tampered"
    RUBBISH = "rubbish"


MODE_WORDS = {
    Mode.NORMAL: "sign properly",
    Mode.CANCEL: "press Cancel",
    Mode.AUTH_KEY: "sign with the key for sign-in",
    Mode.REVOKED: "sign with a revoked certificate",
    Mode.EXPIRED: "sign with an expired certificate",
    Mode.TAMPERED: "sign another text than the one asked",
    Mode.RUBBISH: "send no signature at all",
}
_KINDS = {Mode.AUTH_KEY: Kind.AUTHENTICATE, Mode.REVOKED: Kind.REVOKED, Mode.EXPIRED: Kind.EXPIRED}


class _Phone:
    def __init__(self, stage: Stage, material: Material) -> None:
        self.stage, self.material = stage, material

    async def show(self, request: Request) -> Response:
        link = request.query_params.get("link", "")
        return HTMLResponse(render("eGov Mobile", _LEAD, [_form(link)]))

    async def tap(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        told = await self._act(form.get("link", ""), form)
        body = f"<p>{escape(told['outcome'])}: {escape(str(told['message']) or 'go back to the lender’s page')}</p>"
        return HTMLResponse(render("eGov Mobile", _LEAD, [Section("Result", body=body), _form(form.get("link", ""))]))

    async def order(self, request: Request) -> Response:
        try:
            asked = await request.json()
            return JSONResponse(await self._act(str(asked["qr"]), asked))
        except (ValueError, KeyError, TypeError) as error:
            return JSONResponse({"error": type(error).__name__}, status_code=422)

    async def _act(self, code: str, order: dict[str, Any]) -> dict[str, Any]:
        """Read a code and do as told; the outcome."""
        address = code.removeprefix(QR_PREFIX)
        mode = Mode(order.get("mode") or Mode.NORMAL)
        person, algorithm = by_key(order.get("person") or PEOPLE[0].key), Algorithm(order.get("algorithm") or "gost")
        if urlsplit(address).hostname not in LOOPBACK_NAMES:
            return self._note(person, mode, "", "refused", 0, "not an address of the demo")
        if mode is Mode.CANCEL:
            return self._note(person, mode, "", "cancelled", 0, "")
        async with httpx.AsyncClient(timeout=20, trust_env=False) as http:
            try:
                invited = (await http.get(address)).raise_for_status().json()
                uri, word = invited["document"]["uri"], invited["document"]["auth_token"]
                headers = {"authorization": f"Bearer {word}"}
                wanted = (await http.get(uri, headers=headers)).raise_for_status().json()
                self._sign(wanted, person, mode, algorithm)
                answer = await http.put(uri, json=wanted, headers=headers)
            except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
                return self._note(person, mode, "", "refused", 0, type(error).__name__)
        told = answer.json().get("message", "") if answer.status_code != 200 else ""
        outcome = "signed" if answer.status_code == 200 else "refused"
        by = invited["organisation"]["nameRu"]
        return self._note(person, mode, by, outcome, answer.status_code, told)

    def _sign(self, wanted: dict[str, Any], person: Person, mode: Mode, algorithm: Algorithm) -> None:
        """Put signatures in the place of the files."""
        pair = self.material.person(person.key, _KINDS.get(mode, Kind.SIGN), algorithm)
        now = self.stage.now().replace(microsecond=0)
        for one in wanted["documentsToSign"]:
            file = one["document"]["file"]
            content = base64.b64decode(file["data"])
            if mode is Mode.TAMPERED:
                content += b" and one word more"
            made = signing.sign(content, pair, signing_time=now, attached=wanted["signMethod"] == "CMS_WITH_DATA")
            file["data"] = "" if mode is Mode.RUBBISH else base64.b64encode(made).decode()

    def _note(
        self, person: Person, mode: Mode, asked_by: str, outcome: str, status: int, message: str
    ) -> dict[str, Any]:
        with self.stage.transaction() as db:
            db.execute(
                "INSERT INTO signed (at, person, mode, asked_by, outcome) VALUES (?, ?, ?, ?, ?)",
                (self.stage.now().isoformat(timespec="seconds"), person.key, mode, asked_by, outcome),
            )
        return {"outcome": outcome, "status": status, "message": message}

    def sections(self) -> list[Section]:
        """The form of the phone and what was signed on it."""
        signed = self.stage.rows("SELECT at, person, mode, asked_by, outcome FROM signed ORDER BY id DESC LIMIT 20")
        columns = ("at (UTC)", "who", "mode", "asked by", "outcome")
        return [_form(""), Section("Signed", columns, signed, empty="Nothing has been signed yet.")]


_LEAD = "A phone with the demo people's keys: give it the QR code of a signing page, as its camera would."


def _form(link: str) -> Section:
    people = {person.key: person.full_name for person in PEOPLE}
    keys = {Algorithm.GOST: "GOST 34.10-2015, the state standard", Algorithm.RSA: "RSA"}
    body = (
        '<form method="post" action="/scan">'
        f'<label>What the code says<input name="link" required value="{escape(link)}"></label>'
        f'<label>Whose phone it is<select name="person">{_options(people)}</select></label>'
        f'<label>What the person does<select name="mode">{_options(MODE_WORDS)}</select></label>'
        f'<label>With which kind of key<select name="algorithm">{_options(keys)}</select></label>'
        "<button>Go on</button></form>"
    )
    return Section("Sign", body=body)


def _options(words: dict[Any, str]) -> str:
    return "".join(f'<option value="{escape(value)}">{escape(word)}</option>' for value, word in words.items())


def create_app(state_dir: Path) -> ASGIApp:
    """The phone; keys and certificates are those of the `pki` simulator in the same folder."""
    stage = Stage("egov_mobile", "eGov Mobile emulator", state_dir, schema=_SCHEMA)
    phone = _Phone(stage, Material(state_dir).ensure(stage.now()))
    routes = [
        Route("/scan", phone.show, methods=["GET"]),
        Route("/scan", phone.tap, methods=["POST"]),
        Route("/_sign", phone.order, methods=["POST"]),
    ]
    return stage.app(routes, look_inside=phone.sections, lead=_LEAD)
