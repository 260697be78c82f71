"""`nesie staff`: accounts of the personnel, from the machine itself (clause 28)."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

from nesie.entrypoints import clock
from nesie.kernel.actor import STAFF_ROLES, Channel, Role, worker
from nesie.kernel.refused import Refused


def add(commands: Any) -> None:
    """Register `nesie staff`."""
    group = commands.add_parser("staff", help="accounts of the personnel").add_subparsers(required=True, metavar="ACT")
    made = group.add_parser("create", help="open an account and print its one-time invitation")
    made.add_argument("login", help="the name to sign in with")
    made.add_argument("--name", required=True, help="surname and given name")
    made.add_argument(
        "--role",
        dest="roles",
        action="append",
        required=True,
        choices=sorted(role.value for role in STAFF_ROLES),
        help="may be given several times",
    )
    made.add_argument("--enrol", action="store_true", help="set the password and the authenticator app here and now")
    made.set_defaults(run=create)
    enrolled = group.add_parser("enrol", help="set the password and the authenticator app of an invited account")
    enrolled.set_defaults(run=enrol)


def create(arguments: argparse.Namespace) -> int:
    """Open the account; 1 when it is refused."""
    from nesie.foundation.access.actions import bootstrap_staff

    roles = tuple(Role(role) for role in arguments.roles)
    try:
        made = bootstrap_staff(
            worker(Channel.CLI), clock.business_now(), login=arguments.login, name=arguments.name, roles=roles
        )
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    if arguments.enrol:
        return _enrol(made.invitation)
    print(f"Invitation of {arguments.login}, good until {made.expires_at:%Y-%m-%d %H:%M} UTC, shown only now:")
    print(made.invitation)
    return 0


def enrol(arguments: argparse.Namespace) -> int:
    """Enrol with an invitation typed in, so that it stays out of the shell's history."""
    return _enrol(getpass.getpass("Invitation: ").strip())


def _enrol(invitation: str) -> int:
    import segno

    from nesie.foundation.access.actions import begin_enrolment, complete_enrolment

    actor = worker(Channel.CLI)
    try:
        shown = begin_enrolment(actor, clock.business_now(), invitation=invitation)
        segno.make(shown.uri, error="l").terminal(compact=True)
        print(f"Scan it with the authenticator app, or type in its key: {shown.secret}", flush=True)
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("The same again: "):
            print("The two differ.", file=sys.stderr)
            return 1
        totp = input("Code the app shows now: ")
        complete_enrolment(actor, clock.business_now(), invitation=invitation, password=password, totp=totp.strip())
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    print("The account is open.")
    return 0
