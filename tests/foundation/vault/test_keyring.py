"""Key rings: the file one is private, atomic and shared; both do the same."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from nesie.foundation.vault.adapters.fake import FakeKeyRing
from nesie.foundation.vault.adapters.file import FileKeyRing, KeyFileUnsafe
from nesie.foundation.vault.gateways import KeyRing
from nesie.foundation.vault.rules import Family, KeyMissing, SealBroken


def _file(folder: Path) -> KeyRing:
    return FileKeyRing(folder / "keys")


def _fake(folder: Path) -> KeyRing:
    return FakeKeyRing()


@pytest.mark.parametrize("make", [_file, _fake])
def test_every_ring_wraps_and_marks(make: Callable[[Path], KeyRing], tmp_path: Path) -> None:
    ring = make(tmp_path)
    for version in (1, 2):
        for family in Family:
            ring.make(family, version)
            assert ring.has(family, version)
    wrapped = ring.wrap(1, b"k" * 32, b"context")
    assert b"k" * 8 not in wrapped
    assert ring.unwrap(1, wrapped, b"context") == b"k" * 32
    for version, data, context in ((2, wrapped, b"context"), (1, wrapped, b"other"), (1, wrapped[:-1], b"context")):
        with pytest.raises(SealBroken):
            ring.unwrap(version, data, context)
    marks = {
        ring.mac(family, version, label, data)
        for family in (Family.INDEX, Family.HASH)
        for version in (1, 2)
        for label in ("iin", "phone")
        for data in (b"1", b"2")
    }
    assert len(marks) == 16
    assert ring.mac(Family.INDEX, 1, "iin", b"1") == ring.mac(Family.INDEX, 1, "iin", b"1")


def test_a_key_once_made_stays(tmp_path: Path) -> None:
    ring = FileKeyRing(tmp_path / "keys")
    ring.make(Family.INDEX, 1)
    mark = ring.mac(Family.INDEX, 1, "x", b"y")
    FileKeyRing(tmp_path / "keys").make(Family.INDEX, 1)
    assert FileKeyRing(tmp_path / "keys").mac(Family.INDEX, 1, "x", b"y") == mark


def test_another_process_sees_a_new_key_without_a_restart(tmp_path: Path) -> None:
    one, two = FileKeyRing(tmp_path / "keys"), FileKeyRing(tmp_path / "keys")
    one.make(Family.MASTER, 1)
    wrapped = two.wrap(1, b"k" * 32, b"")
    one.make(Family.MASTER, 2)
    assert two.unwrap(2, one.wrap(2, b"k" * 32, b""), b"") == one.unwrap(1, wrapped, b"")


def test_a_missing_key_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing):
        FileKeyRing(tmp_path / "none").mac(Family.INDEX, 1, "x", b"y")


@pytest.mark.clause("37.2")
def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    FileKeyRing(folder).make(Family.MASTER, 1)
    path = folder / "vault.keys.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for mode in (0o640, 0o604, 0o660):
        path.chmod(mode)
        with pytest.raises(KeyFileUnsafe):
            FileKeyRing(folder).wrap(1, b"k" * 32, b"")
    path.chmod(0o600)
    folder.chmod(0o777)
    with pytest.raises(KeyFileUnsafe):
        FileKeyRing(folder).wrap(1, b"k" * 32, b"")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "keys"
    FileKeyRing(folder).make(Family.MASTER, 1)
    before = (folder / "vault.keys.json").read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        FileKeyRing(folder).make(Family.MASTER, 2)
    assert (folder / "vault.keys.json").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == [".vault.lock", "vault.keys.json"]
