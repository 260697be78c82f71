"""The demo's beginning goes through the same doors as a real one, and twice is once."""

from __future__ import annotations

import stat
from datetime import datetime
from pathlib import Path

from nesie.entrypoints.cli import demo
from nesie.foundation.access import queries as access
from nesie.foundation.audit.models import AuditRecord
from nesie.foundation.lender import queries as lender
from nesie.foundation.lender.rules import RulesKind
from nesie.foundation.norms import queries as norms
from nesie.foundation.terms import queries as terms
from nesie.kernel.actor import Actor, Channel, Role


def test_the_demo_is_seeded_once(db: None, now: datetime, tmp_path: Path) -> None:
    keep = tmp_path / "logins.json"
    made = demo.seed(now, keep)
    acts = AuditRecord.objects.count()
    assert {login.login for login in made} == set(demo.STAFF)
    assert stat.S_IMODE(keep.stat().st_mode) == 0o600
    assert len(terms.open_products(now.date())) >= 2
    for code, value, _, _ in demo.SET_NORMS:
        assert str(norms.parameter(code, now.date()).value) == value
    assert norms.integer("min_age", now.date()) == 18
    for kind in RulesKind:
        assert all(lender.rules_document(kind, language).version == 1 for language in ("kk", "ru"))

    assert demo.seed(now, keep) == made
    again = AuditRecord.objects.count() - acts
    assert again == 2, "only capital and products are asked for again, and find themselves done"
    auditor = Actor(None, frozenset({Role.AUDITOR}), Channel.CLI)
    assert len(access.staff(auditor)) == len(demo.STAFF)
