"""`nesie keys`: make the keys that live outside the database, and replace them without stopping (clause 37.2)."""

from __future__ import annotations

import argparse
import time
from typing import Any

from nesie.entrypoints import clock


def add(commands: Any) -> None:
    """Register `nesie keys`."""
    group = commands.add_parser("keys", help="keys outside the database").add_subparsers(required=True, metavar="ACT")
    group.add_parser("init", help="make the first keys, keeping those already there").set_defaults(run=init)
    for name, told in (("master", "wrap every data key by a new master key"), ("index", "make blind indexes anew")):
        command = group.add_parser(f"rotate-{name}", help=f"{told}; goes on with one that was interrupted")
        command.add_argument("--batch", type=int, default=500, help="rows in one transaction")
        command.set_defaults(run=rotate, family=name)


def init(arguments: argparse.Namespace) -> int:
    """Make the vault's first keys and the lender's signing key; safe to run again."""
    from nesie.foundation.documents.gateways import Wiring
    from nesie.foundation.lender import queries as lender
    from nesie.foundation.vault import actions

    organisation = lender.organisation()
    made = actions.make_first_keys()
    signing = Wiring.signer.make(organisation.name["en"], organisation.bin, clock.machine_now())
    print("The keys of the vault were made." if made else "The keys of the vault are there.")
    print("The lender's signing key was made." if signing else "The lender's signing key is there.")
    print("Keep a copy of the keys folder apart from the database's backups: without it nothing sealed can be read.")
    return 0


def rotate(arguments: argparse.Namespace) -> int:
    """Begin a rotation, or go on with the one under way, to its end."""
    from nesie.foundation.vault import actions, queries
    from nesie.foundation.vault.rules import Family
    from nesie.kernel.actor import Channel, worker

    family, actor = Family(arguments.family), worker(Channel.CLI)
    version = queries.rotating(family)
    if version is None:
        version = actions.begin_key_rotation(actor, clock.business_now(), family=family)
        print(f"The new {family} key is version {version}.", flush=True)
    else:
        print(f"Going on with the rotation to version {version}.", flush=True)
    while True:
        step = actions.advance_key_rotation(actor, clock.business_now(), family=family, limit=arguments.batch)
        print(f"{step.done} rows brought over, {step.left} left.", flush=True)
        if step.left == 0:
            break
        if step.done == 0:
            time.sleep(0.2)  # the rows left are held by others for a moment
    actions.finish_key_rotation(actor, clock.business_now(), family=family)
    print(f"Done: version {version} stands alone. The old key stays on the ring for old backups.")
    return 0
