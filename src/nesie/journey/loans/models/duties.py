"""Facts that set terms running for the lender, and notes of what was done. The terms themselves are computed."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from nesie.journey.loans.models.loan import Loan


class FraudPaper(models.Model):
    """A fact of paragraph 13 of the Rules about a loan: an incident found, a submission, a resolution, a court act."""

    retention = "contract"
    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="fraud_papers")
    kind = models.CharField(max_length=12)
    received_on = models.DateField()
    reference = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)  # None: the system

    class Meta:
        indexes = [models.Index(fields=["loan", "received_on"], name="loans_fraud_papers")]


class DutyDone(models.Model):
    """A duty was done, by the word of a member of the staff and the paper that shows it."""

    retention = "contract"
    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="duties_done")
    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=80)  # the paper, or the event of the loan, the duty began with
    reference = models.CharField(max_length=120)
    done_at = models.DateTimeField()
    done_by = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "kind"], name="loans_duty_done_once")]
