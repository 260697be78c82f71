"""`make run`: everything comes up, Ctrl-C takes everything down, and a kill -9 loses nothing."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import psycopg
import pytest

from nesie.entrypoints.cli import ports

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.xdist_group("run")


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    numbers = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return numbers


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("installation")


@pytest.fixture(scope="module")
def env(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NESIE_", "DATABASE_"))}
    numbers = free_ports(len(ports.DEFAULTS) + 1)
    of_simulators = {f"NESIE_{name.upper()}_PORT": str(n) for name, n in zip(ports.DEFAULTS, numbers[1:], strict=True)}
    return (
        kept | of_simulators | {"NESIE_HOME": str(home), "NESIE_PORT": str(numbers[0]), "PYTHONPATH": str(ROOT / "src")}
    )


def start(env: dict[str, str]) -> subprocess.Popen[str]:
    """Start everything and wait until it says that it runs."""
    command = [sys.executable, "-m", "nesie.entrypoints.cli.main", "run"]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if "Nesie runs" in line:
            return process
    raise AssertionError("".join(said))


def alive(home: Path) -> list[str]:
    """Command lines of programs that work for this installation."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            of_ours = f"NESIE_HOME={home}".encode() in (entry / "environ").read_bytes().split(b"\0")
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            works_here = str(home) in os.readlink(entry / "cwd") or str(home) in words
        except (OSError, ValueError):
            continue
        if entry.name.isdigit() and int(entry.name) != os.getpid() and words and (of_ours or works_here):
            found.append(words)
    return found


def wait_for_silence(home: Path) -> None:
    end = time.monotonic() + 30
    while alive(home) and time.monotonic() < end:
        time.sleep(0.1)
    assert alive(home) == []


def get(env: dict[str, str], path: str) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{env['NESIE_PORT']}{path}") as answer:
        return int(answer.status)


def records(home: Path) -> dict[int, Any]:
    """Every record of the trail, whole, by its number."""
    url = json.loads((home / "postgres" / "connection.json").read_text())["app_url"]
    with psycopg.connect(url) as connection:
        return {row[0]: row for row in connection.execute("SELECT * FROM audit_auditrecord")}


@pytest.mark.clause("14-web")
def test_it_starts_and_ctrl_c_leaves_nothing_running(home: Path, env: dict[str, str]) -> None:
    process = start(env)
    assert get(env, "/") == 200
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    wait_for_silence(home)


def test_after_a_kill_9_the_next_start_recovers_with_nothing_lost(home: Path, env: dict[str, str]) -> None:
    process = start(env)
    logins, before = (home / "demo-logins.json").read_bytes(), records(home)
    assert before
    process.kill()
    process.wait()
    wait_for_silence(home)

    again = start(env)
    assert get(env, "/") == 200
    after = records(home)
    assert {number: after.get(number) for number in before} == before
    verify = [sys.executable, "-m", "nesie.entrypoints.cli.main", "audit", "verify"]
    told = subprocess.run(verify, env=env | {"NESIE_DEMO": "1"}, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    assert (home / "demo-logins.json").read_bytes() == logins
    again.terminate()
    assert again.wait(30) == 0
    wait_for_silence(home)
