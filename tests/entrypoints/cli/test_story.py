"""`nesie story` tells the whole first loan as a program of its own, and leaves nothing behind."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-m", "nesie.entrypoints.cli.main", "story"]
CPU_SECONDS = 60  # about half of it is used, on two cores half a minute; wall time depends on who else is at work
PATIENCE_SECONDS = 300
pytestmark = pytest.mark.xdist_group("run")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the story makes its home: open to the account under which a database of root's runs."""
    folder = Path(tempfile.mkdtemp(prefix="nesie-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def env(folder: Path) -> dict[str, str]:
    """A real installation is set up in this terminal: the story must not come near it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NESIE_", "DATABASE_"))}
    real = {"DATABASE_URL": "postgresql://nobody:x@127.0.0.1:1/nesie", "NESIE_HOME": str(folder / "real")}
    return kept | real | {"TMPDIR": str(folder), "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "110"}


def left_over(folder: Path) -> list[str]:
    """Files of the story, and programs that work for it."""
    found = [str(path) for path in folder.iterdir()]
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            ours = str(folder).encode() in (entry / "environ").read_bytes() or str(folder) in words
        except (OSError, ValueError):
            continue
        if entry.name.isdigit() and words and ours:
            found.append(words)
    return found


def test_the_whole_story_within_its_time(env: dict[str, str], folder: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = subprocess.run(COMMAND, env=env, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert told.returncode == 0, told.stdout + told.stderr
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < CPU_SECONDS
    assert told.stderr == ""
    for words in (
        "The phone is the person's own",
        "the consent is refused: too early",
        "paid once",
        "the debt is zero",
        "The trial balance balances to the tiyn",
        "nobody has bent it",
        "closing statement 2",
        "everything is stopped and cleared",
    ):
        assert words in told.stdout, words
    assert left_over(folder) == []


def test_ctrl_c_in_the_middle_leaves_nothing(env: dict[str, str], folder: Path) -> None:
    process = subprocess.Popen(COMMAND, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if "programs on the loopback" in line:
            break
    process.send_signal(signal.SIGINT)
    _, wrong = process.communicate(timeout=60)
    assert process.returncode == 130
    assert wrong == ""
    end = time.monotonic() + 15
    while left_over(folder) and time.monotonic() < end:
        time.sleep(0.1)
    assert left_over(folder) == []
