"""Reading the trail, and proving that nobody has bent it (clause 32)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from nesie.foundation.audit.gateways import wired
from nesie.foundation.audit.models import AuditLeaf, AuditRecord, AuditSeal
from nesie.foundation.audit.rules import FIRST_PREVIOUS, Fault, Finding, SealBody, leaf_hash, merkle_root


@dataclass(frozen=True, slots=True)
class RecordView:
    """One line of the trail for a page."""

    id: int
    recorded_at: datetime
    business_at: datetime
    act: str
    outcome: str
    reason: str
    actor_id: UUID | None
    roles: str
    channel: str
    case_id: UUID
    cause_id: UUID | None
    arguments: dict[str, Any]
    result: Any
    sealed: bool


@dataclass(frozen=True, slots=True)
class SealState:
    """Where the sealer stands: how many records wait, the age of the oldest in seconds, the newest seal."""

    waiting: int
    lag_seconds: float
    seal_number: int
    sealed_at: datetime | None


def trail_of(subject_id: UUID, limit: int = 200) -> list[RecordView]:
    """The newest records that speak of an object, newest first."""
    return _views(AuditRecord.objects.filter(subjects__subject_id=subject_id).order_by("-id")[:limit])


def noted(name: str) -> Iterator[str]:
    """Every value that acts noted under a name (`use_case.note`), oldest first."""
    rows = AuditRecord.objects.filter(arguments__noted__has_key=name).order_by("id")
    for arguments in rows.values_list("arguments", flat=True).iterator(chunk_size=1000):
        yield from arguments["noted"][name]


def newest(*, before: int | None = None, act: str = "", outcome: str = "", limit: int = 100) -> list[RecordView]:
    """A page of the whole trail, newest first; `before` is the id to go on from."""
    rows = AuditRecord.objects.order_by("-id")
    if before:
        rows = rows.filter(id__lt=before)
    if act:
        rows = rows.filter(act=act)
    if outcome:
        rows = rows.filter(outcome=outcome)
    return _views(rows[:limit])


def _views(rows: Any) -> list[RecordView]:
    found = list(rows)
    sealed = set(AuditLeaf.objects.filter(record_id__in=[r.id for r in found]).values_list("record_id", flat=True))
    names = [name for name in RecordView.__dataclass_fields__ if name != "sealed"]
    return [RecordView(**{n: getattr(row, n) for n in names}, sealed=row.id in sealed) for row in found]


def row_as_sealed(row: AuditRecord) -> dict[str, Any]:
    """Every column of a record in the form that is hashed."""
    return {field.attname: _plain(getattr(row, field.attname)) for field in AuditRecord._meta.concrete_fields}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value


def seal_state(machine_now: datetime) -> SealState:
    """How far the sealer is behind, in records and seconds."""
    last = AuditSeal.objects.order_by("-number").first()
    waiting = AuditRecord.objects.filter(transaction__gte=last.horizon if last else 0)
    oldest = waiting.order_by("transaction", "id").first()
    lag = (machine_now - oldest.recorded_at).total_seconds() if oldest else 0.0
    return SealState(waiting.count(), max(lag, 0.0), last.number if last else 0, last.sealed_at if last else None)


def verify() -> Finding | None:
    """Walk the whole trail and name the first bad record; None when every sealed record stands as it was sealed.

    Finds altered, deleted, inserted and reordered records, broken or forged seals, and a cut tail (by the anchor).
    Records newer than the last seal are not yet proven: `seal_state` tells how many.
    """
    try:
        anchored = dict(wired().anchor.heads())
    except ValueError:
        return Finding(Fault.ANCHOR_BROKEN, 0, 0)
    previous, horizon, expected = FIRST_PREVIOUS, 0, 1
    for seal in AuditSeal.objects.order_by("number").iterator():
        finding = _verify_seal(seal, previous, horizon, expected, anchored)
        if finding:
            return finding
        previous, horizon, expected = seal.digest, seal.horizon, expected + 1
    if anchored and max(anchored) >= expected:
        return Finding(Fault.TAIL_CUT, expected, _first_leaf(expected))
    return None


def _first_leaf(number: int) -> int:
    leaf = AuditLeaf.objects.filter(seal_number=number).order_by("position").first()
    return leaf.record_id if leaf else 0


def _verify_seal(
    seal: AuditSeal, previous: str, horizon: int, expected: int, anchored: dict[int, str]
) -> Finding | None:
    if seal.number != expected:
        return Finding(Fault.SEAL_BROKEN, expected, 0)
    try:
        body = SealBody(**json.loads(bytes(seal.body)))
    except (ValueError, TypeError):
        return Finding(Fault.SEAL_BROKEN, seal.number, 0)
    if not wired().seal_key.verify(body.key_id, bytes(seal.body), bytes(seal.signature)):
        return Finding(Fault.SIGNATURE_INVALID, seal.number, 0)
    stands = (body.number, body.previous, body.horizon, body.digest()) == (
        seal.number,
        previous,
        seal.horizon,
        seal.digest,
    )
    if not stands or anchored.get(seal.number, seal.digest) != seal.digest:
        return Finding(Fault.SEAL_BROKEN, seal.number, 0)
    return _verify_records(seal, body, horizon)


def _verify_records(seal: AuditSeal, body: SealBody, horizon: int) -> Finding | None:
    leaves = list(AuditLeaf.objects.filter(seal_number=seal.number).order_by("position"))
    rows = list(
        AuditRecord.objects.filter(transaction__gte=horizon, transaction__lt=seal.horizon).order_by("transaction", "id")
    )
    hashes = {row.id: leaf_hash(row_as_sealed(row)) for row in rows}
    known = {leaf.record_id: bytes(leaf.leaf) for leaf in leaves}
    for leaf in leaves:
        if leaf.record_id not in hashes:
            moved = AuditRecord.objects.filter(pk=leaf.record_id).exists()
            return Finding(Fault.REORDERED if moved else Fault.DELETED, seal.number, leaf.record_id)
        if hashes[leaf.record_id] != known[leaf.record_id]:
            return Finding(Fault.ALTERED, seal.number, leaf.record_id)
    for row in rows:
        if row.id not in known:
            return Finding(Fault.INSERTED, seal.number, row.id)
    for at, (row, leaf) in enumerate(zip(rows, leaves, strict=True)):
        if (row.id, at) != (leaf.record_id, leaf.position):
            return Finding(Fault.REORDERED, seal.number, row.id)
    # The leaves agree with the rows; the signed root says whether both are what was sealed.
    if merkle_root([bytes(leaf.leaf) for leaf in leaves]).hex() != body.root or len(leaves) != body.records:
        return Finding(Fault.ALTERED, seal.number, leaves[0].record_id if leaves else 0)
    return None
