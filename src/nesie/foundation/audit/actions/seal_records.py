"""The sealer: links and signs what has committed, without ever standing in the way of who appends (clause 32)."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from nesie.foundation.audit import queries
from nesie.foundation.audit.gateways import wired
from nesie.foundation.audit.models import AuditLeaf, AuditRecord, AuditSeal
from nesie.foundation.audit.rules import FIRST_PREVIOUS, SealBody, leaf_hash, merkle_root

BATCH = 5_000
_LOCK = 0x6E65736965  # one sealer at a time; appending never takes this lock


def seal_records(now: datetime) -> int:
    """Seal one batch of committed records and anchor the head; returns how many records were sealed.

    `now` is machine time. Not a use case: it is what makes the use cases' own records hold.
    A crash between commit and anchor is mended by the next call, which anchors the newest seal again.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                return 0
            # Everything below the snapshot's xmin has committed or is gone: nothing can appear there later.
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            settled = cursor.fetchone()[0]
        last = AuditSeal.objects.order_by("-number").first()
        rows = _batch(last.horizon if last else 0, settled)
        if rows:
            last = _write_seal(last, rows, settled, now)
    if last:
        wired().anchor.write(last.number, last.digest, last.sealed_at.isoformat())
    return len(rows)


def _batch(start: int, settled: int) -> list[AuditRecord]:
    waiting = AuditRecord.objects.filter(transaction__gte=start, transaction__lt=settled).order_by("transaction", "id")
    rows = list(waiting[: BATCH + 1])
    if len(rows) <= BATCH:
        return rows
    # A transaction is sealed whole, so that the horizon between two seals is a clean cut.
    cut = rows[-1].transaction
    whole = [row for row in rows if row.transaction < cut]
    return whole or list(waiting.filter(transaction=cut))


def _write_seal(last: AuditSeal | None, rows: list[AuditRecord], settled: int, now: datetime) -> AuditSeal:
    leaves = [leaf_hash(queries.row_as_sealed(row)) for row in rows]
    key = wired().seal_key
    body = SealBody(
        number=last.number + 1 if last else 1,
        previous=last.digest if last else FIRST_PREVIOUS,
        root=merkle_root(leaves).hex(),
        records=len(rows),
        horizon=min(settled, rows[-1].transaction + 1),
        sealed_at=now.isoformat(),
        key_id=key.key_id,
    )
    AuditLeaf.objects.bulk_create(
        AuditLeaf(record_id=row.id, seal_number=body.number, position=at, leaf=leaf)
        for at, (row, leaf) in enumerate(zip(rows, leaves, strict=True))
    )
    return AuditSeal.objects.create(
        number=body.number,
        body=body.to_bytes(),
        signature=key.sign(body.to_bytes()),
        digest=body.digest(),
        horizon=body.horizon,
        sealed_at=now,
    )
