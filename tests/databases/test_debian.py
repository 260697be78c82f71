"""Nesie runs on Debian's own PostgreSQL (15 and later) as on the wheel's 18: nothing beyond plpgsql is needed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nesie.entrypoints.cli.postgres import Embedded

ROOT = Path(__file__).resolve().parents[2]
# What only this server can tell: guards, statement triggers, sealing by xmin, locks, set-based accrual, the sheets.
THERE = ["tests/foundation/audit", "tests/foundation/ledger", "tests/foundation/vault/test_sealing.py"]
THERE += [
    f"tests/journey/loans/test_{name}.py"
    for name in ("day_close", "first_loan", "killed", "portfolio", "reconciliation", "together")
]


def debian_server() -> Path | None:
    """The oldest PostgreSQL that Debian's packages have put here."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[0].parent if found else None


@pytest.mark.xdist_group("debian")
def test_the_rooms_that_lean_on_the_database_hold_on_debians_server(tmp_path: Path) -> None:
    binaries = debian_server()
    if binaries is None:
        if os.environ.get("CI"):
            pytest.fail("Debian's PostgreSQL is missing: `make test` installs it when it may")
        pytest.skip("Debian's PostgreSQL is not installed")
    server = Embedded(tmp_path / "debian", fast=True, binaries=binaries)
    connection = server.start()
    try:
        env = dict(os.environ, TEST_DATABASE_OWNER_URL=connection.owner_url, TEST_DATABASE_URL=connection.app_url)
        env = {name: value for name, value in env.items() if not name.startswith("PYTEST_XDIST")}
        assert all((ROOT / name).exists() for name in THERE), "a file of this list has moved"
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:xdist", "-p", "no:cacheprovider", *THERE]
        env["NESIE_TEST_EXAMPLES"] = "0.3"  # the same properties were tried on the other server
        done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:]
        assert " passed" in done.stdout
        assert "skipped" not in done.stdout
    finally:
        server.stop()
