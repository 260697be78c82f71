"""The audit trail: records, seals over batches of them, and which record is which leaf."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class CurrentTransaction(models.Func):
    """The number of the running transaction, so that a seal can tell what may still commit."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class AuditRecord(models.Model):
    """One act: done or refused. Holds ids and figures, never personal data."""

    append_only = True
    retention = "audit"

    id = models.BigAutoField(primary_key=True)
    transaction = models.BigIntegerField(db_default=CurrentTransaction())
    recorded_at = models.DateTimeField(db_default=Now())
    business_at = models.DateTimeField()
    act = models.CharField(max_length=80)
    outcome = models.CharField(max_length=10)
    reason = models.CharField(max_length=80, blank=True)
    actor_id = models.UUIDField(null=True)
    roles = models.CharField(max_length=120)
    channel = models.CharField(max_length=10)
    session = models.CharField(max_length=64, blank=True)
    case_id = models.UUIDField()
    cause_id = models.UUIDField(null=True)
    approval_id = models.UUIDField(null=True)
    arguments = models.JSONField()
    result = models.JSONField(null=True)
    release = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["transaction", "id"], name="audit_record_order"),
            models.Index(fields=["act", "id"], name="audit_record_act"),
            models.Index(fields=["actor_id", "id"], name="audit_record_actor"),
        ]


class AuditSubject(models.Model):
    """Which objects a record speaks of, so that a page can show an object's own trail. Derived from the record."""

    append_only = True
    retention = "audit"

    id = models.BigAutoField(primary_key=True)
    record = models.ForeignKey(AuditRecord, on_delete=models.PROTECT, related_name="subjects")
    subject_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["subject_id", "id"], name="audit_subject")]


class AuditSeal(models.Model):
    """A signed batch: `body` is what is signed, chained to the seal before."""

    append_only = True
    retention = "audit"

    number = models.BigIntegerField(primary_key=True)
    body = models.BinaryField()
    signature = models.BinaryField()
    digest = models.CharField(max_length=64, unique=True)
    horizon = models.BigIntegerField()
    sealed_at = models.DateTimeField()


class AuditLeaf(models.Model):
    """Where a record stands in its seal's tree."""

    append_only = True
    retention = "audit"

    # Plain numbers, not foreign keys: a deleted record must leave its leaf behind as the witness.
    record_id = models.BigIntegerField(primary_key=True)
    seal_number = models.BigIntegerField()
    position = models.IntegerField()
    leaf = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seal_number", "position"], name="audit_leaf_position")]
