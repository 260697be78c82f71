"""`nesie documents verify`: is every stored document still what was stored? (clause 11-doc)"""

from __future__ import annotations

import argparse
from typing import Any


def add(commands: Any) -> None:
    """Register `nesie documents`."""
    group = commands.add_parser("documents", help="stored documents").add_subparsers(required=True, metavar="ACT")
    group.add_parser("verify", help="check every document, and name those altered or gone").set_defaults(run=verify)


def verify(arguments: argparse.Namespace) -> int:
    """Print each finding and return 1, or say that all is well."""
    from nesie.foundation.documents import queries

    findings = queries.verify_all()
    for finding in findings:
        where = f"document {finding.document_id}" if finding.document_id else f"no. {finding.number}"
        of = f" of owner {finding.owner_id}" if finding.owner_id else ""
        print(f"{finding.problem}: {where}{of}")
    if findings:
        return 1
    print("Every document is as it was stored.")
    return 0
