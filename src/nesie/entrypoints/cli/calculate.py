"""`nesie calculate schedule|gesv|loan`: JSON on standard input, JSON on standard output; no database, nothing kept."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

WRONG_INPUT = 2


def add(commands: Any) -> None:
    """Register `nesie calculate`."""
    from nesie.entrypoints.calculator import CALCULATIONS

    group = commands.add_parser("calculate", help="schedules and rates: JSON in, JSON out, no database needed")
    which = group.add_subparsers(required=True, metavar="WHAT")
    for name, help_text in CALCULATIONS.items():
        one = which.add_parser(name, help=help_text)
        one.add_argument("--schema", action="store_true", help="print the JSON Schema of question and answer instead")
        one.set_defaults(run=run, django=False, name=name)


def run(arguments: argparse.Namespace) -> int:
    """Print the answer and return 0, or print what is wrong, by field, and return 2."""
    from nesie.entrypoints import calculator

    if arguments.schema:
        _print(calculator.schema(arguments.name))
        return 0
    try:
        print(calculator.answer(arguments.name, sys.stdin.buffer.read()))
    except calculator.WrongInput as wrong:
        _print(wrong.told)
        print(f"nesie calculate {arguments.name}: {wrong}", file=sys.stderr)
        return WRONG_INPUT
    return 0


def _print(told: dict[str, Any]) -> None:
    print(json.dumps(told, ensure_ascii=False, indent=2))
