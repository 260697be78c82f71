"""The whole of Nesie, started as a newcomer starts it, and a Chromium that looks at it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "var" / "tests" / "browser"
PICTURES = ROOT / "artefacts" / "browser"
PORT = 8930
SIMULATORS = {
    "bank": 9201,
    "coid": 9202,
    "registry": 9203,
    "messages": 9204,
    "pki": 9205,
    "bureau": 9207,
    "afm": 9208,
    "egov": 9211,
    "egov_mobile": 9209,
}
NCALAYER = 23580
START_SECONDS = 150
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
CHROMIUM += ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]


@dataclass(frozen=True)
class World:
    """A running installation and the outside world around it."""

    address: str
    simulators: dict[str, str]
    home: Path

    def people(self) -> dict[str, dict[str, Any]]:
        """The demonstration people by their short names."""
        return {one["key"]: one for one in self.ask("registry", "/_people")["people"]}

    def code_for(self, phone: str, beside: str = "") -> str:
        """The newest one-time code sent to a phone, once it is another than `beside`."""
        end = time.monotonic() + 15
        while time.monotonic() < end:
            texts = [one["text"] for one in self.ask("messages", "/inbox")["messages"] if one["addressee"] == phone]
            codes = [found.group(1) for text in texts if (found := re.search(r"(?<![\d-])(\d{6})(?![\d-])", text))]
            if codes and codes[0] != beside:  # the newest stands first
                return codes[0]
            time.sleep(0.2)
        raise AssertionError("no one-time code came")

    def ask(self, simulator: str, path: str) -> Any:
        """A JSON answer of a simulator."""
        with urllib.request.urlopen(self.simulators[simulator] + path, timeout=10) as answer:
            return json.load(answer)

    def staff(self, login: str) -> tuple[str, str, str]:
        """Sign-in name, password and the code of this moment."""
        found = json.loads((self.home / "demo-logins.json").read_text())
        one = next(row for row in found if row["login"] == login)
        return login, one["password"], pyotp.TOTP(one["totp_secret"]).now()


@pytest.fixture(scope="package")
def world() -> Iterator[World]:
    """`nesie run` with the demonstration, on ports of its own; taken down at the end."""
    simulators = {name: f"http://127.0.0.1:{port}" for name, port in SIMULATORS.items()}
    address = f"http://127.0.0.1:{PORT}"
    HOME.mkdir(parents=True, exist_ok=True)
    env = dict(os.environ, NESIE_HOME=str(HOME), NESIE_DEMO="1", NESIE_BIOMETRICS="own", PYTHONPATH=str(ROOT / "src"))
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DJANGO_SETTINGS_MODULE"):
        env.pop(name, None)
    env |= {f"NESIE_{name.upper()}_PORT": str(port) for name, port in SIMULATORS.items()}
    env |= {f"NESIE_{name.upper()}_URL": url for name, url in simulators.items()}
    env |= {"NESIE_NCALAYER_PORT": str(NCALAYER), "NESIE_NCALAYER_URL": f"ws://127.0.0.1:{NCALAYER}"}
    cli = [sys.executable, "-m", "nesie.entrypoints.cli.main"]
    subprocess.run([*cli, "reset", "--yes"], env=env, check=True, stdout=subprocess.DEVNULL)
    with (HOME.parent / "browser.log").open("wb") as log:
        started = subprocess.Popen([*cli, "run", "--port", str(PORT)], env=env, stdout=log, stderr=log)
        try:
            _wait_until_it_answers(started, address)
            yield World(address, simulators, HOME)
        finally:
            started.send_signal(signal.SIGTERM)
            started.wait(60)


def _wait_until_it_answers(started: subprocess.Popen[bytes], address: str) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert started.poll() is None, (HOME.parent / "browser.log").read_text()
        try:
            urllib.request.urlopen(f"{address}/lender", timeout=2).close()
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise AssertionError("Nesie did not start: " + (HOME.parent / "browser.log").read_text())


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; gone with the folder's last test, since its event loop would bar the database to others."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield started
        started.close()


@dataclass
class Visitor:
    """Somebody before a browser, in one language, on a screen of one width."""

    page: Page
    world: World
    language: str
    width: int
    looked_at: list[str]
    complaints: list[str]  # errors of the pages' own scripts

    def go(self, path: str) -> None:
        """Open an address of ours."""
        self.page.goto(self.world.address + path)

    def resize(self, width: int) -> None:
        """Go on on another screen."""
        self.width = width
        self.page.set_viewport_size({"width": width, "height": 800 if width < 600 else 900})

    def press(self, selector: str) -> None:
        """Click what leads to another page, and wait until it is there."""
        with self.page.expect_navigation(wait_until="load", timeout=30_000):
            self.page.click(selector)

    def send(self) -> None:
        """The main button of the page's first form."""
        self.press("main form button.btn-primary:not([type=button])")

    def troubles(self) -> list[str]:
        """What the page complains of."""
        return [one.inner_text() for one in self.page.query_selector_all(".note-danger, .invalid-feedback")]

    def look(self, name: str) -> None:
        """Judge the page as a careful visitor would, and keep its picture."""
        self.page.wait_for_load_state("networkidle")
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{name} is {wide} px too wide at {self.width}"
        self.page.evaluate((ROOT / "tests/browser/vendor/axe/axe.min.js").read_text())
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        said = [f"{v['id']}: {n['html'][:160]}" for v in found["violations"] for n in v["nodes"]]
        assert not said, f"{name}: {said}"
        assert not self.complaints, f"{name}: {self.complaints}"
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{self.language}-{self.width}-{name}.png", full_page=True)
        self.looked_at.append(name)


def visitor(browser: Browser, world: World, language: str, width: int) -> Visitor:
    """A fresh browser without any memory."""
    context = browser.new_context(viewport={"width": width, "height": 800 if width < 600 else 900})
    context.add_cookies([{"name": "nesie_language", "value": language, "url": world.address}])
    context.set_default_timeout(20_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return Visitor(page, world, language, width, [], complaints)
