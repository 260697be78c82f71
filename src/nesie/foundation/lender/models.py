"""Texts the lender has published, version by version."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from nesie.foundation.lender.rules import LANGUAGES, RulesKind


class PublishedText(models.Model):
    """One version of the granting rules or of the rights and duties, in one language; never changed."""

    append_only = True
    retention = "contract"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=32, choices=[(kind.value, kind.value) for kind in RulesKind])
    language = models.CharField(max_length=2, choices=[(language, language) for language in LANGUAGES])
    version = models.PositiveIntegerField()
    title = models.TextField()
    body = models.TextField()
    sha256 = models.CharField(max_length=64)
    document_id = models.UUIDField(null=True)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "language", "version"], name="lender_text_version_once"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="lender_text_version_from_one"),
        ]
