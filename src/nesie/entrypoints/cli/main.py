"""`nesie ...`: the command line. Each file of this folder with an `add(subparsers)` brings its own commands."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys

import nesie
from nesie.entrypoints import cli


def parser(first_word: str = "") -> argparse.ArgumentParser:
    """The command line; a command sets `run(arguments)`, and `django=False` when it needs no rooms.

    When a file bears the name of the first word only that one is read: a command starts no slower for the others.
    """
    top = argparse.ArgumentParser(prog="nesie", description=nesie.__doc__)
    top.add_argument("--version", action="version", version=nesie.__version__)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    every = sorted(module.name for module in pkgutil.iter_modules(cli.__path__))
    for name in [first_word] if first_word in every else every:
        add = getattr(importlib.import_module(f"{cli.__name__}.{name}"), "add", None)
        if add is not None:
            add(commands)
    return top


def main(words: list[str] | None = None) -> int:
    """Run one command; the exit status says whether it did what was asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nesie.config.settings")
    words = sys.argv[1:] if words is None else words
    arguments = parser(words[0] if words else "").parse_args(words)
    if getattr(arguments, "django", True):
        import django

        django.setup()
    try:
        return int(arguments.run(arguments) or 0)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
