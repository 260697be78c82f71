"""Is a secret anywhere in a dump of the whole database, in whatever coat? (clauses 11-secrecy, 37.2)"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator

from nesie.entrypoints.cli.postgres import wheel_binaries

_BYTES = re.compile(r"\\x[0-9a-f]+")
_OF_BYTES = ("hex", "utf-16")


def pg_dump(owner_url: str) -> bytes:
    """The whole database as its owner reads it: tables, rows, sequences, as one SQL text."""
    program = wheel_binaries() / "pg_dump"
    command = [str(program) if program.exists() else str(shutil.which("pg_dump")), "--inserts", owner_url]
    env = dict(os.environ, LD_LIBRARY_PATH=str(program.parent.parent / "lib"))
    done = subprocess.run(command, capture_output=True, check=False, env=env)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def found(dump: bytes, secrets: Iterable[str | bytes]) -> list[str]:
    """Which secrets the dump holds and how: plain, hex, base64, escaped JSON; in any case of letters; and where.

    A secret shorter than five bytes would be found by chance: ValueError. Bytes stand in a dump as hexadecimal: there
    only hexadecimal is looked for, since in megabytes of ciphertext any nine digits stand beside each other some day.
    """
    whole = dump.decode(errors="replace")
    exact = _BYTES.sub(r"\\x", whole)
    among = {coat: (whole if coat in _OF_BYTES else exact).lower() for coat in (*_OF_BYTES, "plain", "json")}
    hits = []
    for secret in secrets:
        data = secret.encode() if isinstance(secret, str) else secret
        if len(data) < 5:
            raise ValueError("too short to be looked for")
        shown = secret if isinstance(secret, str) else data[:8].hex()
        hits += [
            f"{shown} as {coat}: {_around(among[coat], look)}" for coat, look in _coats(data) if look in among[coat]
        ]
        hits += [f"{shown} as base64: {_around(exact, look)}" for look in _base64(data) if look in exact]
    return hits


def _around(dump: str, look: str) -> str:
    """The table and what stands beside the first place, so that a failure names its column."""
    at = dump.index(look)
    row = dump.rfind("\ninsert into ", 0, at) if "\ninsert into " in dump else dump.rfind("\nINSERT INTO ", 0, at)
    return f"{dump[row + 1 : row + 60]}... {dump[max(row, at - 40) : at + len(look) + 40]}"


def _coats(data: bytes) -> Iterator[tuple[str, str]]:
    yield "hex", data.hex()
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    yield "plain", text.lower()
    for spelling in {text, text.lower(), text.upper()}:
        yield "hex", spelling.encode().hex()
        yield "utf-16", spelling.encode("utf-16-le").hex()
        yield "json", json.dumps(spelling)[1:-1].lower()


def _base64(data: bytes) -> Iterator[str]:
    for shift in range(3):
        # Inside a longer text the secret may begin at any of three places of a group; only whole groups are certain.
        encoded = base64.b64encode(b"\0" * shift + data).decode()
        whole = encoded[4 if shift else 0 : (len(data) + shift) // 3 * 4]
        if len(whole) >= 6:
            yield whole
            yield whole.replace("+", "-").replace("/", "_")
