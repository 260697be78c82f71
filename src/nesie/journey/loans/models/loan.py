"""Loans as they were opened, and where they stand. Daily moving figures live in narrow rows of their own."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import F, Q


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


class Due(models.Model):
    """One instalment as it is owed and paid. Its interest is settled on its due day."""

    retention = "contract"

    pk = models.CompositePrimaryKey("loan_id", "number")
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="dues", db_index=False)
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    grace_until_on = models.DateField()  # the last day without delay, by the calendar of the day the loan was opened
    principal_tiyn = models.BigIntegerField()
    interest_tiyn = models.BigIntegerField(default=0)
    principal_paid_tiyn = models.BigIntegerField(default=0)
    interest_paid_tiyn = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(principal_paid_tiyn__gte=0, principal_paid_tiyn__lte=F("principal_tiyn")),
                name="loans_due_principal_within",
            ),
            models.CheckConstraint(
                condition=Q(interest_paid_tiyn__gte=0, interest_paid_tiyn__lte=F("interest_tiyn")),
                name="loans_due_interest_within",
            ),
            models.CheckConstraint(condition=Q(grace_until_on__gte=F("due_on")), name="loans_due_grace_after_due"),
        ]


class LoanState(models.Model):
    """Where a loan stands after the day `accrued_on`: the row the day close moves."""

    retention = "contract"

    loan = models.OneToOneField(Loan, models.PROTECT, primary_key=True, related_name="state")
    accrued_on = models.DateField()
    closed_on = models.DateField(null=True)
    next_due_on = models.DateField(null=True)  # None after the last instalment fell due
    period = models.PositiveSmallIntegerField()
    principal_tiyn = models.BigIntegerField()
    period_weight = models.DecimalField(max_digits=40, decimal_places=0)
    period_accrued_tiyn = models.BigIntegerField()
    period_paid_tiyn = models.BigIntegerField()
    penalty_tiyn = models.BigIntegerField()
    penalty_year = models.PositiveSmallIntegerField()
    penalty_exact = models.DecimalField(max_digits=40, decimal_places=8)
    penalty_year_accrued_tiyn = models.BigIntegerField()
    credit_tiyn = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(principal_tiyn__gte=0, penalty_tiyn__gte=0, credit_tiyn__gte=0)
                & Q(period_paid_tiyn__gte=0, period_paid_tiyn__lte=F("period_accrued_tiyn")),
                name="loans_state_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["accrued_on"], condition=Q(closed_on__isnull=True), name="loans_to_accrue"),
        ]


class Accrual(models.Model):
    """What one day added to one loan, and from what bases."""

    retention = "contract"
    append_only = True

    pk = models.CompositePrimaryKey("loan_id", "day")
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="accruals", db_index=False, db_constraint=False)
    day = models.DateField()
    principal_tiyn = models.BigIntegerField()
    interest_tiyn = models.BigIntegerField()
    overdue_tiyn = models.BigIntegerField()
    penalty_tiyn = models.BigIntegerField()
    days_past_due = models.PositiveIntegerField()
