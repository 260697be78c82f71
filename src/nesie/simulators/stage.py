"""What every simulator of an outside system stands on: faults on order, a business clock, state that survives kill -9.

A simulator is a module of this package with `PORT` and `create_app(state_dir) -> ASGI app`:

    def create_app(state_dir: Path) -> ASGIApp:
        stage = Stage("bank", "The bank", state_dir, schema="CREATE TABLE IF NOT EXISTS payment (...)")
        ...
        return stage.app(routes, look_inside=lambda: [Section("Payments", ("when", "sum"), stage.rows("SELECT ..."))])

Control: POST /_stage/fault, /_stage/clock, /_stage/reset; GET /_stage/state (JSON) and GET / (a page).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nesie.simulators.page import Section, fault_form, render

LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]", "testserver"]
JOURNAL_LENGTH = 500


class FaultKind(StrEnum):
    """What can be ordered to go wrong with the next requests."""

    REFUSE = "refuse"
    TIME_OUT = "time_out"
    ANSWER_TWICE = "answer_twice"
    ANSWER_LATE = "answer_late"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"


FAULT_WORDS = {
    FaultKind.REFUSE: "refuse: 503 at once, nothing done",
    FaultKind.TIME_OUT: "time out: nothing done, no answer",
    FaultKind.ANSWER_TWICE: "answer twice: done once, the answer comes two times",
    FaultKind.ANSWER_LATE: "answer late: done at once, answered after the wait",
    FaultKind.DROP_BEFORE: "drop before: connection cut, nothing done",
    FaultKind.DROP_AFTER: "drop after: done, connection cut without an answer",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """An order: the next `times` requests whose path begins with `path` go wrong in this way."""

    kind: FaultKind
    times: int = 1
    path: str = ""
    seconds: float = 15.0

    @classmethod
    def read(cls, order: Mapping[str, Any]) -> Fault:
        """From JSON or a form; ValueError when it makes no sense. `drop` means `drop_after`."""
        kind = str(order.get("kind", ""))
        path = str(order.get("path") or "")
        fault = cls(
            kind=FaultKind("drop_after" if kind == "drop" else kind),
            times=int(order.get("times") or 1),
            path="" if path == "/" else path,
            seconds=float(order["seconds"]) if order.get("seconds") not in (None, "") else 15.0,
        )
        if not (1 <= fault.times <= 1000 and 0 <= fault.seconds <= 120):
            raise ValueError("times must be 1..1000 and seconds 0..120")
        return fault


class KeyReused(Exception):
    """The same idempotency key came with another request."""


class ConnectionDropped(Exception):
    """Raised instead of a cut connection where there is no real connection (in-process tests)."""


_SCHEMA = """
CREATE TABLE IF NOT EXISTS stage_fault (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, times INTEGER NOT NULL, path TEXT NOT NULL, seconds REAL NOT NULL);
CREATE TABLE IF NOT EXISTS stage_clock (id INTEGER PRIMARY KEY, pushed TEXT NOT NULL, machine TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS stage_answer (
    scope TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, answer TEXT NOT NULL, PRIMARY KEY (scope, key));
CREATE TABLE IF NOT EXISTS stage_journal (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    status INTEGER NOT NULL, fault TEXT NOT NULL);
"""


class Stage:
    """One simulator's state, clock and faults. State is one sqlite file in `state_dir`, committed before answering."""

    def __init__(
        self,
        name: str,
        title: str,
        state_dir: Path,
        *,
        schema: str = "",
        seed: Callable[[sqlite3.Connection], None] | None = None,
    ) -> None:
        self.name = name
        self.title = title
        self._seed = seed
        state_dir.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(state_dir / f"{name}.sqlite3", isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA busy_timeout=5000")
        self._connection.executescript(_SCHEMA + schema)
        with self.transaction() as db:
            self._sow(db)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One durable transaction: committed when the block ends, rolled back when it raises. Joins when nested.

        Never await inside: another request would join it.
        """
        with self._lock:
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, sql: str, *params: Any) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self.transaction() as db:
            return db.execute(sql, params).fetchall()

    def now(self) -> datetime:
        """The business moment (UTC): as pushed, and running on since; machine time when never pushed."""
        rows = self.rows("SELECT pushed, machine FROM stage_clock ORDER BY id DESC LIMIT 1")
        machine = datetime.now(UTC)
        if not rows:
            return machine
        return datetime.fromisoformat(rows[0]["pushed"]) + (machine - datetime.fromisoformat(rows[0]["machine"]))

    def push_clock(self, moment: datetime) -> None:
        """Set the business clock. ValueError for a naive moment or one before the last pushed."""
        if moment.tzinfo is None:
            raise ValueError("the moment needs its offset")
        with self.transaction() as db:
            last = db.execute("SELECT max(pushed) FROM stage_clock").fetchone()[0]
            if last is not None and moment < datetime.fromisoformat(last):
                raise ValueError("the business clock never goes back")
            pushed = moment.astimezone(UTC).isoformat(timespec="microseconds")
            machine = datetime.now(UTC).isoformat()
            db.execute("INSERT INTO stage_clock (pushed, machine) VALUES (?, ?)", (pushed, machine))

    def order(self, fault: Fault) -> None:
        """Put a fault in the queue."""
        with self.transaction() as db:
            db.execute(
                "INSERT INTO stage_fault (kind, times, path, seconds) VALUES (?, ?, ?, ?)",
                (fault.kind, fault.times, fault.path, fault.seconds),
            )

    def take(self, path: str, *, kind: FaultKind | None = None) -> Fault | None:
        """The oldest ordered fault for this path (of this kind), used up by one; None when all is to go well.

        A simulator that reports back by itself asks here, with the path it reports to, before it does.
        """
        with self.transaction() as db:
            for row in db.execute("SELECT * FROM stage_fault ORDER BY id").fetchall():
                if path.startswith(row["path"]) and kind in (None, row["kind"]):
                    db.execute("UPDATE stage_fault SET times = times - 1 WHERE id = ?", (row["id"],))
                    db.execute("DELETE FROM stage_fault WHERE times <= 0")
                    return Fault(FaultKind(row["kind"]), row["times"], row["path"], row["seconds"])
        return None

    def once(
        self,
        scope: str,
        key: str,
        request: Mapping[str, Any],
        act: Callable[[sqlite3.Connection], dict[str, Any]],
    ) -> tuple[dict[str, Any], bool]:
        """Act once for a key, in one transaction with the kept answer; afterwards repeat that answer.

        Returns the answer and whether it is a repetition. KeyReused when the key came with another request.
        """
        digest = hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()
        with self.transaction() as db:
            kept = db.execute(
                "SELECT digest, answer FROM stage_answer WHERE scope = ? AND key = ?", (scope, key)
            ).fetchone()
            if kept is not None:
                if kept["digest"] != digest:
                    raise KeyReused(scope)
                return json.loads(kept["answer"]), True
            answer = act(db)
            db.execute(
                "INSERT INTO stage_answer (scope, key, digest, answer) VALUES (?, ?, ?, ?)",
                (scope, key, digest, json.dumps(answer)),
            )
            return answer, False

    def answer_to(self, scope: str, key: str) -> dict[str, Any] | None:
        """The kept answer for a key, for destinations that can be asked."""
        rows = self.rows("SELECT answer FROM stage_answer WHERE scope = ? AND key = ?", scope, key)
        return json.loads(rows[0]["answer"]) if rows else None

    def reset(self) -> None:
        """Forget everything: state, faults, clock, journal; then sow the seed again."""
        with self.transaction() as db:
            names = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            for (table,) in names.fetchall():
                db.execute(f'DELETE FROM "{table}"')  # noqa: S608 - names come from our own schema
            self._sow(db)

    def journal(self, method: str, path: str, status: int, fault: str) -> None:
        """Note a request for those who look inside; the oldest notes fall off."""
        with self.transaction() as db:
            noted = db.execute(
                "INSERT INTO stage_journal (at, method, path, status, fault) VALUES (?, ?, ?, ?, ?)",
                (self.now().isoformat(timespec="seconds"), method, path, status, fault),
            )
            db.execute("DELETE FROM stage_journal WHERE id <= ?", ((noted.lastrowid or 0) - JOURNAL_LENGTH,))

    def app(
        self,
        routes: Sequence[BaseRoute],
        *,
        look_inside: Callable[[], Iterable[Section]] = lambda: (),
        lead: str = "",
        quiet: Sequence[str] = (),
    ) -> ASGIApp:
        """The ASGI application. Paths under `quiet`, `/` and `/_stage` never suffer faults."""
        control = _Control(self, look_inside, lead)
        trusted = Middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK_NAMES)
        inner = Starlette(routes=[*control.routes(), *routes], middleware=[trusted])
        return FaultMiddleware(inner, self, tuple(quiet))

    def _sow(self, db: sqlite3.Connection) -> None:
        if self._seed is not None:
            self._seed(db)


class _Control:
    """The routes by which tests, the demo and a curious person command a simulator."""

    def __init__(self, stage: Stage, look_inside: Callable[[], Iterable[Section]], lead: str) -> None:
        self.stage = stage
        self.look_inside = look_inside
        self.lead = lead

    def routes(self) -> list[Route]:
        return [
            Route("/", self.page),
            Route("/_stage/state", self.state),
            Route("/_stage/fault", self.fault, methods=["POST"]),
            Route("/_stage/clock", self.clock, methods=["POST"]),
            Route("/_stage/reset", self.reset, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        stage = self.stage
        waiting = stage.rows("SELECT kind, times, path FROM stage_fault ORDER BY id")
        journal = stage.rows("SELECT at, method, path, status, fault FROM stage_journal ORDER BY id DESC LIMIT 30")
        sections = [
            *self.look_inside(),
            Section("Order a fault", body=fault_form((kind, FAULT_WORDS[kind]) for kind in FaultKind)),
            Section("Faults waiting", ("fault", "times", "path"), waiting, empty="All goes well."),
            Section("Last requests", ("at (UTC)", "method", "path", "status", "fault"), journal),
        ]
        lead = f"{self.lead} Business time here: {stage.now():%d.%m.%Y %H:%M:%S} UTC.".strip()
        return HTMLResponse(render(stage.title, lead, sections), headers={"cache-control": "no-store"})

    async def state(self, request: Request) -> Response:
        faults = self.stage.rows("SELECT kind, times, path, seconds FROM stage_fault ORDER BY id")
        journal = self.stage.rows("SELECT at, method, path, status, fault FROM stage_journal ORDER BY id")
        return JSONResponse(
            {
                "name": self.stage.name,
                "now": self.stage.now().isoformat(),
                "faults": [dict(row) for row in faults],
                "journal": [dict(row) for row in journal],
            }
        )

    async def fault(self, request: Request) -> Response:
        order = await _order(request)
        try:
            fault = Fault.read(order)
        except (ValueError, TypeError) as error:
            return JSONResponse({"error": str(error)}, status_code=422)
        self.stage.order(fault)
        return _done(request, {"ordered": asdict(fault)})

    async def clock(self, request: Request) -> Response:
        order = await _order(request)
        try:
            self.stage.push_clock(datetime.fromisoformat(str(order["now"])))
        except (KeyError, ValueError) as error:
            return JSONResponse({"error": str(error)}, status_code=422)
        return _done(request, {"now": self.stage.now().isoformat()})

    async def reset(self, request: Request) -> Response:
        self.stage.reset()
        return _done(request, {"reset": True})


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


async def _order(request: Request) -> dict[str, Any]:
    body = await request.body()
    if _is_form(request):
        return dict(parse_qsl(body.decode()))
    try:
        order = json.loads(body or b"{}")
    except ValueError:
        return {}
    return order if isinstance(order, dict) else {}


def _done(request: Request, answer: dict[str, Any]) -> Response:
    return RedirectResponse("/", status_code=303) if _is_form(request) else JSONResponse(answer)


class FaultMiddleware:
    """Stands outermost, so that it holds the real connection and can cut it or answer on it twice."""

    def __init__(self, app: ASGIApp, stage: Stage, quiet: tuple[str, ...]) -> None:
        self.app = app
        self.stage = stage
        self.quiet = ("/_stage", *quiet)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path == "/" or path.startswith(self.quiet):
            await self._control(scope, receive, send)
            return
        fault = self.stage.take(path)
        heard = _Heard()
        try:
            await self._act(fault, heard, scope, receive, send)
        finally:
            self.stage.journal(scope["method"], path, heard.status, fault.kind if fault else "")

    async def _control(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A page from elsewhere in the same browser must not order faults or forget our state.
        origin = dict(scope["headers"]).get(b"origin", b"").decode()
        host = dict(scope["headers"]).get(b"host", b"").decode()
        if scope["method"] == "POST" and origin and origin.partition("://")[2] != host:
            await Response("Another origin.", status_code=403)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _act(self, fault: Fault | None, heard: _Heard, scope: Scope, receive: Receive, send: Send) -> None:
        if fault is None:
            await self.app(scope, receive, heard.passing_to(send))
            return
        if fault.kind is FaultKind.REFUSE:
            refusal = JSONResponse({"error": "unavailable"}, status_code=503)
            await refusal(scope, receive, heard.passing_to(send))
            return
        if fault.kind in (FaultKind.TIME_OUT, FaultKind.DROP_BEFORE):
            if fault.kind is FaultKind.TIME_OUT:
                await _wait_for_hang_up(receive, fault.seconds)
            _cut(send)
            return
        await self.app(scope, receive, heard.keep)
        if fault.kind is FaultKind.DROP_AFTER:
            _cut(send)
            return
        if fault.kind is FaultKind.ANSWER_LATE:
            await _wait_for_hang_up(receive, fault.seconds)
        transport = _transport(send)
        for message in heard.messages:
            await send(message)
        if fault.kind is FaultKind.ANSWER_TWICE and transport is not None:
            transport.write(heard.on_the_wire())


class _Heard:
    """The answer of the simulator, kept back or passed on."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.status = 0

    async def keep(self, message: Message) -> None:
        self._note(message)
        self.messages.append(message)

    def passing_to(self, send: Send) -> Send:
        async def passing(message: Message) -> None:
            self._note(message)
            await send(message)

        return passing

    def on_the_wire(self) -> bytes:
        """The answer as bytes of HTTP/1.1."""
        head = [f"HTTP/1.1 {self.status} Again".encode()]
        for message in self.messages:
            head += [name + b": " + value for name, value in message.get("headers", ())]
        body = b"".join(message.get("body", b"") for message in self.messages)
        return b"\r\n".join(head) + b"\r\n\r\n" + body

    def _note(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]


async def _wait_for_hang_up(receive: Receive, seconds: float) -> None:
    """Wait until the client goes away, at most so many seconds."""

    async def hang_up() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        await asyncio.wait_for(hang_up(), seconds)
    except TimeoutError:
        return


def _transport(send: Send) -> Any:
    """uvicorn's connection under an ASGI `send`; None under another server."""
    return getattr(getattr(send, "__self__", None), "transport", None)


def _cut(send: Send) -> None:
    transport = _transport(send)
    if transport is None:
        raise ConnectionDropped
    transport.abort()
