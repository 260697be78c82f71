"""`nesie story`: the first loan in the terminal, from registration to the closing statement, in half a minute.

Everything is real and of its own: a database, the outside world as programs on free ports, keys, a clock that is pushed
where the Law makes the client wait. At the end all of it is stopped and cleared; nothing else is touched.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from nesie.entrypoints.cli import demo, ports
from nesie.entrypoints.cli import run as running
from nesie.entrypoints.cli.postgres import Embedded
from nesie.entrypoints.cli.run import Stopped, Supervisor

if TYPE_CHECKING:  # Django is set up later, for the story's own home
    from nesie.entrypoints.story.tale import Chapter, Ending, Tale
    from nesie.kernel.money import Money

# The demo people to whom the lender lends; the others' ways end in refusals.
PEOPLE = ("aigerim", "daniyar")
console = Console(highlight=False)


def add(commands: Any) -> None:
    """Register `nesie story`."""
    command = commands.add_parser("story", help="watch the first loan in the terminal, in half a minute")
    command.add_argument("--person", choices=PEOPLE, default=PEOPLE[0], help="whose loan it is")
    command.set_defaults(run=run, django=False)


def run(arguments: argparse.Namespace) -> int:
    """Tell the story; 1 when it does not come out, 130 on Ctrl-C."""
    # Ctrl-C too: a shell that starts us in the background has it ignored, and Python would leave it so.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _on_signal)
    began = time.monotonic()
    try:
        with _own_home() as home, _own_world(home) as supervisor, _undisturbed(home):
            ending = _tell(supervisor, arguments.person)
    except Stopped as stopped:
        if str(stopped):
            console.print(f"[red]{escape(str(stopped))}[/]")
        return 1 if str(stopped) else 130
    except KeyboardInterrupt:
        return 130
    _show(ending)
    console.print(f"\nTold in {time.monotonic() - began:.0f} s; everything is stopped and cleared.")
    console.print("[bold]make run[/] opens the same in your browser.")
    return 0 if not ending.finding and not ending.difference else 1


def _on_signal(_number: int, _frame: Any) -> None:
    raise Stopped


@contextmanager
def _own_home() -> Iterator[Path]:
    """A folder of the story's own, gone at the end."""
    home = Path(tempfile.mkdtemp(prefix="nesie-story-"))
    home.chmod(0o755)  # so that a database under root, run by another account, reaches its data here
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _own_world(home: Path) -> Iterator[Supervisor]:
    """Database and simulators of the story's own, stopped at the end whatever happens."""
    _leave_behind_what_is_set()
    for name, port in zip(running.SIMULATORS, _free_ports(len(running.SIMULATORS)), strict=True):
        os.environ[f"NESIE_{name.upper()}_PORT"] = str(port)
    supervisor = Supervisor(home, running.environment(home))
    database = Embedded(home / "postgres")
    try:
        connection = database.start(follow=True)
        supervisor.env |= {"DATABASE_URL": connection.app_url, "DATABASE_OWNER_URL": connection.owner_url}
        yield supervisor
    finally:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        supervisor.stop()
        _disconnect()
        database.stop()
        # Under root the database may stand in a folder of its own, outside the home.
        shutil.rmtree(database.data.parent, ignore_errors=True)


@contextmanager
def _undisturbed(home: Path) -> Iterator[None]:
    """What libraries write to standard error while the story is told goes to a file, not between its lines."""
    sys.stderr.flush()
    kept = os.dup(2)
    with (home / "story.log").open("wb") as log:
        os.dup2(log.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _leave_behind_what_is_set() -> None:
    """Nothing of a real installation's environment may reach the story, least of all its database."""
    kept = {"NESIE_PG_BIN", "NESIE_LOG_LEVEL"}
    for name in [name for name in os.environ if name.startswith(("NESIE_", "DATABASE_")) and name not in kept]:
        del os.environ[name]
    os.environ["NESIE_LOG_LEVEL"] = os.environ.get("NESIE_LOG_LEVEL", "CRITICAL")


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


def _tell(supervisor: Supervisor, person: str) -> Ending:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(24), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("Preparing", total=None)
        console.print("\n[bold]The stage[/]")
        _prepare(supervisor, progress, bar)
        tale = _begin(supervisor, person)
        chapters = tale.chapters()
        progress.update(bar, total=sum(len(chapter.steps) for chapter in chapters), completed=0)
        for chapter in chapters:
            _tell_chapter(chapter, progress, bar)
            tale.seal()
        return tale.ending()


def _prepare(supervisor: Supervisor, progress: Progress, bar: Any) -> None:
    def done(what: str) -> None:
        console.print(f"  [green]✓[/] {what}")

    progress.update(bar, description="Starting the outside world")
    simulators = running.start_simulators(supervisor)
    done("An empty PostgreSQL of the story's own")
    progress.update(bar, description="Making tables and keys")
    nesie = (sys.executable, "-m", "nesie.entrypoints.cli.main")
    supervisor.run_quietly("Making the keys", *nesie, "keys", "init")
    supervisor.run_quietly("Making the tables", sys.executable, "-m", "nesie.config.migrate")
    supervisor.env.pop("DATABASE_OWNER_URL")  # from here on with the application's rights only
    done("Tables, legal parameters, keys outside the database")
    progress.update(bar, description="Waiting for the outside world")
    for part, port in simulators:
        supervisor.wait_for_port(part, port)
    done(f"The outside world, {len(simulators)} programs on the loopback")
    _came_of_it(", ".join(f"{name} :{ports.of(name)}" for name in running.SIMULATORS))
    progress.update(bar, description="Bringing in staff, norms, products")
    _set_up_django(supervisor)
    _seed(supervisor.home)
    done("Staff, norms confirmed by four eyes, products, texts, capital")


def _set_up_django(supervisor: Supervisor) -> None:
    os.environ.update(supervisor.env)
    import django

    django.setup()


def _seed(home: Path) -> None:
    from nesie.entrypoints import clock

    demo.seed(clock.business_now(), demo.logins_file(home))


def _begin(supervisor: Supervisor, person: str) -> Tale:
    from django.conf import settings

    from nesie.entrypoints import clock
    from nesie.entrypoints.jobs.exchange import configured_carrier
    from nesie.entrypoints.jobs.statement import configured_bank
    from nesie.entrypoints.story.backroom import Backroom
    from nesie.entrypoints.story.hands import Hands, people
    from nesie.entrypoints.story.tale import Tale
    from nesie.entrypoints.story.walk import Walk

    addresses = settings.NESIE_ADDRESSES
    backroom = Backroom(configured_carrier(), configured_bank(), clock.business_now, clock.machine_now)
    who = people(addresses)[person]
    console.print(f"\n[bold]{escape(who['full_name'])}[/] has never borrowed here.")
    return Tale(Walk(Hands(addresses, who), backroom, clock.business_now))


def _tell_chapter(chapter: Chapter, progress: Progress, bar: Any) -> None:
    from nesie.entrypoints.story.tale import TaleBroken
    from nesie.entrypoints.story.walk import Stuck
    from nesie.kernel.refused import Refused

    console.print(f"\n[bold]{chapter.title}[/]")
    for step in chapter.steps:
        progress.update(bar, description=step.what)
        try:
            came_of_it = step.act()
        except (TaleBroken, Stuck, Refused) as wrong:
            raise Stopped(f"{step.what}: {wrong}") from wrong
        console.print(f"  [green]✓[/] {step.what}  [dim]{step.clauses}[/]")
        _came_of_it(came_of_it)
        progress.advance(bar)


def _came_of_it(words: str) -> None:
    console.print(Padding(f"[cyan]{escape(words)}[/]", (0, 0, 0, 6)))


def _show(ending: Ending) -> None:
    books = Table(title="The books at the end", title_justify="left", title_style="bold")
    for name in ("Account", "", "Debit, ₸", "Credit, ₸"):
        books.add_column(name, justify="right" if "₸" in name else "left")
    for code, name, debit, credit in ending.balances:
        books.add_row(code, name, _shown(debit), _shown(credit))
    console.print()
    console.print(books)
    balanced = "balances to the tiyn" if not ending.difference else "[red]does not balance[/]"
    trail = "nobody has bent it" if not ending.finding else f"[red]{escape(ending.finding)}[/]"
    papers = ", ".join(f"{kind.replace('_', ' ')} {count}" for kind, count in sorted(ending.papers.items()))
    console.print(f"  The trial balance {balanced}.")
    console.print(f"  The audit trail stands under {ending.seals} signed seals: {trail}.")
    console.print(f"  {ending.texts} SMS came to the client's phone.")
    console.print(f"  {sum(ending.papers.values())} documents are kept, encrypted:")
    console.print(Padding(f"[dim]{escape(papers)}[/]", (0, 0, 0, 6)))


def _shown(amount: Money) -> str:
    whole, tiyn = divmod(amount.tiyn, 100)
    return f"{whole:,}.{tiyn:02d}".replace(",", " ") if amount.tiyn else ""


def _disconnect() -> None:
    """Let go of the database, if Django was set up at all, so that it stops at once."""
    from django.apps import apps

    if apps.ready:
        from django.db import connections

        connections.close_all()
