"""`nesie worker`: the background work. Start as many as there is work for."""

from __future__ import annotations

import argparse
from typing import Any


def add(commands: Any) -> None:
    """Register `nesie worker`."""
    commands.add_parser("worker", help="seal the trail, carry messages, move the journey along").set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Work until SIGTERM."""
    from nesie.entrypoints.jobs import worker
    from nesie.entrypoints.jobs.exchange import configured_carrier

    worker.work(configured_carrier())
    return 0
