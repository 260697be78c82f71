"""Start a simulator as its own program, as `make run` does, and know its address."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENT = 30.0
"""Seconds a test waits for an answer it expects: a loaded machine may be slow, but it does answer."""
HASTY = 0.5


def patience(fault: str) -> float:
    """Seconds a client waits when `fault` is ordered: short only where the simulator itself is told to be silent."""
    return HASTY if fault in {"time_out", "answer_late"} else PATIENT


def start(name: str, state_dir: Path, port: int = 0) -> tuple[subprocess.Popen[str], str]:
    """The running program and its base URL without the last slash."""
    return start_module("nesie.simulators", name, "--port", str(port), "--state", str(state_dir))


def start_module(module: str, *arguments: str) -> tuple[subprocess.Popen[str], str]:
    """Any program that says `... ready on <url>` when it is; as `start`."""
    env = dict(os.environ, PYTHONPATH=str(ROOT / "src"))
    program = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True, env=env, cwd=ROOT
    )
    assert program.stdout is not None
    ready = program.stdout.readline()
    if " ready on " not in ready:
        program.kill()
        program.wait()
        raise AssertionError(f"{module} {arguments} did not start: {ready!r}")
    return program, ready.rpartition(" ")[2].strip().rstrip("/")


@contextmanager
def launched(name: str, state_dir: Path, port: int = 0) -> Iterator[str]:
    """The base URL of a running simulator, stopped at the end."""
    program, url = start(name, state_dir, port)
    try:
        yield url
    finally:
        program.terminate()
        program.wait(timeout=10)
