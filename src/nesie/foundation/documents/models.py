"""Documents in their original bytes, encrypted, never changed."""

from __future__ import annotations

import uuid

from django.db import models

from nesie.foundation.vault.fields import SealedField


class Document(models.Model):
    """One document. `mark` is a keyed hash over all the row says, chained to the owner's document before it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner_id = models.UUIDField()
    number = models.PositiveIntegerField()  # 1, 2, 3 ... within the owner, without a gap
    kind = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    file_name = SealedField(owner="owner_id")
    content = SealedField(owner="owner_id", kind="bytes")
    created_at = models.DateTimeField()
    template = models.CharField(max_length=100, blank=True)
    template_version = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=8, blank=True)
    retention_class = models.CharField(max_length=32)
    mark = models.BinaryField()
    append_only = True
    retention = "contract"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner_id", "number"], name="documents_number_once")]


class DocumentEvent(models.Model):
    """That a document was sent, received, delivered or read, when and through which channel (clause 12)."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=16)
    at = models.DateTimeField()
    channel = models.CharField(max_length=16)
    reference = models.CharField(max_length=64, blank=True)
    mark = models.BinaryField()
    append_only = True
    retention = "contract"
