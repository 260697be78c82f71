"""`make bench`: speeds that Nesie promises, each as a ratio to a yardstick measured in the same run.

Absolute figures depend on the machine; ratios travel. The database is durable here, as in production.
"""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from rich.console import Console
from rich.table import Table

from nesie.entrypoints.cli import ports
from nesie.entrypoints.cli.postgres import Connection, Embedded

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def seconds(act: Callable[[], object]) -> float:
    """Median seconds of one call over a few rounds; the first, cold one does not count."""
    act()
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def prepare(home: Path) -> Connection:
    """A durable database of its own with tables, keys and reference data; Django pointed at it. Ways to reach it."""
    server = Embedded(home / "postgres")
    connection = server.start(follow=True)
    os.environ |= fill(home, connection.owner_url) | {"DATABASE_URL": connection.app_url}
    import django

    django.setup()
    return connection


def fill(home: Path, owner_url: str) -> dict[str, str]:
    """Keys, tables and reference data for an empty database; the environment that goes with them."""
    own = {"NESIE_HOME": str(home), "NESIE_DEMO": "1", "DJANGO_SETTINGS_MODULE": "nesie.config.settings"}
    env = dict(os.environ, DATABASE_OWNER_URL=owner_url, DATABASE_URL=owner_url) | own
    for words in (["nesie.entrypoints.cli.main", "keys", "init"], ["nesie.config.migrate"]):
        subprocess.run([sys.executable, "-m", *words], check=True, env=env, capture_output=True)
    return own


def measures() -> list[tuple[str, float, str]]:
    """(what, seconds, yardstick's name); a yardstick is a row of its own."""
    from django.db import connection, transaction

    from nesie.foundation.audit.actions.seal_records import seal_records
    from nesie.foundation.audit.models import AuditRecord
    from nesie.foundation.ledger import actions as ledger
    from nesie.foundation.ledger.rules import Chart, Entry, credit, debit
    from nesie.kernel.money import Money

    def empty_commit() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")

    def post() -> None:
        lines = (*debit(Chart.FUNDING, Money(100)), *credit(Chart.CHARTER_CAPITAL, Money(100)))
        entry = Entry(key=str(uuid4()), lines=lines, effective_on=NOW.date(), description_code="bench", ref=uuid4())
        with transaction.atomic():
            ledger.post(entry, NOW)

    def record() -> None:
        AuditRecord.objects.create(
            business_at=NOW, act="bench", outcome="done", roles="", channel="cli", case_id=uuid4(), arguments={}
        )

    def thousand_sealed() -> None:
        AuditRecord.objects.bulk_create(
            AuditRecord(
                business_at=NOW, act="bench", outcome="done", roles="", channel="cli", case_id=uuid4(), arguments={}
            )
            for _ in range(1000)
        )
        while seal_records(NOW):
            pass

    def hashed() -> None:
        hashlib.sha256(b"x" * 10_000_000).digest()

    return [
        ("an empty transaction", seconds(empty_commit), ""),
        ("one ledger entry of two lines", seconds(post), "an empty transaction"),
        ("one audit record", seconds(record), "an empty transaction"),
        ("SHA-256 of 10 MB", seconds(hashed), ""),
        ("1,000 audit records written and sealed", seconds(thousand_sealed), "SHA-256 of 10 MB"),
        ("a PDF/A page with Kazakh letters", seconds(page), "SHA-256 of 10 MB"),
    ]


def page() -> None:
    """A small document of the common letterhead through the real typesetter, PDF/A with the pinned fonts."""
    import typst

    from nesie.foundation.documents.rules import FONTS

    text = '#set page(paper: "a4")\n#set text(font: "Noto Sans")\nҚазақша мәтін: әғқңөұүһі. ' + "Сөз " * 300
    typst.compile(text.encode(), font_paths=[str(FONTS)], ignore_system_fonts=True, pdf_standards=["a-2b"])


def starts() -> tuple[float, float]:
    """Seconds of the first and of the second `nesie run` of an installation (the second is promised under 10)."""
    took = []
    with tempfile.TemporaryDirectory(prefix="nesie-bench-") as folder:
        env = dict(os.environ, NESIE_HOME=folder, PYTHONPATH=str(ROOT / "src"), NESIE_PORT=str(free_port()))
        env |= {f"NESIE_{name.upper()}_PORT": str(free_port()) for name in ports.DEFAULTS}
        for _ in range(2):
            began = time.perf_counter()
            command = [sys.executable, "-m", "nesie.entrypoints.cli.main", "run"]
            process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            assert process.stdout is not None
            said = []
            for line in process.stdout:
                said.append(line)
                if "Nesie runs" in line:
                    break
            else:
                raise RuntimeError("".join(said))
            took.append(time.perf_counter() - began)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
    return took[0], took[1]


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Measure and print."""
    first, second = starts()
    with tempfile.TemporaryDirectory(prefix="nesie-bench-") as folder:
        prepare(Path(folder))
        rows = measures()
    took = {what: time_taken for what, time_taken, _ in rows}
    table = Table("what", "milliseconds", "times its yardstick", "yardstick")
    for what, time_taken, yardstick in rows:
        ratio = f"{time_taken / took[yardstick]:.1f}" if yardstick else ""
        table.add_row(what, f"{time_taken * 1000:.2f}", ratio, yardstick)
    table.add_row("the first `nesie run`", f"{first * 1000:.0f}", f"{first / second:.1f}", "the second `nesie run`")
    table.add_row("the second `nesie run`", f"{second * 1000:.0f}", "", "")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
