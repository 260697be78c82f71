"""Reference parameters, their confirmations, days off and the demo clock. Nothing here is ever changed, only added."""

from __future__ import annotations

from django.db import models


class ReferencePack(models.Model):
    """One edition of the reference file shipped with a release; the newest one counts."""

    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
    append_only = True
    retention = "configuration"


class ParameterRow(models.Model):
    """A dated value of a parameter: from the shipped reference (`pack`) or set by the lender's staff (`set_at`)."""

    pack = models.ForeignKey(ReferencePack, null=True, on_delete=models.PROTECT)
    code = models.CharField(max_length=64, db_index=True)
    value = models.CharField(max_length=64, null=True)  # null: the norm exists, its value is not known
    unit = models.CharField(max_length=32)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    source = models.TextField()
    certainty = models.CharField(max_length=16)
    note = models.TextField(blank=True)
    set_at = models.DateTimeField(null=True)
    set_by = models.UUIDField(null=True)
    append_only = True
    retention = "configuration"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pack__isnull=True) ^ models.Q(set_at__isnull=True), name="norms_row_has_one_origin"
            )
        ]


class ParameterConfirmation(models.Model):
    """That the lender's counsel confirmed one exact row (by its fingerprint, so that it outlives a new pack)."""

    code = models.CharField(max_length=64, db_index=True)
    fingerprint = models.CharField(max_length=64)
    basis = models.TextField()
    confirmed_at = models.DateTimeField()
    confirmed_by = models.UUIDField(null=True)
    append_only = True
    retention = "configuration"


class DayOverride(models.Model):
    """A day declared working or off by an act; the newest row of a day counts."""

    day = models.DateField(db_index=True)
    is_working = models.BooleanField()
    act = models.CharField(max_length=200)
    set_at = models.DateTimeField()
    set_by = models.UUIDField(null=True)
    append_only = True
    retention = "configuration"


class ClockShift(models.Model):
    """A push of the demo's business clock, forward only."""

    seconds = models.PositiveBigIntegerField()
    pushed_at = models.DateTimeField()
    pushed_by = models.UUIDField(null=True)
    append_only = True
    retention = "configuration"

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(seconds__gt=0), name="norms_clock_forward")]
