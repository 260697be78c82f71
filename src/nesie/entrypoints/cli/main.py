"""`nesie ...`: the command line. Each file of this folder with an `add(subparsers)` brings its own commands."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys

import nesie
from nesie.entrypoints import cli


def parser() -> argparse.ArgumentParser:
    """The whole command line; a command sets `run(arguments)`, and `django=False` when it needs no rooms."""
    top = argparse.ArgumentParser(prog="nesie", description=nesie.__doc__)
    top.add_argument("--version", action="version", version=nesie.__version__)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in sorted(pkgutil.iter_modules(cli.__path__), key=lambda found: found.name):
        add = getattr(importlib.import_module(f"{cli.__name__}.{module.name}"), "add", None)
        if add is not None:
            add(commands)
    return top


def main(words: list[str] | None = None) -> int:
    """Run one command; the exit status says whether it did what was asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nesie.config.settings")
    arguments = parser().parse_args(words)
    if getattr(arguments, "django", True):
        import django

        django.setup()
    try:
        return int(arguments.run(arguments) or 0)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
