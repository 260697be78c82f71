"""A key ring in one file of the lender's machine, outside the database and its backups."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nesie.foundation.vault import rules
from nesie.foundation.vault.rules import Family, KeyMissing

FILE_NAME = "vault.keys.json"


class KeyFileUnsafe(Exception):
    """The key file or its folder may be read or written by others, or is not ours."""


class FileKeyRing:
    """Keys in `<folder>/vault.keys.json`, mode 0600 in a folder of mode 0700; read again when it has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / FILE_NAME
        self._seen: tuple[int, int, int] | None = None
        self._keys: dict[tuple[Family, int], bytes] = {}

    def wrap(self, version: int, key: bytes, context: bytes) -> bytes:
        """As KeyRing."""
        master = self._key(Family.MASTER, version)
        return rules.wrap(master, key, nonce=os.urandom(rules.NONCE_BYTES), context=context)

    def unwrap(self, version: int, wrapped: bytes, context: bytes) -> bytes:
        """As KeyRing."""
        return rules.unwrap(self._key(Family.MASTER, version), wrapped, context=context)

    def mac(self, family: Family, version: int, label: str, data: bytes) -> bytes:
        """As KeyRing."""
        return rules.mac(self._key(family, version), label, data)

    def has(self, family: Family, version: int) -> bool:
        """As KeyRing."""
        self._refresh()
        return (family, version) in self._keys

    def make(self, family: Family, version: int) -> None:
        """As KeyRing; also makes the folder and the file when there are none."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._alone():
            self._refresh()
            if (family, version) not in self._keys:
                self._write({**self._keys, (family, version): os.urandom(rules.KEY_BYTES)})
                self._refresh()

    def _key(self, family: Family, version: int) -> bytes:
        found = self._keys.get((family, version))
        if found is None:
            self._refresh()  # another process may have added it since
            found = self._keys.get((family, version))
        if found is None:
            raise KeyMissing(f"{self._path} holds no {family} key {version}; `nesie keys init` makes the first ones")
        return found

    def _refresh(self) -> None:
        """Read the file when it is new to us. KeyFileUnsafe unless only its owner, who we are, can read it."""
        if not self._path.exists():
            return
        _check(self._folder, forbidden=0o022)
        with self._path.open("rb") as file:
            known = os.fstat(file.fileno())
            _check_mode(self._path, known, forbidden=0o077)
            mark = (known.st_ino, known.st_mtime_ns, known.st_size)
            if mark == self._seen:
                return
            content = json.load(file)
        self._keys = {
            (Family(family), int(version)): base64.b64decode(text)
            for family, versions in content["keys"].items()
            for version, text in versions.items()
        }
        self._seen = mark

    def _write(self, keys: dict[tuple[Family, int], bytes]) -> None:
        """Replace the file at once: a reader, or a power cut, meets the old one or the new one, never a half."""
        content: dict[str, dict[str, str]] = {}
        for (family, version), key in sorted(keys.items()):
            content.setdefault(family.value, {})[str(version)] = base64.b64encode(key).decode()
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".vault.")  # mkstemp gives mode 0600
        try:
            with os.fdopen(handle, "w") as file:
                json.dump({"format": 1, "keys": content}, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self._path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(self._folder)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        handle = os.open(self._folder / ".vault.lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _check(path: Path, *, forbidden: int) -> None:
    _check_mode(path, path.stat(), forbidden=forbidden)


def _check_mode(path: Path, known: os.stat_result, *, forbidden: int) -> None:
    if known.st_uid not in (os.geteuid(), 0):
        raise KeyFileUnsafe(f"{path} belongs to another user")
    if stat.S_IMODE(known.st_mode) & forbidden:
        raise KeyFileUnsafe(f"{path} has mode {stat.S_IMODE(known.st_mode):04o}: others must have no access to it")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
