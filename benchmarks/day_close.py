"""How fast a day is closed over a synthetic book, as ratios to yardsticks of the same run.

The floor: the same rows of the same day (accruals, entries, ledger lines) by a bare INSERT .. SELECT into the same
tables and indexes, over as many sessions, a transaction a chunk, without our triggers. The loop: one transaction of the
object layer a loan, the pure rules, an entry posted as any other.

    python -m benchmarks.day_close --loans 10000 100000            # sizes; ends in a few minutes
    python -m benchmarks.day_close --loans 10000 100000 1000000    # the full one
"""

from __future__ import annotations

import argparse
import functools
import json
import math
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from rich.console import Console
from rich.table import Table

from benchmarks import book
from benchmarks.bench import prepare
from nesie.entrypoints.cli.postgres import Connection, Embedded

STOOD_ON = date(2027, 3, 1)
LOOPED_LOANS = 2_000
ONE_DAY = timedelta(days=1)


def at(day: date) -> datetime:
    """Nine in the morning in Almaty."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


# --- one session, a process of its own ----------------------------------------------------------------------------


def session(kind: str) -> None:
    """Wait for a day on the input, do it, tell seconds, processor seconds and memory; until the input ends."""
    import django

    django.setup()
    act = {"close": close_day, "floor": floor_day, "loop": loop_day, "reconcile": reconcile_day}[kind]
    backend = floor_connection().info.backend_pid if kind == "floor" else own_backend()
    say(ready=True)
    for line in sys.stdin:
        day = date.fromisoformat(line.strip())
        began, used = time.perf_counter(), time.process_time() + on_processor(backend)
        done = act(day)
        say(
            seconds=time.perf_counter() - began,
            processor=time.process_time() + on_processor(backend) - used,
            done=done,
            memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        )


def own_backend() -> int:
    """The process of the database that serves this one."""
    from django.db import connection

    connection.ensure_connection()
    pid: int = connection.connection.info.backend_pid
    return pid


def on_processor(pid: int) -> float:
    """Seconds a process has had a processor: what other programs do meanwhile is not in it."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def say(**told: object) -> None:
    """One line of JSON to whoever measures."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def close_day(day: date) -> int:
    """Close chunks until none is behind."""
    from nesie.journey.loans import actions, queries
    from nesie.kernel.actor import worker

    done = 0
    while behind := queries.chunks_behind(day):
        for one in behind:
            done += actions.accrue_day(worker(), at(day), day=one.day, chunk=one.chunk).loan_days
    return done


FLOOR = (
    """INSERT INTO ledger_entry (id, key, description_code, ref, effective_on, value_on, recorded_at, line_count,
         amount_tiyn, fingerprint)
       SELECT md5('floor' || id)::uuid, 'floor:' || key, description_code, ref, effective_on, value_on, recorded_at,
         line_count, amount_tiyn, fingerprint
       FROM ledger_entry WHERE key IN (%(key)s, %(memo)s)""",
    """INSERT INTO ledger_entryline (entry_id, number, account_id, sub, debit_tiyn, credit_tiyn, effective_on, bulk)
       SELECT entry.other, number, account_id, sub, debit_tiyn, credit_tiyn, line.effective_on, bulk
       FROM ledger_entryline AS line
       JOIN (SELECT id, md5('floor' || id)::uuid AS other FROM ledger_entry WHERE key IN (%(key)s, %(memo)s) OFFSET 0)
         AS entry ON entry.id = line.entry_id""",
    """INSERT INTO loans_accrual (day, serial, principal_tiyn, interest_tiyn, overdue_tiyn, penalty_tiyn, days_past_due,
         held_tiyn, memo_interest_tiyn, memo_penalty_tiyn)
       SELECT day + 3650, serial, principal_tiyn, interest_tiyn, overdue_tiyn, penalty_tiyn, days_past_due,
         held_tiyn, memo_interest_tiyn, memo_penalty_tiyn
       FROM loans_accrual WHERE day = %(day)s AND serial >= %(first)s AND serial < %(beyond)s""",
)


@functools.cache
def floor_connection() -> psycopg.Connection:
    """The owner, triggers off; rows of a chunk are read by index, never the whole table for them."""
    owner = psycopg.connect(os.environ["BENCH_OWNER_URL"])
    owner.execute("SET session_replication_role = replica")
    for way in ("seqscan", "hashjoin", "mergejoin"):
        owner.execute(f"SET enable_{way} = off")
    owner.commit()
    return owner


def floor_day(day: date) -> int:
    """Write the rows of a closed day once more (accruals ten years later)."""
    from nesie.journey.loans.rules import span

    place, of = json.loads(os.environ["BENCH_PLACE"])
    owner, done = floor_connection(), 0
    chunks = owner.execute("SELECT chunk FROM loans_chunkday WHERE day = %s ORDER BY chunk", [day]).fetchall()
    owner.commit()
    for (chunk,) in chunks[place::of]:
        first, beyond = span(chunk)
        given = {"day": day, "first": first, "beyond": beyond}
        given |= {"key": f"accrual:{day}:{chunk}", "memo": f"memo:{day}:{chunk}"}
        for statement in FLOOR:
            done = done + owner.execute(statement, given).rowcount
        owner.commit()
    return done


def reconcile_day(day: date) -> int:
    """The nightly comparison of every loan with its accounts."""
    from nesie.journey.loans import actions
    from nesie.kernel.actor import worker

    found = actions.reconcile_loans(worker(), at(day), day=day)
    if found.differing:
        raise RuntimeError(f"{found.differing} loans differ from the books: {found.examples[:3]}")
    return found.compared


def loop_day(day: date) -> int:
    """Each loan by itself: read, reckon by the rules, write, post."""
    from django.db import transaction

    from nesie.foundation.ledger import actions as ledger
    from nesie.foundation.ledger.rules import Chart, Entry, credit, debit
    from nesie.journey.loans import queries, rules
    from nesie.journey.loans.actions.keeping import lock, save_book
    from nesie.journey.loans.models import Accrual, LoanState
    from nesie.kernel.ids import LoanId

    loan_ids = list(LoanState.objects.order_by("serial").values_list("loan_id", flat=True))
    for loan_id in loan_ids:
        with transaction.atomic():
            state = lock(LoanId(loan_id))
            before = queries.book(LoanId(loan_id))
            after, one = rules.accrue_day(before)
            Accrual.objects.create(
                day=one.day,
                serial=state.serial,
                principal_tiyn=one.principal.tiyn,
                interest_tiyn=one.interest.tiyn,
                overdue_tiyn=one.overdue.tiyn,
                penalty_tiyn=one.penalty.tiyn,
                days_past_due=one.days_past_due,
            )
            save_book(before, after)
            lines = (
                *debit(Chart.INTEREST_RECEIVABLE, one.interest, loan_id),
                *debit(Chart.PENALTY_RECEIVABLE, one.penalty, loan_id),
                *credit(Chart.INTEREST_INCOME, one.interest),
                *credit(Chart.PENALTY_INCOME, one.penalty),
            )
            if lines:
                ledger.post(Entry(f"loop:{day}:{loan_id}", lines, day, "loan.day_accrued", loan_id), at(day))
    return len(loan_ids)


# --- whoever measures ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """A day: seconds until the last session had done it, processor seconds of all, what they did, memory of one."""

    seconds: float
    processor: float
    count: int
    memory: int


class Sessions:
    """Processes that wait for a day."""

    def __init__(self, kind: str, count: int, url: Connection) -> None:
        env = dict(os.environ, DATABASE_URL=url.app_url, BENCH_OWNER_URL=url.owner_url)
        self._all = [
            subprocess.Popen(
                [sys.executable, "-m", "benchmarks.day_close", "--session", kind],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=dict(env, BENCH_PLACE=json.dumps([place, count])),
            )
            for place in range(count)
        ]
        for one in self._all:
            self._hear(one)

    def do(self, day: date) -> Done:
        """Have a day done by all of them."""
        began = time.perf_counter()
        for one in self._all:
            assert one.stdin is not None
            one.stdin.write(f"{day}\n")
            one.stdin.flush()
        told = [self._hear(one) for one in self._all]
        return Done(
            time.perf_counter() - began,
            sum(t["processor"] for t in told),
            int(sum(t["done"] for t in told)),
            int(max(t["memory"] for t in told)),
        )

    def end(self) -> None:
        """No more days."""
        for one in self._all:
            one.communicate(timeout=60)

    def _hear(self, one: subprocess.Popen[str]) -> dict[str, float]:
        assert one.stdout is not None
        line = one.stdout.readline()
        if not line:
            raise RuntimeError("a session died; its words are above")
        told: dict[str, float] = json.loads(line)
        return told


class Memory:
    """The most memory all processes of the database had at once, each shared page counted once."""

    def __init__(self, data: Path) -> None:
        self.most = 0
        self._data, self._stop = data.resolve(), threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(0.25):
            self.most = max(self.most, sum(self._pss(process) for process in Path("/proc").glob("[0-9]*")))

    def _pss(self, process: Path) -> int:
        try:
            if (process / "cwd").resolve() != self._data:
                return 0
            rows = (process / "smaps_rollup").read_text().split("\n")
        except OSError:
            return 0
        return next((int(row.split()[1]) * 1024 for row in rows if row.startswith("Pss:")), 0)


@dataclass
class Book:
    """A book of one size and what its days took, a round of days at a time."""

    loans: int
    here: Connection
    made: float = 0.0
    first: float = 0.0
    day: date = STOOD_ON
    several: list[Done] = field(default_factory=list)
    alone: list[Done] = field(default_factory=list)
    floor: list[Done] = field(default_factory=list)
    floor_alone: list[Done] = field(default_factory=list)
    reconciled: Done | None = None
    sessions: dict[str, Sessions] = field(default_factory=dict)

    def closed(self, name: str) -> Done:
        """The next day closed by the sessions of a name."""
        self.day += ONE_DAY
        done = self.sessions[name].do(self.day)
        if done.count != self.loans:
            raise RuntimeError(f"{done.count} loans closed of {self.loans} on {self.day}")
        return done

    def round(self) -> None:
        """A day by several sessions and one by one alone, each with its floor right after it."""
        self.several.append(self.closed("several"))
        self.floor.append(self.sessions["floor"].do(self.day))
        self.alone.append(self.closed("alone"))
        self.floor_alone.append(self.sessions["floor alone"].do(self.day))


def opened(owner: Connection, template: str, loans: int, asked: argparse.Namespace) -> Book:
    """A book of a size: made, and one day closed, in which every loan finds its pace."""
    name = f"bench_{loans}"
    with psycopg.connect(owner.of("postgres").owner_url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    found = Book(loans, owner.of(name))
    began = time.perf_counter()
    book.make(found.here.owner_url, loans=loans, seed=asked.seed, day=STOOD_ON)
    found.made = time.perf_counter() - began
    for name, kind, count in (
        ("several", "close", asked.sessions),
        ("alone", "close", 1),
        ("floor", "floor", asked.sessions),
        ("floor alone", "floor", 1),
        ("reconcile", "reconcile", 1),
    ):
        found.sessions[name] = Sessions(kind, count, found.here)
    found.first = found.closed("several").seconds
    book.settle(found.here.owner_url)
    found.reconciled = found.sessions["reconcile"].do(
        found.day
    )  # before the floor writes its rows to the same accounts
    return found


def check(here: Connection, day: date) -> None:
    """What was closed is whole: every chunk and day once, rows as many as loans, entries balanced, nothing twice."""
    with psycopg.connect(here.owner_url) as owner:
        (wrong,) = owner.execute(
            """SELECT (SELECT count(*) FROM (SELECT day, sum(loans) AS told FROM loans_chunkday GROUP BY day) AS days
                       JOIN (SELECT day, count(*) AS rows FROM loans_accrual GROUP BY day) AS accrued USING (day)
                       WHERE told <> rows)
                    + (SELECT count(*) FROM (SELECT account_id, sum(debit_tiyn - credit_tiyn) AS net
                       FROM ledger_entryline GROUP BY account_id) AS accounts HAVING sum(net) <> 0)"""
        ).fetchone() or (0,)
        if wrong:
            raise RuntimeError(f"the books are wrong on {day}")


def loop(owner: Connection, template: str, asked: argparse.Namespace) -> float:
    """Seconds a loan of the plain loop."""
    with psycopg.connect(owner.of("postgres").owner_url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE bench_loop TEMPLATE {}").format(sql.Identifier(template)))
    here = owner.of("bench_loop")
    book.make(here.owner_url, loans=LOOPED_LOANS, seed=asked.seed, day=STOOD_ON)
    who = Sessions("loop", 1, here)
    done = who.do(STOOD_ON + ONE_DAY)
    who.end()
    return done.seconds / done.count


def middle(rounds: Iterable[Done]) -> float:
    """Median seconds."""
    return statistics.median(one.seconds for one in rounds)


def ratio(ours: list[Done], floor: list[Done], what: str = "seconds") -> float:
    """Pairs of one day, one after the other: the machine's mood is nearly the same for both."""
    return statistics.median(getattr(a, what) / getattr(b, what) for a, b in zip(ours, floor, strict=True))


def exponent(points: list[tuple[int, float]]) -> float:
    """How time grows with loans: 1 is linear. Least squares of the logarithms."""
    logs = [(math.log(loans), math.log(seconds)) for loans, seconds in points]
    x0, y0 = (statistics.mean(values) for values in zip(*logs, strict=True))
    return sum((x - x0) * (y - y0) for x, y in logs) / sum((x - x0) ** 2 for x, _ in logs)


def report(books: list[Book], a_loan: float, memory: int, asked: argparse.Namespace) -> None:
    """Ratios first."""
    table = Table(
        "loans", "of the floor", "by processor", "1 session", "of the loop", f"{asked.sessions} of 1 session",
        "seconds a day", "floor", "rows", "first day", "compared with the books", "made in", "Python MB",
    )  # fmt: skip
    for one in books:
        took = middle(one.several)
        table.add_row(
            f"{one.loans:,}",
            f"{ratio(one.several, one.floor):.2f} x",
            f"{ratio(one.several, one.floor, 'processor'):.2f} x",
            f"{ratio(one.alone, one.floor_alone):.2f} x",
            f"1/{a_loan * one.loans / took:,.0f}",
            f"{middle(one.alone) / took:.2f} x" if asked.sessions > 1 else "",
            f"{took:.2f}",
            f"{middle(one.floor):.2f}",
            f"{one.floor[-1].count:,}",
            f"{one.first:.1f}",
            f"{one.reconciled.seconds:.1f}" if one.reconciled else "",
            f"{one.made:.0f}",
            f"{max(done.memory for done in one.several) / 1e6:.0f}",
        )
    console = Console(width=150)
    console.print(table)
    console.print(f"the most memory of the whole database: {memory / 1e6:.0f} MB")
    if len(books) > 1:
        # One session: a small book has no second chunk for another one. Sizes took turns, day by day.
        ours = exponent([(one.loans, middle(one.alone)) for one in books])
        floor = exponent([(one.loans, middle(one.floor_alone)) for one in books])
        worked = exponent([(one.loans, statistics.median(d.processor for d in one.alone)) for one in books])
        console.print(
            f"one session's time grows with loans to the power of {ours:.2f} (the floor's {floor:.2f}; "
            f"by processor {worked:.2f})"
        )
    console.print(f"the loop: {a_loan * 1000:.1f} ms a loan, over {LOOPED_LOANS:,} loans")
    console.print(
        f"seed {asked.seed}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {platform.platform()}"
    )


def main() -> None:
    """Measure and print; or be a session."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loans", type=int, nargs="+", default=[10_000, 50_000, 200_000])
    parser.add_argument("--sessions", type=int, default=2)
    parser.add_argument("--days", type=int, default=3, help="measured days of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--session", choices=["close", "floor", "loop", "reconcile"], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.session:
        session(asked.session)
        return
    with tempfile.TemporaryDirectory(prefix="nesie-bench-") as folder:
        home = Path(folder)
        prepare(home)
        server = Embedded(home / "postgres")
        owner = server.start()
        template = f"bench_template_{uuid4().hex[:8]}"
        with psycopg.connect(owner.of("postgres").owner_url, autocommit=True) as admin:
            admin.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(template), sql.Identifier(owner.owner_url.rsplit("/", 1)[1].split("?")[0])
                )
            )
        books = [opened(owner, template, loans, asked) for loans in asked.loans]
        with Memory(server.data) as memory:
            for number in range(asked.days):
                for one in books:
                    one.round()
                    done, floor = one.several[-1], one.floor[-1]
                    told = f"round {number + 1}: {one.loans:,} loans {done.seconds:.2f} s, floor {floor.seconds:.2f} s"
                    Console(width=150).print(told)  # the larger sizes take long
        for one in books:
            for who in one.sessions.values():
                who.end()
            check(one.here, one.day)
        a_loan = loop(owner, template, asked)
        server.stop()
    report(books, a_loan, memory.most, asked)


if __name__ == "__main__":
    main()
