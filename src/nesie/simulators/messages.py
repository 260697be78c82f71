"""The gateway of SMS and e-mail, and the phone and mailbox of everybody in the demo.

No vendor's protocol: plain JSON. SMS takes no key, so every request is another SMS, as with most gateways. E-mail takes
the Message-ID as its key and can be asked about it.

    POST /sms {"phone": "+77011234567", "text": "..."}
        -> {"id": 7}
    POST /email {"message_id": "...", "to": "...", "subject": "...", "text": "..."}
        -> {"message_id": "...", "id": 8, "repeated": false}
    GET /email/<message_id>
        -> the same answer, or 404
    GET /inbox?phone=+77011234567 or ?email=a@b.kz
        -> {"messages": [...]}, the newest first
"""

from __future__ import annotations

import json
import re
import sqlite3
from html import escape
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from nesie.simulators.page import Section
from nesie.simulators.stage import KeyReused, Stage

PORT = 8104

_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, addressee TEXT NOT NULL,
    subject TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS message_addressee ON message (addressee, id);
"""
_PHONE = re.compile(r"\+7\d{10}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_CODE = re.compile(r"(?<![\d.,-])\d{6}(?![\d.,-]*\d)")  # not the figures inside a contract's number


class _Gateway:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def keep(self, db: sqlite3.Connection, kind: str, addressee: str, subject: str, text: str) -> int:
        at = self.stage.now().isoformat(timespec="seconds")
        kept = db.execute(
            "INSERT INTO message (at, kind, addressee, subject, text) VALUES (?, ?, ?, ?, ?)",
            (at, kind, addressee, subject, text),
        )
        return int(kept.lastrowid or 0)

    async def sms(self, request: Request) -> Response:
        order = await _read(request)
        phone, text = order.get("phone"), order.get("text")
        if not _is(_PHONE, phone) or not isinstance(text, str) or not 1 <= len(text) <= 1000:
            return JSONResponse({"error": "phone or text"}, status_code=422)
        with self.stage.transaction() as db:
            return JSONResponse({"id": self.keep(db, "sms", str(phone), "", text)})

    async def email(self, request: Request) -> Response:
        order = await _read(request)
        key, to, subject, text = (order.get(name) for name in ("message_id", "to", "subject", "text"))
        if not isinstance(key, str) or not key or not _is(_EMAIL, to) or not isinstance(text, str):
            return JSONResponse({"error": "message_id, to or text"}, status_code=422)

        def act(db: sqlite3.Connection) -> dict[str, Any]:
            return {"message_id": key, "id": self.keep(db, "email", str(to), str(subject or ""), text)}

        try:
            answer, repeated = self.stage.once("email", key, order, act)
        except KeyReused:
            return JSONResponse({"error": "this message_id was another letter"}, status_code=409)
        return JSONResponse({**answer, "repeated": repeated})

    async def email_state(self, request: Request) -> Response:
        answer = self.stage.answer_to("email", request.path_params["message_id"])
        if answer is None:
            return JSONResponse({"error": "unknown"}, status_code=404)
        return JSONResponse({**answer, "repeated": True})

    async def inbox(self, request: Request) -> Response:
        addressee = request.query_params.get("phone") or request.query_params.get("email")
        if addressee:
            # An unescaped plus arrives as a space.
            rows = self.stage.rows(
                "SELECT * FROM message WHERE addressee = ? ORDER BY id DESC LIMIT 100", addressee.replace(" ", "+")
            )
        else:
            rows = self.stage.rows("SELECT * FROM message ORDER BY id DESC LIMIT 100")
        return JSONResponse({"messages": [dict(row) for row in rows]}, headers={"cache-control": "no-store"})

    def sections(self) -> list[Section]:
        """A card per phone and mailbox, the one with the newest message first."""
        rows = self.stage.rows("SELECT * FROM message ORDER BY id DESC LIMIT 300")
        boxes: dict[str, list[sqlite3.Row]] = {}
        for row in rows:
            boxes.setdefault(row["addressee"], []).append(row)
        if not boxes:
            return [Section("Messages", empty="No message yet. Ask for a code in Nesie, and it comes here.")]
        return [Section(addressee, body=_conversation(kept[:10])) for addressee, kept in list(boxes.items())[:20]]


def _conversation(rows: list[sqlite3.Row]) -> str:
    items = []
    for row in rows:
        kind = "SMS" if row["kind"] == "sms" else "e-mail"
        subject = f"<strong>{escape(row['subject'])}</strong>" if row["subject"] else ""
        text = _CODE.sub(r'<span class="code">\g<0></span>', escape(row["text"]))
        when = escape(row["at"].replace("T", " ").removesuffix("+00:00"))
        items.append(f'<li><p class="soft">{kind}, {when} UTC</p>{subject}<p>{text}</p></li>')
    return f'<ul class="chat">{"".join(items)}</ul>'


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


async def _read(request: Request) -> dict[str, Any]:
    try:
        order = json.loads(await request.body())
    except ValueError:
        return {}
    return order if isinstance(order, dict) else {}


def create_app(state_dir: Path) -> ASGIApp:
    """The gateway with its state in `state_dir`."""
    stage = Stage("messages", "Phones and mailboxes", state_dir, schema=_SCHEMA)
    gateway = _Gateway(stage)
    routes = [
        Route("/sms", gateway.sms, methods=["POST"]),
        Route("/email", gateway.email, methods=["POST"]),
        Route("/email/{message_id}", gateway.email_state),
        Route("/inbox", gateway.inbox),
    ]
    lead = "What the people of the demo would read on their phones and in their mailboxes."
    return stage.app(routes, look_inside=gateway.sections, lead=lead, quiet=("/inbox",))
