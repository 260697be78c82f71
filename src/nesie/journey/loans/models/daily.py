"""What a loan owes from day to day.

An ordinary day writes nothing but one narrow `Accrual` row a loan, and its lines in the ledger. A loan's own row moves
only when something changes how its days go: money, a due day, the first day of a delay. Between such days every figure
follows from that row and the number of days passed.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from nesie.journey.loans.models.loan import Loan


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
    penalty_tiyn = models.BigIntegerField(default=0)  # made payable with this instalment by a change of terms
    penalty_paid_tiyn = models.BigIntegerField(default=0)
    held_tiyn = models.BigIntegerField(default=0)  # interest of a pause within its period, no claim yet
    payment_tiyn = models.BigIntegerField(null=True)  # the payment agreed, where payments are level

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
            models.CheckConstraint(
                condition=Q(penalty_paid_tiyn__gte=0, penalty_paid_tiyn__lte=F("penalty_tiyn"), held_tiyn__gte=0),
                name="loans_due_penalty_within",
            ),
            models.CheckConstraint(condition=Q(grace_until_on__gte=F("due_on")), name="loans_due_grace_after_due"),
        ]


class LoanState(models.Model):
    """Where a loan stood at the end of the day `stood_on`, and how each day after it goes until `next_change_on`.

    `serial` is the loan's dense number: neighbours in it are neighbours on the disk, closed together (`ChunkDay`).
    `meter` is the day count's reading of `stood_on`: readings of two days differ by the weight of the days between.
    """

    retention = "contract"

    serial = models.BigAutoField(primary_key=True)
    loan = models.OneToOneField(Loan, models.PROTECT, related_name="state")
    status = models.CharField(max_length=12)
    stood_on = models.DateField()
    closed_on = models.DateField(null=True)  # nothing goes on after it
    next_due_on = models.DateField(null=True)  # None after the last instalment fell due
    next_change_on = models.DateField()  # the first day the pace below is not true of
    # The pace: what each day is counted from (`rules.Bases`).
    day_count = models.CharField(max_length=10)  # which meter runs
    meter = models.BigIntegerField()
    base_tiyn = models.BigIntegerField()
    gain = models.BigIntegerField()  # weight for each step of the meter
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    interest_goes = models.CharField(max_length=8)
    penalty_goes = models.CharField(max_length=8)
    overdue_tiyn = models.BigIntegerField()
    penalty_a_day = models.DecimalField(max_digits=40, decimal_places=8)  # in tiyn, before rounding
    penalty_most_tiyn = models.BigIntegerField()  # of a contract year
    late_after_on = models.DateField(null=True)  # the last day without delay; None without delay
    late_days = models.IntegerField(null=True)  # days of delay while delay stands still
    # Where it stood (`rules.Book`).
    period = models.PositiveSmallIntegerField()
    principal_tiyn = models.BigIntegerField()
    period_weight = models.BigIntegerField()
    period_rounded_tiyn = models.BigIntegerField()  # the interest of that weight
    period_accrued_tiyn = models.BigIntegerField()
    period_paid_tiyn = models.BigIntegerField()
    period_held_tiyn = models.BigIntegerField()
    penalty_tiyn = models.BigIntegerField()
    penalty_year = models.PositiveSmallIntegerField()
    penalty_exact = models.DecimalField(max_digits=40, decimal_places=8)
    penalty_year_accrued_tiyn = models.BigIntegerField()
    memo_interest_tiyn = models.BigIntegerField()
    memo_penalty_tiyn = models.BigIntegerField()
    credit_tiyn = models.BigIntegerField()
    unusual = models.JSONField(null=True)  # what few books have; None for an ordinary one
    by_rules = models.BooleanField(default=False)  # its pace changes in ways the statement of the day does not know

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(principal_tiyn__gte=0, penalty_tiyn__gte=0, credit_tiyn__gte=0, period_held_tiyn__gte=0)
                & Q(period_paid_tiyn__gte=0, period_paid_tiyn__lte=F("period_accrued_tiyn")),
                name="loans_state_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["serial"], condition=Q(closed_on__isnull=True), name="loans_running"),
            models.Index(fields=["serial"], condition=Q(closed_on__isnull=True, by_rules=True), name="loans_by_rules"),
            # Whom to tell of a delay is asked in every round of the worker.
            models.Index(
                fields=["late_after_on"],
                condition=Q(closed_on__isnull=True, late_after_on__isnull=False),
                name="loans_late",
            ),
        ]


class Accrual(models.Model):
    """What one day added to one loan, and from what bases. Written in the order of the key, day after day.

    One loan's days are found through the key too, by naming the days: a second index would cost more than the rows.
    """

    retention = "contract"
    append_only = True

    pk = models.CompositePrimaryKey("day", "serial")
    day = models.DateField()
    serial = models.BigIntegerField()  # of the loan's state
    principal_tiyn = models.BigIntegerField()
    interest_tiyn = models.BigIntegerField()
    overdue_tiyn = models.BigIntegerField()
    penalty_tiyn = models.BigIntegerField()
    days_past_due = models.PositiveIntegerField()
    # Computed and not claimed; None, and no room taken, on nearly all days.
    held_tiyn = models.BigIntegerField(null=True)
    memo_interest_tiyn = models.BigIntegerField(null=True)
    memo_penalty_tiyn = models.BigIntegerField(null=True)


class ChunkDay(models.Model):
    """A day that is closed for a chunk of loans (neighbours by serial): whole, with its entry, or not there at all."""

    retention = "contract"
    append_only = True

    pk = models.CompositePrimaryKey("chunk", "day")
    chunk = models.PositiveIntegerField()
    day = models.DateField()
    loans = models.PositiveIntegerField()
    interest_tiyn = models.BigIntegerField()
    penalty_tiyn = models.BigIntegerField()
    closed_at = models.DateTimeField()
