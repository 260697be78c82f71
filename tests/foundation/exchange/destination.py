"""An outside system that takes a key and counts what it did: `python -m tests.foundation.exchange.destination`."""

from __future__ import annotations

import argparse
import sqlite3
import sys
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from nesie.simulators.__main__ import run
from nesie.simulators.stage import Stage


def create_app(state_dir: Path) -> ASGIApp:
    """POST /act {"key", "sequence"} acts once per key; GET /acts lists every act."""
    schema = "CREATE TABLE IF NOT EXISTS act (id INTEGER PRIMARY KEY, key TEXT, sequence INTEGER);"
    stage = Stage("destination", "Keyed destination", state_dir, schema=schema)

    async def act(request: Request) -> Response:
        order = await request.json()

        def once(db: sqlite3.Connection) -> dict[str, Any]:
            values = (order["key"], order["sequence"])
            return {"act": db.execute("INSERT INTO act (key, sequence) VALUES (?, ?)", values).lastrowid}

        return JSONResponse(stage.once("act", order["key"], order, once)[0])

    async def acts(_: Request) -> Response:
        return JSONResponse([[row["key"], row["sequence"]] for row in stage.rows("SELECT * FROM act ORDER BY id")])

    return stage.app([Route("/act", act, methods=["POST"]), Route("/acts", acts)], quiet=("/acts",))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--state", type=Path)
    run(sys.modules[__name__], create_app(parser.parse_args().state), 0)
