"""Publish a new version of a text every client must read."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal, cast

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents import actions as documents
from nesie.foundation.documents.rules import render
from nesie.foundation.lender import queries, rules
from nesie.foundation.lender.models import PublishedText
from nesie.kernel.actor import Actor

TEMPLATE = "lender/published_text"


@use_case
def publish_rules(
    actor: Actor, now: datetime, *, kind: rules.RulesKind, language: str, title: str, body: str
) -> rules.RulesDocument:
    """Put a text in force from `now`, kept as a document too (clauses 8.2, 8.5).

    Raises RulesUnchanged when it is in force already, RulesEmpty, LanguageUnfit.
    """
    rules.check_text(language, title, body)
    digest = hashlib.sha256(f"{title}\n{body}".encode()).hexdigest()
    latest = PublishedText.objects.filter(kind=kind, language=language).order_by("-version").first()
    if latest is not None and latest.sha256 == digest:
        raise rules.RulesUnchanged
    version = latest.version + 1 if latest else 1
    data = {
        "lender": queries.letterhead(language),
        "title": title,
        "version": version,
        "published_at": now,
        "paragraphs": rules.paragraphs(body),
    }
    rendered = render(TEMPLATE, data, language=cast('Literal["kk", "ru"]', language), at=now)
    document_id = documents.store(
        rules.LENDER_ID,
        kind=kind.value,
        content=rendered.content,
        media_type="application/pdf",
        file_name=f"{kind.value}-{version}-{language}.pdf",
        now=now,
        retention="contract",
        template=TEMPLATE,
        template_version=rendered.template_version,
        language=language,
    )
    text = PublishedText.objects.create(
        kind=kind,
        language=language,
        version=version,
        title=title,
        body=body,
        sha256=digest,
        document_id=document_id,
        published_at=now,
    )
    return queries.rules_version(text.id)
