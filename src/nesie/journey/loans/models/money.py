"""What money did in a loan. Rows add up."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from nesie.journey.loans.models.events import LoanEvent
from nesie.journey.loans.models.loan import Loan


class Allocation(models.Model):
    """A move of money in a loan on a day: a receipt taken, the client's credit used, a debt forgiven or written off.

    Rows add up. The first row of a move says what it did; when an event of the past changes that, a row of the
    difference is added (`cause`). The sum over (`event`, `on`) is what the move does by what is known now.
    """

    retention = "money"
    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="allocations")
    kind = models.CharField(max_length=40)  # the code of its entry in the journal
    event = models.ForeignKey(LoanEvent, models.PROTECT, null=True, related_name="moves")  # None: credit used by itself
    cause = models.ForeignKey(LoanEvent, models.PROTECT, null=True, related_name="+")  # None: written by the day close
    receipt = models.ForeignKey("payments.Receipt", models.PROTECT, null=True, related_name="allocations")
    on = models.DateField()  # the day it takes effect in the loan
    at = models.DateTimeField()
    received_tiyn = models.BigIntegerField(default=0)
    credit_tiyn = models.BigIntegerField(default=0)  # by how much the client's credit changed
    # By how much the debt changed: below nothing for a payment, above for a tranche or the interest of a pause.
    principal_tiyn = models.BigIntegerField(default=0)
    interest_tiyn = models.BigIntegerField(default=0)
    penalty_tiyn = models.BigIntegerField(default=0)
    # By how much the figures that may not be demanded changed: they end with the loan.
    memo_interest_tiyn = models.BigIntegerField(default=0)
    memo_penalty_tiyn = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["loan", "on", "at"], name="loans_allocations_by_day")]


class AllocationPart(models.Model):
    """What one row of an allocation paid; below nothing in a row of differences."""

    retention = "money"
    append_only = True

    id = models.BigAutoField(primary_key=True)
    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="parts")
    component = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField(null=True)  # of the instalment
    amount_tiyn = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount_tiyn=0), name="loans_part_of_something")]
