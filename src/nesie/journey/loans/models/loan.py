"""Loans as they were opened, and where they stand. Daily moving figures live in narrow rows of their own."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q


class Loan(models.Model):
    """A loan as it was opened: the figures of its contract and the norms of the contract's date, for ever."""

    retention = "contract"
    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    contract = models.OneToOneField("contracts.Contract", models.PROTECT, related_name="loan")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="loans")
    number = models.CharField(max_length=16, unique=True)  # the contract's
    amount_tiyn = models.BigIntegerField()
    opened_on = models.DateField()  # the day the money was paid out
    opened_at = models.DateTimeField()
    contract_on = models.DateField()
    consumer = models.BooleanField()
    terms = models.JSONField()
    # The annual rate as an exact fraction, and the day count, for the set-based statement.
    rate_numerator = models.BigIntegerField()
    rate_denominator = models.BigIntegerField()
    day_count = models.CharField(max_length=10)
    penalty_first_day_rate = models.DecimalField(max_digits=12, decimal_places=8)
    penalty_later_day_rate = models.DecimalField(max_digits=12, decimal_places=8)
    penalty_switch_days = models.PositiveSmallIntegerField()
    penalty_year_cap = models.DecimalField(max_digits=12, decimal_places=8)
    penalty_year_most_tiyn = models.BigIntegerField()
    stop_days = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_tiyn__gt=0), name="loans_amount_positive"),
            models.CheckConstraint(
                condition=Q(rate_numerator__gte=0, rate_denominator__gt=0), name="loans_rate_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["client", "opened_on"], name="loans_of_client")]


class LoanTransition(models.Model):
    """One move of a loan; the newest tells its status. The numbers stop two moves at once."""

    retention = "contract"
    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="transitions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=12)
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["loan", "number"], name="loans_move_once")]


class ScheduleVersion(models.Model):
    """The schedule as agreed on a day; a change agreed later adds a version.

    Without documents it is the contract's own, which the client has in it; one that differs was given to the client.
    """

    retention = "contract"
    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="schedules")
    number = models.PositiveSmallIntegerField()
    effective_on = models.DateField()
    schedule = models.JSONField()
    event = models.ForeignKey("LoanEvent", models.PROTECT, null=True, related_name="schedules")  # None: the opening
    # The last days without delay by due day, as the calendar had it when the version was made.
    grace = models.JSONField(default=dict)
    document_kk = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    document_ru = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["loan", "number"], name="loans_schedule_version_once"),
            models.CheckConstraint(
                condition=Q(document_kk__isnull=True, document_ru__isnull=True)
                | Q(document_kk__isnull=False, document_ru__isnull=False),
                name="loans_schedule_both_languages",
            ),
        ]
