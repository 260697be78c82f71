"""`nesie documents verify`: is every document, signature and proof still what was stored? (clause 11-doc)"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any


def add(commands: Any) -> None:
    """Register `nesie documents`."""
    group = commands.add_parser("documents", help="stored documents").add_subparsers(required=True, metavar="ACT")
    told = "check every document, signature and proof, and name those altered or gone"
    group.add_parser("verify", help=told).set_defaults(run=verify)


def verify(arguments: argparse.Namespace) -> int:
    """Print each finding and return 1, or say that all is well. Asks nobody outside: what was kept is enough."""
    from nesie.foundation.vault.rules import KeyMissing

    found = False
    try:
        for line in _findings():
            found = True
            print(line)
    except KeyMissing as missing:
        # Nothing can be said of what cannot be opened: neither that it stands nor that it was altered.
        print(f"Cannot be checked: {missing}", file=sys.stderr)
        return 2
    if found:
        return 1
    print("Every document, signature and proof is as it was stored.")
    return 0


def _findings() -> Iterator[str]:
    from nesie.foundation.audit import queries as audit
    from nesie.foundation.documents import queries as documents
    from nesie.foundation.identification import queries as identification
    from nesie.journey.contracts import queries as contracts

    for finding in documents.verify_all():
        where = f"document {finding.document_id}" if finding.document_id else f"no. {finding.number}"
        of = f" of owner {finding.owner_id}" if finding.owner_id else ""
        yield f"{finding.problem}: {where}{of}"
    for row in (*identification.altered_rows(), *contracts.altered_rows()):
        yield f"{row.problem}: row {row.key} of {row.table}"
    for broken in identification.broken_signatures():
        yield f"signature_broken: proof {broken.proof_id} ({broken.failed_check or 'its pieces do not fit'})"
    # What is above was held against the audit trail: it must stand itself.
    trail = audit.verify()
    if trail is not None:
        yield f"audit_trail: {trail}"
