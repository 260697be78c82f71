"""Killed in the middle of a chunk, worker or database: the next run finishes; nothing is doubled or stays locked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import transaction

from benchmarks import book as synthetic
from benchmarks.bench import fill
from nesie.entrypoints.cli.postgres import Embedded
from nesie.entrypoints.jobs import day_close
from nesie.foundation.ledger import queries as ledger
from nesie.journey.loans import queries
from nesie.kernel.actor import worker
from nesie.kernel.money import ZERO
from tests.journey.loans.books import OPENED_ON, at, open_

DAY = timedelta(days=1)
ROOT = Path(__file__).resolve().parents[3]

# A session that stops in the middle of a chunk, all written and nothing committed, and says so.
HALF = """
import sys, time
from datetime import date
import django
django.setup()
from django.db import transaction
from nesie.journey.loans.actions import accrual
from tests.journey.loans.books import at
day = date.fromisoformat(sys.argv[1])
with transaction.atomic():
    assert accrual.close_chunk(0, day, at(day)).loan_days
    print("half", flush=True)
    time.sleep(300)
"""


@contextmanager
def half_a_chunk(day: str, env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A session in the middle of a chunk."""
    env = dict(env, PYTHONPATH=f"{ROOT / 'src'}:{ROOT}")
    process = subprocess.Popen([sys.executable, "-c", HALF, day], stdout=subprocess.PIPE, text=True, env=env)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "half"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_worker_killed_in_the_middle_of_a_chunk_leaves_it_to_the_next(
    fresh_db: Any, owner_sql: Callable[..., list[tuple[Any, ...]]]
) -> None:
    for table, name in owner_sql(synthetic.FOREIGN):
        owner_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    with transaction.atomic():
        books = [open_() for _ in range(3)]
    day = OPENED_ON + 3 * DAY
    with half_a_chunk(day.isoformat(), fresh_db.env) as process:
        assert day_close.close(at(day)) == 0  # the chunk is at work: nobody else touches it, nobody waits
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        while not queries.chunks_behind(day):  # the database notices that the session is gone
            pass
    assert day_close.close(at(day)) == 9
    assert day_close.close(at(day)) == 0
    for one in books:
        days = [accrued.day for accrued in queries.days_written(one.facts.loan_id)]
        assert days == [OPENED_ON + n * DAY for n in (1, 2, 3)]
    assert queries.differences() == ()
    assert ledger.trial_balance(day).difference == ZERO
    assert queries.position(worker(), books[0].facts.loan_id).as_of == day


@pytest.mark.soak  # tables of its own server: too slow for every build
def test_a_database_killed_in_the_middle_of_a_chunk_goes_on_where_it_was(tmp_path: Path) -> None:
    server = Embedded(tmp_path / "postgres")
    try:
        here = server.start()
        own = fill(tmp_path, here.owner_url)
        stood_on = OPENED_ON
        synthetic.make(here.owner_url, loans=200, seed=1, day=stood_on)
        env = dict(os.environ, DATABASE_URL=here.app_url) | own
        with half_a_chunk((stood_on + DAY).isoformat(), env):
            os.kill(int((server.data / "postmaster.pid").read_text().split("\n", 1)[0]), signal.SIGKILL)
        here = server.start()
        close = "import sys; from datetime import date, datetime; import django; django.setup()\n"
        close += "from tests.journey.loans.books import at; from nesie.entrypoints.jobs import day_close\n"
        close += "print(*(day_close.close(at(date.fromisoformat(day))) for day in sys.argv[1:]))"
        days = [(stood_on + n * DAY).isoformat() for n in (1, 1, 2)]
        env |= {"DATABASE_URL": here.app_url, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        done = subprocess.run([sys.executable, "-c", close, *days], env=env, capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["200", "0", "200"]
        with psycopg.connect(here.owner_url) as owner:
            rows = owner.execute(
                "SELECT day, count(*), count(DISTINCT serial) FROM loans_accrual GROUP BY 1 ORDER BY 1"
            )
            assert rows.fetchall() == [(stood_on + n * DAY, 200, 200) for n in (1, 2)]
            assert owner.execute("SELECT sum(debit_tiyn - credit_tiyn) FROM ledger_entryline").fetchone() == (0,)
            assert owner.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone() == (0,)
    finally:
        server.stop()
