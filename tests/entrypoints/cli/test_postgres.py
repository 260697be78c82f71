"""The embedded PostgreSQL: starts anywhere, trusts nobody, recovers from kill -9 with nothing lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from nesie.entrypoints.cli.postgres import Embedded

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Embedded]:
    """A durable cluster in a folder of its own, whose path root may have to leave (pytest's folders are private)."""
    embedded = Embedded(tmp_path / "postgres")
    yield embedded
    embedded.stop()


def postmaster(server: Embedded) -> int:
    return int((server.data / "postmaster.pid").read_text().splitlines()[0])


def write(url: str, value: int) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept VALUES (%s)", [value])


def read(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT n FROM kept ORDER BY n")]


def test_what_was_committed_survives_kill_9(server: Embedded) -> None:
    write(server.start().owner_url, 1)
    os.kill(postmaster(server), signal.SIGKILL)
    again = server.start()
    assert read(again.owner_url) == [1]
    write(again.owner_url, 2)
    server.stop()
    assert read(server.start().owner_url) == [1, 2]


def test_a_stale_pid_of_a_living_stranger_does_not_count_as_running(server: Embedded) -> None:
    write(server.start().owner_url, 1)
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n0\n1\n\n127.0.0.1\n0 0\nready\n")
    assert read(server.start().owner_url) == [1]


def test_a_second_start_adopts_the_running_server(server: Embedded) -> None:
    first = server.start()
    pid = postmaster(server)
    assert Embedded(server.home).start() == first
    assert postmaster(server) == pid


def test_nobody_is_trusted(server: Embedded) -> None:
    connection = server.start()
    host = connection.owner_url.rsplit("@", 1)[1]
    for user in ("nesie_owner", "nesie_app"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"postgresql://{user}:wrong@{host}")
    rules = (server.data / "pg_hba.conf").read_text()
    assert not [line for line in rules.splitlines() if line.strip() and not line.startswith("#") and "trust" in line]


def test_kazakh_letters_change_case(server: Embedded) -> None:
    with psycopg.connect(server.start().owner_url) as connection:
        assert connection.execute("SELECT upper('әғқңөұүһі')").fetchone() == ("ӘҒҚҢӨҰҮҺІ",)


def test_an_interrupted_initdb_is_begun_again(server: Embedded) -> None:
    server.data.mkdir(parents=True)
    (server.data / "half").write_text("done")
    write(server.start().owner_url, 1)


def test_the_server_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    """`follow`: even a kill -9 of the starter leaves nothing running."""
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom nesie.entrypoints.cli.postgres import Embedded\n"
        "Embedded(Path(sys.argv[1])).start(follow=True)\nprint('up', flush=True)\ntime.sleep(60)\n"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "postgres")],
        stdout=subprocess.PIPE,
        env=dict(os.environ, PYTHONPATH=str(ROOT / "src")),
    )
    assert starter.stdout is not None
    assert starter.stdout.readline() == b"up\n"
    server = Embedded(tmp_path / "postgres")
    pid = postmaster(server)
    starter.kill()
    starter.wait()
    end = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
