"""What was sent, asked and answered about arrears (Law 56-V, art. 9-2). The arrears themselves are computed."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from nesie.journey.loans.models.loan import Loan


class ArrearsNotice(models.Model):
    """The client was told of a delay: of which, how much was late that day, by which documents."""

    retention = "contract"
    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="arrears_notices")
    began_on = models.DateField()  # the first day of the delay
    sent_at = models.DateTimeField()
    principal_tiyn = models.BigIntegerField()
    interest_tiyn = models.BigIntegerField()
    penalty_tiyn = models.BigIntegerField()
    document_kk = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    document_ru = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["loan", "began_on"], name="loans_arrears_notice_once")]


class SettlementApplication(models.Model):
    """What the client asked for; the words are in the document, sealed."""

    retention = "contract"
    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="settlement_applications")
    received_at = models.DateTimeField()
    relief = models.CharField(max_length=24)
    hardship = models.CharField(max_length=16)
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=16)
    recorded_by = models.UUIDField()  # the client, or the member of staff who took it down

    class Meta:
        indexes = [models.Index(fields=["loan", "received_at"], name="loans_settlement_asked")]


class SettlementAnswer(models.Model):
    """What the lender said. A refusal has its reasoned documents, any other answer the change it offers."""

    retention = "contract"
    append_only = True

    application = models.OneToOneField(SettlementApplication, models.PROTECT, primary_key=True, related_name="answer")
    answer = models.CharField(max_length=16)
    answered_at = models.DateTimeField()
    answered_by = models.UUIDField()
    hardship_shown = models.BooleanField()
    change = models.ForeignKey("contracts.ContractChange", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=16, blank=True)
    document_kk = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    document_ru = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="refused", change__isnull=True, document_kk__isnull=False, document_ru__isnull=False)
                | (~Q(answer="refused") & Q(change__isnull=False)),
                name="loans_settlement_answer_whole",
            )
        ]
