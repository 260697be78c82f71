"""Keys rotate while the system works: everything stays readable, findable and unique, and a killed rotation goes on."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction

from nesie.foundation.vault import actions, queries
from nesie.foundation.vault.adapters.file import FileKeyRing
from nesie.foundation.vault.gateways import Wiring
from nesie.foundation.vault.models import DataKey, IndexClaim, IndexRow, KeyVersion
from nesie.foundation.vault.rules import (
    Family,
    IndexedField,
    IndexTaken,
    KeyMissing,
    KeyState,
    NoRotationUnderWay,
    RotationUnderWay,
    RotationUnfinished,
)
from nesie.kernel.actor import worker

IIN = IndexedField.IIN
ROW = UUID(int=1)


@pytest.fixture
def ring(fresh_db: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileKeyRing:
    """An own key file, so that new versions do not pile up in the shared one."""
    made = FileKeyRing(tmp_path / "keys")
    monkeypatch.setattr(Wiring, "keyring", made)
    queries._opened_keys.clear()
    actions.make_first_keys()
    return made


def _in_thread(errors: list[BaseException], work: Callable[[], None]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def _rotate(family: Family, now: datetime, limit: int = 500) -> None:
    actions.begin_key_rotation(worker(), now, family=family)
    while actions.advance_key_rotation(worker(), now, family=family, limit=limit).left:
        pass
    actions.finish_key_rotation(worker(), now, family=family)


@pytest.mark.clause("37.2")
def test_after_a_master_rotation_all_opens_and_nothing_hangs_on_the_old_key(ring: FileKeyRing, now: datetime) -> None:
    owners = [uuid4() for _ in range(7)]
    sealed = {owner: actions.seal_bytes(owner, "t.c", ROW, owner.bytes) for owner in owners}
    actions.begin_key_rotation(worker(), now, family=Family.MASTER)
    late = uuid4()
    sealed[late] = actions.seal_bytes(late, "t.c", ROW, late.bytes)
    assert DataKey.objects.get(owner_id=late).master_version == 2
    step = actions.advance_key_rotation(worker(), now, family=Family.MASTER, limit=3)
    assert (step.done, step.left) == (3, 4)
    _opens(sealed)
    with pytest.raises(RotationUnfinished):
        actions.finish_key_rotation(worker(), now, family=Family.MASTER)
    with pytest.raises(RotationUnderWay):
        actions.begin_key_rotation(worker(), now, family=Family.MASTER)
    assert actions.advance_key_rotation(worker(), now, family=Family.MASTER).left == 0
    assert actions.finish_key_rotation(worker(), now, family=Family.MASTER) == 2
    assert set(DataKey.objects.values_list("master_version", flat=True)) == {2}
    states = dict(KeyVersion.objects.filter(family=Family.MASTER).values_list("version", "state"))
    assert states == {1: KeyState.RETIRED, 2: KeyState.CURRENT}
    _opens(sealed)
    with pytest.raises(NoRotationUnderWay):
        actions.advance_key_rotation(worker(), now, family=Family.MASTER)


def _opens(sealed: dict[UUID, bytes]) -> None:
    queries._opened_keys.clear()
    for owner, data in sealed.items():
        assert queries.open_bytes(owner, "t.c", ROW, data) == owner.bytes


def test_a_claim_is_unique_repeatable_and_can_be_given_up(ring: FileKeyRing) -> None:
    mine, theirs = uuid4(), uuid4()
    actions.claim_index(mine, IndexedField.PHONE, "+7 701 123 45 67")
    actions.claim_index(mine, IndexedField.PHONE, "87011234567")
    assert IndexClaim.objects.count() == 1
    with pytest.raises(IndexTaken):
        actions.claim_index(theirs, IndexedField.PHONE, "7011234567")
    assert queries.find_owner(IndexedField.PHONE, "8 (701) 1234567") == mine
    assert queries.find_owner(IIN, "77011234567") is None  # another field, another key
    actions.release_index(theirs, IndexedField.PHONE, "77011234567")
    assert queries.find_owner(IndexedField.PHONE, "77011234567") == mine
    actions.release_index(mine, IndexedField.PHONE, "77011234567")
    assert queries.find_owner(IndexedField.PHONE, "77011234567") is None
    actions.claim_index(theirs, IndexedField.PHONE, "77011234567")
    assert queries.find_owner(IndexedField.PHONE, "77011234567") == theirs


def test_a_value_is_unique_in_each_phase_of_an_index_rotation(ring: FileKeyRing, now: datetime) -> None:
    owners = {f"85010130{n:04}": uuid4() for n in range(6)}

    def all_unique() -> None:
        for value, owner in owners.items():
            assert queries.find_owner(IIN, value) == owner
            with pytest.raises(IndexTaken):
                actions.claim_index(uuid4(), IIN, value)

    for value in list(owners)[:4]:
        actions.claim_index(owners[value], IIN, value)
    actions.begin_key_rotation(worker(), now, family=Family.INDEX)
    for value in list(owners)[4:]:
        actions.claim_index(owners[value], IIN, value)
    all_unique()
    assert actions.advance_key_rotation(worker(), now, family=Family.INDEX, limit=2).left == 2
    all_unique()
    with pytest.raises(RotationUnfinished):
        actions.finish_key_rotation(worker(), now, family=Family.INDEX)
    actions.advance_key_rotation(worker(), now, family=Family.INDEX)
    all_unique()
    actions.finish_key_rotation(worker(), now, family=Family.INDEX)
    all_unique()
    assert set(IndexRow.objects.values_list("key_version", flat=True)) == {2}


def test_a_rotation_waits_for_a_claim_under_way(ring: FileKeyRing, now: datetime) -> None:
    """A claim that knows only the old version must commit before the new one begins to be filled."""
    claimed, go_on, errors = threading.Event(), threading.Event(), []
    owner, value = uuid4(), "850101300123"

    def claim_slowly() -> None:
        with transaction.atomic():
            actions.claim_index(owner, IIN, value)
            claimed.set()
            assert go_on.wait(10)

    begun: list[float] = []

    def begin() -> None:
        actions.begin_key_rotation(worker(), now, family=Family.INDEX)
        begun.append(time.monotonic())

    first = _in_thread(errors, claim_slowly)
    assert claimed.wait(10)
    second = _in_thread(errors, begin)
    time.sleep(0.3)
    assert not begun
    released = time.monotonic()
    go_on.set()
    first.join(10)
    second.join(10)
    assert not errors
    assert begun[0] >= released
    assert actions.advance_key_rotation(worker(), now, family=Family.INDEX).done == 1
    actions.finish_key_rotation(worker(), now, family=Family.INDEX)
    assert queries.find_owner(IIN, value) == owner


@pytest.mark.clause("37.2")
def test_concurrent_claims_stay_unique_while_the_index_key_rotates_twice(ring: FileKeyRing, now: datetime) -> None:
    """Four writers fight for the same values on real commits while two rotations run to their end."""
    values = [f"8501013{n:05}" for n in range(60)]
    won: dict[str, set[UUID]] = defaultdict(set)
    errors: list[BaseException] = []
    done = threading.Event()

    def fight(seed: int) -> None:
        chance = random.Random(seed)
        while not done.is_set() or len(won) <= 30:  # a slow machine may not have come far yet
            value, owner = chance.choice(values), uuid4()
            try:
                actions.claim_index(owner, IIN, value)
                won[value].add(owner)
                assert queries.find_owner(IIN, value) == owner
            except IndexTaken:
                assert queries.find_owner(IIN, value) is not None
            time.sleep(0.001)

    writers = [_in_thread(errors, lambda seed=seed: fight(seed)) for seed in range(4)]
    try:
        for _ in range(2):
            time.sleep(0.3)
            _rotate(Family.INDEX, now, limit=7)
    finally:
        done.set()
        for writer in writers:
            writer.join(60)
    assert not errors, errors
    assert all(len(owners) == 1 for owners in won.values())
    assert len(won) > 30
    assert {value: queries.find_owner(IIN, value) for value in won} == {v: next(iter(o)) for v, o in won.items()}
    assert IndexRow.objects.count() == IndexClaim.objects.count() == len(won)
    assert set(IndexRow.objects.values_list("key_version", flat=True)) == {3}


@pytest.mark.clause("37.2")
@pytest.mark.parametrize("family", ["index", "master"])
def test_a_killed_rotation_goes_on(fresh_db: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, family: str) -> None:
    monkeypatch.setattr(Wiring, "keyring", FileKeyRing(tmp_path))
    queries._opened_keys.clear()
    actions.make_first_keys()
    owners = {f"8501013{n:05}": uuid4() for n in range(40)}
    for value, owner in owners.items():
        actions.claim_index(owner, IIN, value)
    environment = fresh_db.env | {"NESIE_KEYS_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "nesie.entrypoints.cli.main", "keys", f"rotate-{family}", "--batch", "2"]
    program = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    for line in program.stdout:
        if "34 left" in line:
            program.send_signal(signal.SIGKILL)
            break
    program.wait(10)
    assert queries.rotation_left(Family(family)) > 0
    with pytest.raises(IndexTaken):
        actions.claim_index(uuid4(), IIN, next(iter(owners)))
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert again.stdout.startswith("Going on with the rotation to version 2.")
    queries._opened_keys.clear()
    assert {value: queries.find_owner(IIN, value) for value in owners} == owners
    assert {claim.value for claim in IndexClaim.objects.all()} == set(owners)
    assert queries.rotating(Family(family)) is None


def test_fresh_keys_are_refused_to_a_database_already_sealed(
    ring: FileKeyRing, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert actions.make_first_keys() is False
    actions.claim_index(uuid4(), IIN, "850101300123")
    monkeypatch.setattr(Wiring, "keyring", FileKeyRing(tmp_path / "elsewhere"))
    with pytest.raises(KeyMissing):
        actions.make_first_keys()


def test_the_command_makes_keys_once(fresh_db: Any, tmp_path: Path) -> None:
    environment = fresh_db.env | {"NESIE_KEYS_DIR": str(tmp_path / "keys")}
    command = [sys.executable, "-m", "nesie.entrypoints.cli.main", "keys", "init"]
    first = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert first.returncode == 0, first.stderr
    kept = {path.name: path.read_bytes() for path in (tmp_path / "keys").iterdir()}
    assert "were made" in first.stdout
    assert {"vault.keys.json", "lender-sign.key", "lender-sign.pem"} <= set(kept)
    second = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "are there" in second.stdout
    assert {path.name: path.read_bytes() for path in (tmp_path / "keys").iterdir()} == kept
    assert tmp_path / "keys" != settings.NESIE_KEYS_DIR
