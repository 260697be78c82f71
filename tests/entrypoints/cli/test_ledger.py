"""`nesie ledger`: the books as files, and that somebody took them."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import pytest
from django.db import transaction

from nesie.entrypoints.cli.main import main
from nesie.foundation.ledger import actions, queries
from nesie.foundation.ledger.rules import Chart, Entry, Extract, credit, debit
from nesie.kernel.money import Money

NESIE = [sys.executable, "-m", "nesie.entrypoints.cli.main", "ledger"]
PERIOD = ["--from", "2026-11-01", "--to", "2026-11-30"]


@pytest.fixture
def books(fresh_db: Any, now: datetime) -> Any:
    lines = (*debit(Chart.FUNDING, Money(1_234_567_89)), *credit(Chart.CHARTER_CAPITAL, Money(1_234_567_89)))
    with transaction.atomic():
        actions.post(Entry("test:capital", lines, date(2026, 11, 2), "capital.contributed", uuid4()), now)
    return fresh_db


@pytest.mark.parametrize("extract", list(Extract))
def test_parquet_holds_what_the_text_holds(books: Any, tmp_path: Path, extract: Extract) -> None:
    files = {form: tmp_path / f"books.{form}" for form in ("csv", "parquet")}
    for form, path in files.items():
        assert main(["ledger", "export", extract, *PERIOD, "--format", form, "--output", str(path)]) == 0
    with files["csv"].open(newline="") as text:
        rows = list(csv.DictReader(text))
    with duckdb.connect(":memory:") as reader:
        table = reader.read_parquet(str(files["parquet"]))
        assert dict(zip(table.columns, (str(kind) for kind in table.types), strict=True)) == {
            name: kind.replace("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE") for name, kind in queries.COLUMNS[extract]
        }
        names = [name for name, kind in queries.COLUMNS[extract] if kind.startswith("DECIMAL")]
        sums = list(table.aggregate(", ".join(f"sum({name})" for name in names)).fetchall()[0])
    assert sums == [sum((Decimal(row[name]) for row in rows), Decimal(0)) for name in names]


def test_the_trail_says_what_was_taken(books: Any, owner_sql: Callable[..., list[tuple[Any, ...]]]) -> None:
    done = subprocess.run([*NESIE, "export", "journal", *PERIOD], env=books.env, check=True, capture_output=True)
    assert done.stdout.count(b"\n") == 3
    [(act, channel, arguments)] = owner_sql("SELECT act, channel, arguments FROM audit_auditrecord")
    assert (act, channel) == ("export_books", "cli")
    assert (arguments["extract"], arguments["first"]) == ("journal", "2026-11-01")


def test_a_period_that_ends_before_it_begins_is_refused(books: Any, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["ledger", "export", "journal", "--from", "2026-11-02", "--to", "2026-11-01"]
    assert (main(words), capsys.readouterr().err) == (1, "The first day lies after the last.\n")
