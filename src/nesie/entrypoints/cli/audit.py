"""`nesie audit verify`: has anybody bent the trail? (clause 32)"""

from __future__ import annotations

import argparse
from typing import Any

from nesie.entrypoints import clock


def add(commands: Any) -> None:
    """Register `nesie audit`."""
    group = commands.add_parser("audit", help="the audit trail").add_subparsers(required=True, metavar="ACT")
    group.add_parser("verify", help="walk the whole trail and name the first bad record").set_defaults(run=verify)


def verify(arguments: argparse.Namespace) -> int:
    """Print the first bad record and return 1, or say that all is well."""
    from nesie.foundation.audit import queries

    finding = queries.verify()
    state = queries.seal_state(clock.machine_now())
    if finding is not None:
        print(f"The audit trail has been changed: {finding}")
        return 1
    print(f"The audit trail stands: {state.seal_number} seals, {state.waiting} records wait for the next seal.")
    return 0
