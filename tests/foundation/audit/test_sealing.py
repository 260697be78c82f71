"""The trail cannot be bent unnoticed, not even by the database owner (clause 32)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, transaction

from nesie.foundation.audit import queries
from nesie.foundation.audit.actions.seal_records import seal_records
from nesie.foundation.audit.adapters.file import FileAnchor, FileSealKey
from nesie.foundation.audit.gateways import Wiring
from nesie.foundation.audit.models import AuditRecord
from nesie.foundation.audit.rules import Fault, Finding, leaf_hash, merkle_root
from tests.sealing import seal_all

Owner = Callable[..., list[tuple[Any, ...]]]
UNGUARD = "ALTER TABLE {} DISABLE TRIGGER USER"


@pytest.fixture(autouse=True)
def wired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Wiring, "seal_key", FileSealKey(tmp_path / "keys"))
    monkeypatch.setattr(Wiring, "anchor", FileAnchor(tmp_path / "heads.jsonl"))


def write(now: datetime, act: str = "pay") -> int:
    return AuditRecord.objects.create(
        business_at=now, act=act, outcome="done", roles="worker", channel="job", case_id=uuid4(), arguments={"n": 1}
    ).id


@pytest.fixture
def sealed(fresh_db: object, now: datetime) -> list[int]:
    """Six records under three seals."""
    ids = []
    for _ in range(3):
        with transaction.atomic():  # two of one transaction come under one seal, whatever else the server is doing
            ids += [write(now), write(now)]
        assert seal_all(now) == 2
    assert queries.verify() is None
    return ids


@pytest.mark.clause("32")
def test_the_application_cannot_change_the_trail(fresh_db: object, now: datetime) -> None:
    from django.db import connection

    write(now)
    for change in (
        "UPDATE audit_auditrecord SET act = 'x'",
        "DELETE FROM audit_auditrecord",
        "TRUNCATE audit_auditrecord",
    ):
        with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(change)


@pytest.mark.clause("32")
def test_the_owner_is_stopped_by_the_trigger(sealed: list[int], owner_sql: Owner) -> None:
    for change in (
        "UPDATE audit_auditrecord SET act = 'x'",
        "DELETE FROM audit_auditseal",
        "TRUNCATE audit_auditleaf",
    ):
        with pytest.raises(psycopg.errors.RestrictViolation, match="never changed"):
            owner_sql(change)


@pytest.mark.clause("32")
def test_an_altered_record_is_named(sealed: list[int], owner_sql: Owner) -> None:
    owner_sql(UNGUARD.format("audit_auditrecord"))
    owner_sql("UPDATE audit_auditrecord SET act = 'steal' WHERE id = %s", [sealed[3]])
    assert queries.verify() == Finding(Fault.ALTERED, 2, sealed[3])


@pytest.mark.clause("32")
def test_a_record_altered_together_with_its_leaf_is_found_by_the_signed_root(
    sealed: list[int], owner_sql: Owner
) -> None:
    for table in ("audit_auditrecord", "audit_auditleaf"):
        owner_sql(UNGUARD.format(table))
    owner_sql("UPDATE audit_auditrecord SET act = 'steal' WHERE id = %s", [sealed[3]])
    forged = leaf_hash(queries.row_as_sealed(AuditRecord.objects.get(pk=sealed[3])))
    owner_sql("UPDATE audit_auditleaf SET leaf = %s WHERE record_id = %s", [forged, sealed[3]])
    finding = queries.verify()
    assert finding is not None
    assert (finding.fault, finding.seal) == (Fault.ALTERED, 2)


@pytest.mark.clause("32")
def test_a_deleted_record_is_named(sealed: list[int], owner_sql: Owner) -> None:
    owner_sql(UNGUARD.format("audit_auditrecord"))
    owner_sql("DELETE FROM audit_auditrecord WHERE id = %s", [sealed[2]])
    assert queries.verify() == Finding(Fault.DELETED, 2, sealed[2])


@pytest.mark.clause("32")
def test_a_record_slipped_in_behind_a_seal_is_named(sealed: list[int], owner_sql: Owner) -> None:
    [(forged,)] = owner_sql(
        "INSERT INTO audit_auditrecord (transaction, business_at, act, outcome, reason, roles, channel, session,"
        " case_id, arguments, release) SELECT transaction, business_at, 'forged', outcome, '', roles, channel, '',"
        " case_id, arguments, '' FROM audit_auditrecord WHERE id = %s RETURNING id",
        [sealed[0]],
    )
    assert queries.verify() == Finding(Fault.INSERTED, 1, forged)


@pytest.mark.clause("32")
def test_reordered_records_are_named(sealed: list[int], owner_sql: Owner) -> None:
    owner_sql(UNGUARD.format("audit_auditrecord"))
    owner_sql(
        "UPDATE audit_auditrecord SET transaction = (SELECT transaction FROM audit_auditrecord WHERE id = %s)"
        " WHERE id = %s",
        [sealed[5], sealed[0]],
    )
    assert queries.verify() == Finding(Fault.REORDERED, 1, sealed[0])


@pytest.mark.clause("32")
def test_a_cut_tail_is_found_by_the_anchor(sealed: list[int], owner_sql: Owner) -> None:
    for table in ("audit_auditrecord", "audit_auditleaf", "audit_auditseal"):
        owner_sql(UNGUARD.format(table))
    owner_sql("DELETE FROM audit_auditseal WHERE number = 3")
    owner_sql("DELETE FROM audit_auditleaf WHERE seal_number = 3")
    owner_sql("DELETE FROM audit_auditrecord WHERE id >= %s", [sealed[4]])
    assert queries.verify() == Finding(Fault.TAIL_CUT, 3, 0)


@pytest.mark.clause("32")
def test_a_forged_seal_has_no_signature(sealed: list[int], owner_sql: Owner) -> None:
    owner_sql(UNGUARD.format("audit_auditseal"))
    owner_sql(
        "UPDATE audit_auditseal SET body = convert_to(convert_from(body, 'UTF8') || ' ', 'UTF8') WHERE number = 2"
    )
    assert queries.verify() == Finding(Fault.SIGNATURE_INVALID, 2, 0)


@pytest.mark.clause("32")
def test_a_late_commit_is_never_sealed_over(fresh_db: Any, now: datetime) -> None:
    """A transaction that began first and commits last still comes under a later seal, in its place."""
    with psycopg.connect(fresh_db.url) as slow:
        slow.execute(
            "INSERT INTO audit_auditrecord (business_at, act, outcome, reason, roles, channel, session, case_id,"
            " arguments, release) VALUES (now(), 'late', 'done', '', 'worker', 'job', '', gen_random_uuid(), '{}', '')"
        )
        write(now)
        assert seal_records(now) == 0, "nothing may be sealed while an older transaction is open"
        assert queries.seal_state(now).waiting == 1
        slow.commit()
    assert seal_all(now) == 2
    assert queries.verify() is None


def test_the_tree_is_that_of_rfc_6962() -> None:
    """Heads of 1, 2, 3 and 7 leaves, computed by the recursive definition."""
    import hashlib

    def definition(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return leaves[0]
        split = 1
        while split * 2 < len(leaves):
            split *= 2
        return hashlib.sha256(b"\x01" + definition(leaves[:split]) + definition(leaves[split:])).digest()

    for count in range(1, 40):
        leaves = [leaf_hash({"n": n}) for n in range(count)]
        assert merkle_root(leaves) == definition(leaves)
