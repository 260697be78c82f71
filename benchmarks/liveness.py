"""Identification on own devices: five people at once, eight frames a second each, on this machine.

`python -m benchmarks.liveness [--people 5] [--seconds 20]` starts the web server with one worker process and a durable
database, and people whose faces are drawn beforehand, so that drawing costs nothing while it is measured. What is told:
how long an answer takes (a prompt is shown by the answer that follows the movement before it), how fast frames could be
sent, the start of the models, and the memory of the worker.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks.bench import ROOT, fill, free_port

FPS, SHARES = 8.0, (0.5, 1.0)


@dataclass
class Film:
    """A person's pictures: at rest, and in every movement, several of each so that no two frames are alike."""

    rest: list[bytes]
    moves: dict[str, list[list[bytes]]]


@dataclass
class Seen:
    """What one person lived through."""

    answers: list[float] = field(default_factory=list)
    prompts: list[float] = field(default_factory=list)
    sessions: int = 0
    passed: int = 0
    faults: list[str] = field(default_factory=list)


def film() -> tuple[bytes, Film]:
    """A demo person's portrait, and frames of it."""
    import numpy as np

    from nesie.foundation.identification.adapters.faces import OwnFaces
    from nesie.simulators.people import by_key
    from tests.faces.puppet import FULL, Pose, Puppet, jpeg, part_of

    portrait, noise = by_key("olga").portrait(), np.random.default_rng(1)
    puppet = Puppet(OwnFaces(sets=1), portrait)
    moves = {
        one: [[jpeg(puppet.frame(part_of(one, share), noise)) for _ in range(3)] for share in SHARES] for one in FULL
    }
    return portrait, Film([jpeg(puppet.frame(Pose(), noise)) for _ in range(9)], moves)


class Person(threading.Thread):
    """One browser: sends frames in turn, does what the answer says."""

    def __init__(self, number: int, address: str, pictures: Film, portrait: bytes, until: float) -> None:
        super().__init__(daemon=True)
        self.address, self.film, self.portrait = address, pictures, portrait
        self.dice = random.Random(number)  # noqa: S311 - which of like pictures is sent
        self.until, self.seen = until, Seen()

    def run(self) -> None:
        """Sessions, one after another, until the time is over."""
        while time.monotonic() < self.until:
            session, cookie = opened(self.portrait)
            with httpx.Client(base_url=self.address, cookies={"nesie_session": cookie}, timeout=20) as browser:
                self.session(browser, f"/identification/camera/{session}")

    def session(self, browser: httpx.Client, page: str) -> None:
        """From the first frame to the verdict, or to the end of the time."""
        text = browser.get(page).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
        nonce = re.search(r'data-nonce="([^"]+)"', text)
        if token is None or nonce is None:
            raise RuntimeError(text[:500])
        key, begun, counter, asked, since = nonce[1], time.monotonic(), 0, None, 0.0
        self.seen.sessions += 1
        while True:
            started = time.monotonic()
            picture = self.shot(asked, started - since)
            headers = {
                "X-CSRFToken": token[1],
                "X-Counter": str(counter),
                "X-Nonce": key,
                "X-Taken": str(round((started - begun) * 1000)),
                "Content-Type": "image/jpeg",
            }
            told = browser.post(f"{page}/frames", content=picture, headers=headers).json()
            took = time.monotonic() - started
            self.seen.answers.append(took)
            if told["over"]:
                self.seen.passed += bool(told["passed"])
                if not told["passed"]:
                    self.seen.faults.append(str(counter))
                return
            if told["prompt"] and told["prompt"] != asked:
                self.seen.prompts.append(took)
                asked, since = told["prompt"], time.monotonic() + 0.3
            if told["phase"] == "back":
                asked = None
            counter, key = counter + 1, told["nonce"]
            time.sleep(max(0.0, 1 / FPS - (time.monotonic() - started)))

    def shot(self, asked: str | None, doing: float) -> bytes:
        """The picture of this moment; what follows a JPEG's end makes its bytes its own."""
        pictures = self.film.rest
        if asked and doing > 0:
            pictures = self.film.moves[asked][0 if doing < 0.2 else 1]
        return self.dice.choice(pictures) + secrets.token_bytes(12)


def opened(portrait: bytes) -> tuple[str, str]:
    """A session of a made-up person through the real use cases, and the key of the browser's own session."""
    from django.db import connection, transaction

    from nesie.foundation.access import actions as access
    from nesie.foundation.access.models import ClientLogin
    from nesie.foundation.access.rules import SessionKind
    from nesie.foundation.documents.actions import store
    from nesie.foundation.identification import actions
    from nesie.kernel.actor import Actor, Channel, Role

    now, who = datetime.now(UTC), uuid4()
    actor = Actor(who, frozenset({Role.CLIENT}), Channel.WEB)
    administrator = Actor(uuid4(), frozenset({Role.ADMINISTRATOR}), Channel.WEB)
    device = actions.enter_lender_device(administrator, now, name="bench")
    with transaction.atomic():
        ClientLogin.objects.create(client_id=who, created_at=now)
        picture = store(who, kind="portrait", content=portrait, media_type="image/jpeg", file_name="p.jpg", now=now,
                        retention="identity")  # fmt: skip
        cookie = access.open_session(SessionKind.CLIENT, now, channel=Channel.WEB, subject_id=who)
    session = actions.start_liveness(
        actor, now, subject_id=who, operation="bench", document_sha256="", iin=f"{secrets.randbelow(10**12):012d}",
        portrait_id=picture, device_key=device.key,
    )  # fmt: skip
    connection.close()
    return str(session), cookie


def memory(pid: int) -> float:
    """Resident megabytes of a process and its children."""
    pages, found = os.sysconf("SC_PAGE_SIZE"), 0
    for one in (pid, *children(pid)):
        try:
            found = max(found, int(Path(f"/proc/{one}/statm").read_text().split()[1]) * pages)
        except OSError:
            continue
    return found / 1024**2


def children(pid: int) -> list[int]:
    """Processes under this one."""
    try:
        direct = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return direct + [below for one in direct for below in children(one)]


def models_start() -> tuple[float, float]:
    """Seconds from nothing to models that have run once, and the megabytes of a process with nothing else in it."""
    code = (
        "import time,resource; began=time.perf_counter();"
        "from nesie.foundation.identification.adapters.faces import OwnFaces; OwnFaces().warm();"
        "print(time.perf_counter()-began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024)"
    )
    told = [
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
        for _ in range(3)
    ]
    return statistics.median(float(one[0]) for one in told), float(told[0][1])


def served(home: Path, env: dict[str, str]) -> tuple[subprocess.Popen[bytes], str]:
    """The web server as `nesie run` starts it."""
    port = free_port()
    granian = str(Path(sys.executable).with_name("granian"))
    server = subprocess.Popen(
        [granian, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
         "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "nesie.config.wsgi:application"],
        env=env,
        cwd=home,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            httpx.get(f"{address}/sign-in", timeout=5)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return server, address
    raise RuntimeError("the web server does not answer")


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=30)
    asked = parser.parse_args()
    started, alone = models_start()
    with tempfile.TemporaryDirectory(prefix="nesie-bench-") as folder:
        from nesie.entrypoints.cli.postgres import Embedded

        home = Path(folder)
        server = Embedded(home / "postgres")
        connection = server.start(follow=True)
        os.environ |= fill(home, connection.owner_url) | {"DATABASE_URL": connection.app_url}
        os.environ |= {"NESIE_BIOMETRICS": "own", "PYTHONPATH": str(ROOT / "src")}
        import django

        django.setup()
        portrait, pictures = film()
        web, address = served(home, dict(os.environ))
        try:
            before = memory(web.pid)
            until = time.monotonic() + asked.seconds
            people = [Person(number, address, pictures, portrait, until) for number in range(asked.people)]
            for one in people:
                one.start()
            for one in people:
                one.join(asked.seconds + 90)
            tell([one.seen for one in people], started, alone, before, memory(web.pid), asked.people)
        finally:
            web.terminate()
            web.wait(20)
            server.stop()


def tell(seen: list[Seen], started: float, alone: float, before: float, after: float, people: int) -> None:
    """A table of what was measured."""
    answers = sorted(value for one in seen for value in one.answers)
    prompts = sorted(value for one in seen for value in one.prompts)

    def at(values: list[float], share: float) -> str:
        return f"{1000 * values[min(len(values) - 1, int(share * len(values)))]:.0f} ms" if values else "-"

    table = Table(title=f"{people} people at once, {FPS:.0f} frames a second each; load {os.getloadavg()[0]:.1f}")
    table.add_column("what")
    table.add_column("measured", justify="right")
    rows: list[tuple[str, Any]] = [
        ("sessions, of which passed", f"{sum(one.sessions for one in seen)}, {sum(one.passed for one in seen)}"),
        ("answers to frames: median, 95 %", f"{at(answers, 0.5)}, {at(answers, 0.95)}"),
        ("answers that show a prompt: median, 95 % (goal 300 ms)", f"{at(prompts, 0.5)}, {at(prompts, 0.95)}"),
        ("frames answered", str(len(answers))),
        ("models ready after (goal 1 s)", f"{started:.2f} s"),
        ("a process with the models alone", f"{alone:.0f} MB"),
        ("the web worker before and after (goal 250 MB)", f"{before:.0f} MB, {after:.0f} MB"),
    ]
    for what, measured in rows:
        table.add_row(what, measured)
    Console().print(table)


if __name__ == "__main__":
    main()
