"""Every simulator's page: what a person sees there, and that a fault ordered on it happens and is told."""

from __future__ import annotations

import asyncio
import importlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from nesie.simulators.__main__ import names
from nesie.simulators.stage import FaultKind

# The heading of each page, and one address where it serves the lender or the person.
SHOWN = {
    "afm": ("Financial monitoring agency", "/blacklist/export/active/xml"),
    "bank": ("Bank (", "/api/statement"),
    "bureau": ("Credit bureau", "/FCBServices/Service"),
    "coid": ("Identification centre (COID)", "/par"),
    "egov": ("State bases of phones and businesses", "/gbdul/api/v1/subject"),
    "egov_mobile": ("eGov Mobile emulator", "/scan"),
    "messages": ("Phones and mailboxes", "/sms"),
    "ncalayer": ("NCALayer emulator", ""),  # serves on a socket at the page's own address
    "ncanode": ("NCANode emulator", "/cms/verify"),
    "pki": ("Demo certification authority", "/ocsp/"),
    "registry": ("State base of persons", "/gbdServices/PersonDetailsImplService"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all: the keys in it are made once."""
    return tmp_path_factory.mktemp("state")


@pytest.mark.parametrize("name", names())
def test_a_fault_is_ordered_on_the_page_happens_once_and_is_told_there(name: str, folder: Path) -> None:
    app = importlib.import_module(f"nesie.simulators.{name}").create_app(folder)
    asyncio.run(_looked_at(app, *SHOWN[name]))


async def _looked_at(app: ASGIApp, title: str, served: str) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as browser:
        page = await browser.get("/")
        assert page.status_code == 200
        assert f"<h1>{title}" in page.text
        assert '<form method="post" action="/_stage/fault">' in page.text
        assert all(f'<option value="{kind}">' in page.text for kind in FaultKind)
        assert "All goes well." in page.text
        order = await browser.post("/_stage/fault", data={"kind": "drop_before" if not served else "refuse"})
        assert (order.status_code, order.headers["location"]) == (303, "/")
        assert "All goes well." not in (await browser.get("/")).text
        refused = [(await browser.post(served)).status_code == 503 for _ in range(2)] if served else await _cut(app)
        assert refused == [True, False], "once, and then all is well again"
        told = (await browser.get("/")).text
        assert "All goes well." in told
        assert "<td>drop_before</td>" in told if not served else "<td>refuse</td>" in told


async def _cut(app: ASGIApp) -> list[bool]:
    """Two questions on a socket each: was the connection cut instead of an answer?"""
    cut = []
    for _ in range(2):
        said: list[Any] = [
            {"type": "websocket.connect"},
            {"type": "websocket.receive", "text": json.dumps({"module": "x"})},
            {"type": "websocket.disconnect", "code": 1000},
        ]
        heard: list[Any] = []

        async def receive(said: list[Any] = said) -> Any:
            return said.pop(0)

        async def send(message: Any, heard: list[Any] = heard) -> None:
            heard.append(message)

        scope = {"type": "websocket", "path": "/", "headers": [(b"host", b"127.0.0.1")], "query_string": b""}
        await app({**scope, "subprotocols": []}, receive, send)
        cut.append(heard[-1]["type"] == "websocket.close")
    return cut
