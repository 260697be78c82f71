"""`nesie run`: the whole of Nesie on one machine, for a newcomer: database, simulators, worker, web server.

Starts what it needs, says where to look, and takes everything down again on Ctrl-C. Whatever it started dies with it,
even after a kill -9; the next start recovers and loses nothing.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from rich.console import Console

from nesie.entrypoints.cli import demo, ports
from nesie.entrypoints.cli.postgres import Embedded

SIMULATORS = ("bank", "coid", "registry", "messages", "pki", "bureau", "afm", "egov", "ncalayer", "egov_mobile")
READY_TIMEOUT_SECONDS = 60
STOP_TIMEOUT_SECONDS = 10
console = Console(highlight=False)


class Stopped(Exception):
    """Ctrl-C, SIGTERM, or a part that ended by itself."""


def add(commands: Any) -> None:
    """Register `nesie run` and `nesie reset`."""
    run_command = commands.add_parser("run", help="start everything on this machine, with the demo's people")
    run_command.add_argument("--port", type=int, default=int(os.environ.get("NESIE_PORT", "8000")))
    run_command.set_defaults(run=run, django=False)
    reset_command = commands.add_parser("reset", help="clear the demo's data")
    reset_command.add_argument("--yes", action="store_true", help="do not ask")
    reset_command.set_defaults(run=reset, django=False)


def home() -> Path:
    """Where this installation keeps its data."""
    return Path(os.environ.get("NESIE_HOME", Path(__file__).resolve().parents[4] / "var")).resolve()


@dataclass
class Part:
    """One program that was started."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


@dataclass
class Supervisor:
    """Starts programs, watches them, and ends them in the reverse order."""

    home: Path
    env: dict[str, str]
    parts: list[Part] = field(default_factory=list)

    def start(self, name: str, *command: str) -> Part:
        """Start a program of ours; its output goes to `log/<name>.log`."""
        log = self.home / "log" / f"{name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as out:
            part = Part(name, _spawn(list(command), self.env, out), log)
        self.parts.append(part)
        return part

    def do(self, what: str, *command: str) -> None:
        """Run a program to its end, showing what is being done; Stopped with its last words when it fails."""
        with console.status(f"{what} ..."):
            self.run_quietly(what, *command)
        console.print(f"  [green]✓[/] {what}")

    def run_quietly(self, what: str, *command: str) -> None:
        """The same without a word, where the caller shows the progress."""
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Stopped(f"{what} failed:\n{(done.stderr or done.stdout)[-3000:]}")

    def wait_for_port(self, part: Part, port: int) -> None:
        """Until the program listens; Stopped when it ends before, or takes too long."""
        end = time.monotonic() + READY_TIMEOUT_SECONDS
        while time.monotonic() < end:
            if part.process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        raise Stopped(f"{part.name} did not start:\n{_tail(part.log)}")

    def watch(self) -> None:
        """Sleep until a part ends by itself (Stopped) or a signal comes."""
        while True:
            for part in self.parts:
                if part.process.poll() is not None:
                    raise Stopped(f"{part.name} ended by itself (status {part.process.returncode}):\n{_tail(part.log)}")
            time.sleep(0.5)

    def stop(self) -> None:
        """SIGTERM in reverse order of starting, SIGKILL to what does not listen."""
        for part in reversed(self.parts):
            if part.process.poll() is None:
                part.process.terminate()
        end = time.monotonic() + STOP_TIMEOUT_SECONDS
        for part in reversed(self.parts):
            try:
                part.process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(part.process.pid, signal.SIGKILL)
                part.process.wait()
        self.parts.clear()


def _spawn(command: list[str], env: dict[str, str], out: IO[bytes]) -> subprocess.Popen[bytes]:
    # An own session keeps the terminal's Ctrl-C from reaching everybody at once: we take things down in order.
    return subprocess.Popen(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=_die_with_parent,
    )


def _die_with_parent() -> None:
    """SIGTERM from the kernel when the supervisor dies, even by kill -9."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:] if log.exists() else ""


def run(arguments: argparse.Namespace) -> int:
    """Start everything and stay until Ctrl-C."""
    # Ctrl-C too: a shell that starts us in the background has it ignored, and Python would leave it so.
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _on_signal)
    where = home()
    where.mkdir(parents=True, exist_ok=True, mode=0o755)
    began = time.monotonic()
    supervisor = Supervisor(where, environment(where))
    database = None if os.environ.get("DATABASE_URL") else Embedded(where / "postgres")
    status = 0
    try:
        _start(supervisor, database, arguments.port)
        _greet(arguments.port, time.monotonic() - began)
        supervisor.watch()
    except (Stopped, KeyboardInterrupt) as stopped:
        if str(stopped):
            console.print(f"[red]{stopped}[/]", markup=True)
            status = 1
    finally:
        for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(name, signal.SIG_IGN)
        console.print("Stopping ...")
        supervisor.stop()
        if database is not None:
            database.stop()
    console.print("Everything is stopped; the data is kept.")
    return status


def _on_signal(_number: int, _frame: Any) -> None:
    raise Stopped


def environment(where: Path) -> dict[str, str]:
    """What every program of the installation in `where` is told: a demo, unless NESIE_DEMO says otherwise."""
    env = dict(os.environ, NESIE_HOME=str(where), NESIE_DEMO=os.environ.get("NESIE_DEMO", "1"), PYTHONUNBUFFERED="1")
    for name in SIMULATORS:
        scheme = "ws" if name == "ncalayer" else "http"
        env.setdefault(f"NESIE_{name.upper()}_URL", f"{scheme}://127.0.0.1:{ports.of(name)}")
    env["PYTHONPATH"] = os.pathsep.join(
        part for part in (str(Path(__file__).resolve().parents[3]), os.environ.get("PYTHONPATH", "")) if part
    )
    return env


def _start(supervisor: Supervisor, database: Embedded | None, port: int) -> None:
    if _taken(port):
        raise Stopped(f"Port {port} is already in use: is Nesie running? Choose another with `nesie run --port N`.")
    if database is not None:
        with console.status("Starting the database ..."):
            connection = database.start(follow=True)
        console.print("  [green]✓[/] The database runs")
        supervisor.env |= {"DATABASE_URL": connection.app_url, "DATABASE_OWNER_URL": connection.owner_url}
    waited = start_simulators(supervisor)
    fresh = _prepare(supervisor)
    if fresh:
        _await(supervisor, waited, "Starting the outside world")
        supervisor.do("Bringing the demo's people in", *_nesie("demo"))
        fresh.path.write_text(fresh.fingerprint)
        waited = []
    # Nothing is new: everything may come up side by side.
    supervisor.start("worker", *_nesie("worker"))
    waited.append((_start_web(supervisor, port), port))
    _await(supervisor, waited, "Starting the web server" if fresh else "Starting the outside world and the web server")


def _await(supervisor: Supervisor, waited: list[tuple[Part, int]], what: str) -> None:
    with console.status(f"{what} ..."):
        for part, listens in waited:
            supervisor.wait_for_port(part, listens)
    console.print(f"  [green]✓[/] {what}")


def _start_web(supervisor: Supervisor, port: int) -> Part:
    granian = str(Path(sys.executable).with_name("granian"))
    return supervisor.start(
        "web",
        *(granian, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
        *("--blocking-threads", "4", "--no-ws", "--log-level", "warning", "nesie.config.wsgi:application"),
    )


@dataclass(frozen=True)
class Fresh:
    """What was prepared is noted once everything of it is done."""

    path: Path
    fingerprint: str


def _prepare(supervisor: Supervisor) -> Fresh | None:
    """Keys, tables, reference data and languages, when this release has not made them yet."""
    noted = Fresh(supervisor.home / "prepared", _fingerprint())
    known = noted.path.exists() and noted.path.read_text() == noted.fingerprint
    if not known:
        supervisor.do("Making the keys", *_nesie("keys", "init"))
        supervisor.do("Making tables and reference data", sys.executable, "-m", "nesie.config.migrate")
        supervisor.do("Compiling the languages", *_nesie("messages", "compile"))
    # From here on nobody needs the owner's rights.
    supervisor.env.pop("DATABASE_OWNER_URL", None)
    return None if known else noted


def _nesie(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "nesie.entrypoints.cli.main", *words)


def start_simulators(supervisor: Supervisor) -> list[tuple[Part, int]]:
    """Start them all side by side; they are waited for later, while other work is done."""
    if supervisor.env["NESIE_DEMO"] != "1":
        return []
    state = supervisor.home / "simulators"
    return [
        (
            supervisor.start(name, *_simulator(name), "--port", str(ports.of(name)), "--state", str(state)),
            ports.of(name),
        )
        for name in SIMULATORS
    ]


def _simulator(name: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "nesie.simulators", name)


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _fingerprint() -> str:
    """Changes with every file of the package, so that an upgrade migrates at its first start."""
    package = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(package.rglob("*")):
        if path.suffix in {".py", ".po", ".csv", ".toml", ".sql"}:
            digest.update(f"{path.relative_to(package)} {path.stat().st_size} {path.stat().st_mtime_ns}".encode())
    return digest.hexdigest()


def _greet(port: int, seconds: float) -> None:
    console.print(f"\n[bold]Nesie runs[/] (started in {seconds:.1f} s). Ctrl-C stops everything.\n")
    console.print(f"  Client's page      http://127.0.0.1:{port}/")
    console.print(f"  Staff's page       http://127.0.0.1:{port}/staff/")
    for name, what in ports.PAGES.items():
        console.print(f"  {what:<18} http://127.0.0.1:{ports.of(name)}/")
    staff = demo.logins(home())
    if staff:
        console.print("\n  Clients register on the client's page; the demo's people are offered there.")
        console.print("  Staff sign in with these (the sign-in page shows the one-time codes of the demo):\n")
        for one in staff:
            console.print(f"    {one.login:<12} {one.password:<32} {one.role}")
        console.print()


def reset(arguments: argparse.Namespace) -> int:
    """Clear the database, keys and simulators of the demo, after asking."""
    where = home()
    if not where.exists():
        print("There is nothing to clear.")
        return 0
    if not arguments.yes:
        print(f"This deletes everything in {where}: clients, loans, keys, the audit trail.")
        if input("Type yes to go on: ").strip() != "yes":
            print("Nothing was deleted.")
            return 1
    database = Embedded(where / "postgres")
    database.stop()
    for path in {database.data.parent, where}:
        shutil.rmtree(path, ignore_errors=True)
    print("Cleared. `make run` starts anew.")
    return 0
