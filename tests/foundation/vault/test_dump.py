"""The checker of dumps finds what it is for, and a dump of sealed data holds nothing."""

from __future__ import annotations

import base64
import json
import stat
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from nesie.foundation.documents import actions as documents
from nesie.foundation.vault import actions, queries
from nesie.foundation.vault.rules import IndexedField
from tests import dump

SECRET = "Әлиева 850101400123"


@pytest.mark.parametrize(
    "text",
    [
        f"INSERT ('{SECRET}')".encode(),
        SECRET.upper().encode(),
        b"'\\x00" + SECRET.encode().hex().encode() + b"ff'",
        json.dumps({"name": SECRET}).encode(),
        *(base64.b64encode(b"x" * shift + SECRET.encode() + b"yyy") for shift in range(4)),
        base64.urlsafe_b64encode(SECRET.encode() + b"?"),
    ],
)
def test_a_secret_is_found_in_every_coat(text: bytes) -> None:
    assert dump.found(b"before " + text + b" after", [SECRET])


def test_nothing_is_found_where_nothing_is() -> None:
    assert dump.found(b"INSERT ('850101400124')", [SECRET, b"\x89PNG\r\n"]) == []
    assert dump.found(b"INSERT ('\\x00850101400123ff')", ["850101400123"]) == [], "bytes that look like digits"
    with pytest.raises(ValueError, match="short"):
        dump.found(b"", ["1234"])


@pytest.mark.clause("37.2", "11-secrecy")
def test_a_dump_of_the_database_shows_nothing_sealed_and_no_key(fresh_db: Any, now: datetime) -> None:
    owner = uuid4()
    secrets = ["850101400123", "77011234567", "KZ74700000000000100", "N12345678", "230340999023"]
    for field, value in zip(IndexedField, [secrets[0], secrets[1], secrets[3], secrets[2], secrets[4]], strict=True):
        actions.claim_index(owner, field, value)
    content, name = b"%PDF a contract with " + SECRET.encode(), "Әлиева-шарт.pdf"
    documents.store(
        owner, kind="x", content=content, media_type="application/pdf", file_name=name, now=now, retention="contract"
    )
    ring = json.loads((settings.NESIE_KEYS_DIR / "vault.keys.json").read_text())["keys"]
    keys = [base64.b64decode(key) for versions in ring.values() for key in versions.values()]
    whole = dump.pg_dump(fresh_db.owner_url)
    assert b"vault_indexclaim" in whole
    assert str(owner).encode() in whole
    assert dump.found(whole, [*secrets, SECRET, content, name, *keys]) == []
    assert queries.find_owner(IndexedField.IIN, secrets[0]) == owner  # and it is all there


@pytest.mark.clause("37.2")
def test_the_keys_are_outside_the_database_and_private() -> None:
    path = Path(settings.NESIE_KEYS_DIR) / "vault.keys.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
