"""`nesie ledger`: take the books out as files, and hold the loans against them."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any

from nesie.kernel.actor import Channel, worker
from nesie.kernel.refused import Refused

EXTRACTS = ("journal", "trial_balance", "balances")
FORMATS = ("csv", "parquet")


def add(commands: Any) -> None:
    """Register `nesie ledger`."""
    group = commands.add_parser("ledger", help="the books").add_subparsers(required=True, metavar="ACT")
    out = group.add_parser("export", help="write the journal, the trial balance or the balances to a file")
    out.add_argument("extract", choices=EXTRACTS)
    out.add_argument("--from", dest="first", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    out.add_argument("--to", dest="last", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    out.add_argument("--format", dest="form", choices=FORMATS, default="csv")
    out.add_argument("--output", type=Path, help="the file; to standard output when left out")
    out.set_defaults(run=export)
    told = "hold every loan against the books and print what differs; nothing may"
    group.add_parser("reconcile", help=told).set_defaults(run=reconcile)


def export(arguments: argparse.Namespace) -> int:
    """Write the file; 1 when it is refused. The audit trail keeps that it was taken."""
    from nesie.entrypoints import clock, extracts
    from nesie.foundation.ledger.actions import export_books
    from nesie.foundation.ledger.rules import Extract, Format

    try:
        exported = export_books(
            worker(Channel.CLI),
            clock.business_now(),
            extract=Extract(arguments.extract),
            form=Format(arguments.form),
            first=arguments.first,
            last=arguments.last,
        )
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    if arguments.output is None:
        for block in extracts.blocks(exported):
            sys.stdout.buffer.write(block)
        return 0
    with arguments.output.open("wb") as file:
        for block in extracts.blocks(exported):
            file.write(block)
    return 0


def reconcile(arguments: argparse.Namespace) -> int:
    """Print how many loans differ from the books, and the first of them; 1 unless it is none."""
    from nesie.entrypoints import clock
    from nesie.foundation.norms.rules import business_day
    from nesie.journey.loans.actions import reconcile_loans

    now = clock.business_now()
    found = reconcile_loans(worker(Channel.CLI), now, day=business_day(now))
    print(f"{found.differing} of {found.compared} loans differ from the books.")
    for one in found.examples:
        print(
            f"loan {one.thing}, account {one.account}: {one.own.tiyn} tiyn of its own, {one.booked.tiyn} in the books"
        )
    return 0 if found.agrees else 1
