"""Opening sealed values, finding owners by blind index, keyed hashes; and the one key ring in use."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef

from nesie.foundation.vault import rules
from nesie.foundation.vault.gateways import KeyRing, Wiring
from nesie.foundation.vault.models import DataKey, IndexClaim, IndexRow, KeyVersion
from nesie.foundation.vault.rules import Family, IndexedField, KeyState, SealBroken
from nesie.kernel.ids import OwnerId

_KEPT_KEYS = 4096
_HASH_VERSION = 1
_opened_keys: dict[tuple[UUID, int], bytes] = {}


def keyring() -> KeyRing:
    """The key ring in force, as `config` wired it."""
    return Wiring.keyring


def open_bytes(owner_id: UUID, label: str, row_id: UUID, sealed: bytes) -> bytes:
    """The bytes that `actions.seal_bytes` sealed for this owner, label and row.

    SealBroken when they were altered, moved to another place, or their data key is gone.
    """
    version = rules.key_version_of(sealed)
    kept = _opened_keys.get((owner_id, version))
    if kept is not None:
        try:
            return rules.unseal(kept, sealed, label=label, row_id=row_id)
        except SealBroken:
            # The kept key may come from a transaction that was rolled back: the database decides.
            _opened_keys.pop((owner_id, version), None)
    return rules.unseal(_data_key(owner_id, version), sealed, label=label, row_id=row_id)


def load_keys(owner_ids: Iterable[UUID]) -> None:
    """Fetch the data keys of many owners in one query, before a list of their rows is read."""
    wanted = [owner for owner in set(owner_ids) if (owner, 1) not in _opened_keys]
    for row in DataKey.objects.filter(owner_id__in=wanted):
        _keep(row.owner_id, row.version, unwrapped(row))


def unwrapped(row: DataKey) -> bytes:
    """The data key of a row, by the master key that wraps it."""
    context = key_context(row.owner_id, row.version, row.master_version)
    return keyring().unwrap(row.master_version, bytes(row.wrapped), context)


def key_context(owner_id: UUID, version: int, master_version: int) -> bytes:
    """What a wrapped data key is bound to."""
    return rules.bound_to("vault_datakey", owner_id, version, master_version)


def find_owner(field: IndexedField, value: str) -> OwnerId | None:
    """Who holds this value, or None. Right during a key rotation too."""
    while True:
        versions = index_versions()
        found = (
            IndexRow.objects.filter(
                field=field,
                key_version__in=versions,
                digest__in=[index_digest(field, version, value) for version in versions],
            )
            .values_list("claim__owner_id", flat=True)
            .first()
        )
        # A rotation may have ended between the two reads and taken the rows of the old version away. Asked for a
        # value that was found too: how long the answer takes must not tell whether anybody has it.
        if versions == index_versions() or found is not None:
            return None if found is None else OwnerId(found)


def index_versions() -> list[int]:
    """The index key versions that every claim must have a row for, oldest first."""
    live = KeyVersion.objects.filter(family=Family.INDEX, state__in=[KeyState.CURRENT, KeyState.FILLING])
    return list(live.order_by("version").values_list("version", flat=True))


def index_digest(field: IndexedField, version: int, value: str) -> bytes:
    """The blind index of a value: each field has its own key."""
    return keyring().mac(Family.INDEX, version, field.value, rules.normalised(field, value).encode())


def keyed_hash(purpose: str, text: str) -> bytes:
    """32 bytes standing for a short secret, such as a one-time code: useless without the key ring.

    `purpose` separates uses (put the subject's id in it, so that equal codes of two people look different).
    """
    return keyring().mac(Family.HASH, _HASH_VERSION, purpose, text.encode())


def rotating(family: Family) -> int | None:
    """The version that a rotation under way brings in, or None."""
    versions = KeyVersion.objects.filter(family=family)
    if family is Family.INDEX:
        filling = versions.filter(state=KeyState.FILLING).first()
        return filling.version if filling else None
    if not versions.filter(state=KeyState.RETIRING).exists():
        return None
    return versions.get(state=KeyState.CURRENT).version


def rotation_left(family: Family) -> int:
    """How many rows still depend on the old key; 0 when no rotation is under way."""
    version = rotating(family)
    if version is None:
        return 0
    if family is Family.MASTER:
        return DataKey.objects.exclude(master_version=version).count()
    filled = IndexRow.objects.filter(claim=OuterRef("pk"), key_version=version)
    return IndexClaim.objects.filter(~Exists(filled)).count()


def newest_version(family: Family) -> int:
    """The highest version ever in use."""
    return KeyVersion.objects.filter(family=family).order_by("-version").values_list("version", flat=True)[0]


def _data_key(owner_id: UUID, version: int) -> bytes:
    row = DataKey.objects.filter(owner_id=owner_id, version=version).first()
    if row is None:
        raise SealBroken(f"owner {owner_id} has no data key {version}")
    return _keep(owner_id, version, unwrapped(row))


def _keep(owner_id: UUID, version: int, key: bytes) -> bytes:
    if len(_opened_keys) >= _KEPT_KEYS:
        _opened_keys.clear()
    _opened_keys[(owner_id, version)] = key
    return key
