"""What happened to a loan, and what hearing of it late changed."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from nesie.journey.loans.models.loan import Loan


class LoanEvent(models.Model):
    """Something that happened to a loan on a day, as it was heard of: the truth of which the book is a fold.

    `on` is the day it takes effect, `recorded_at` when it was entered; the order within a day is that of the kinds and
    of `sequence`, never that of entry. An event is undone by another that names it.
    """

    retention = "contract"
    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="events")
    key = models.CharField(max_length=80, unique=True)  # the same key is the same event, however often it is sent
    kind = models.CharField(max_length=24)
    on = models.DateField()
    sequence = models.CharField(max_length=80, blank=True)
    details = models.JSONField()
    receipt = models.ForeignKey("payments.Receipt", models.PROTECT, null=True, related_name="+")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)  # the member of staff or the client; None for the system

    class Meta:
        indexes = [models.Index(fields=["loan", "on"], name="loans_events")]


class EventPaper(models.Model):
    """A document that was made for the client about an event, in one language."""

    retention = "contract"
    append_only = True

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(LoanEvent, models.PROTECT, related_name="papers")
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    language = models.CharField(max_length=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "language"], name="loans_event_paper_once")]


class AccrualCorrection(models.Model):
    """By how much a day's figures changed when an event of the past was heard of: to be added to the day's own row."""

    retention = "contract"
    append_only = True

    id = models.BigAutoField(primary_key=True)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="corrections", db_index=False, db_constraint=False)
    day = models.DateField()
    event = models.ForeignKey(LoanEvent, models.PROTECT, related_name="corrections")
    principal_tiyn = models.BigIntegerField()
    interest_tiyn = models.BigIntegerField()
    overdue_tiyn = models.BigIntegerField()
    penalty_tiyn = models.BigIntegerField()
    days_past_due = models.IntegerField()
    held_tiyn = models.BigIntegerField(default=0)
    memo_interest_tiyn = models.BigIntegerField(default=0)
    memo_penalty_tiyn = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["loan", "day", "event"], name="loans_correction_once")]


class RepaymentWish(models.Model):
    """What the client wants done with money above what is claimed; the newest counts."""

    retention = "contract"
    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="wishes")
    wish = models.CharField(max_length=20)
    said_at = models.DateTimeField()
    said_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["loan", "said_at"], name="loans_wishes")]
