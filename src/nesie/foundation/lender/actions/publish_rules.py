"""Publish a new version of a text every client must read."""

from __future__ import annotations

import hashlib
from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.lender import queries, rules
from nesie.foundation.lender.models import PublishedText
from nesie.kernel.actor import Actor


@use_case
def publish_rules(
    actor: Actor, now: datetime, *, kind: rules.RulesKind, language: str, title: str, body: str
) -> rules.RulesDocument:
    """Put a text in force from `now` (clauses 8.2, 8.5); RulesUnchanged when it is in force already, RulesEmpty."""
    if not body.strip() or not title.strip():
        raise rules.RulesEmpty(field="body")
    digest = hashlib.sha256(f"{title}\n{body}".encode()).hexdigest()
    latest = PublishedText.objects.filter(kind=kind, language=language).order_by("-version").first()
    if latest is not None and latest.sha256 == digest:
        raise rules.RulesUnchanged
    text = PublishedText.objects.create(
        kind=kind,
        language=language,
        version=latest.version + 1 if latest else 1,
        title=title,
        body=body,
        sha256=digest,
        published_at=now,
    )
    return queries.rules_version(text.id)
