"""`nesie documents verify` says what is wrong, and says it by its exit status."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from nesie.foundation.documents.actions import store

COMMAND = [sys.executable, "-m", "nesie.entrypoints.cli.main", "documents", "verify"]


@pytest.mark.clause("11-doc")
def test_one_command_reports_an_altered_byte(fresh_db: Any, owner_sql: Callable[..., Any], now: datetime) -> None:
    document = store(
        uuid4(), kind="x", content=b"y" * 99, media_type="text/plain", file_name="z", now=now, retention="contract"
    )
    fine = subprocess.run(COMMAND, env=fresh_db.env, capture_output=True, text=True, check=False)
    assert (fine.returncode, fine.stdout) == (0, "Every document, signature and proof is as it was stored.\n"), (
        fine.stderr
    )
    owner_sql("ALTER TABLE documents_document DISABLE TRIGGER USER")
    owner_sql("UPDATE documents_document SET content = set_byte(content, 40, get_byte(content, 40) # 1)")
    bent = subprocess.run(COMMAND, env=fresh_db.env, capture_output=True, text=True, check=False)
    assert bent.returncode == 1
    assert f"content_altered: document {document}" in bent.stdout
