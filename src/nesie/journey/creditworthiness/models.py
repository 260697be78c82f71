"""Tables of what was asked about a client, what was answered, and what the rules made of it."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from nesie.foundation.vault.fields import SealedField


class Inquiry(models.Model):
    """A question put to the bureau for one case (an application; later a signing, a payout)."""

    append_only = True
    retention = "identity"

    id = models.UUIDField(primary_key=True, default=uuid4)
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="inquiries")
    case_id = models.UUIDField()  # a later stage's object: this stage does not know it
    stage = models.CharField(max_length=16)
    kind = models.CharField(max_length=32)
    round = models.PositiveIntegerField()  # 1, 2 ... when asked anew
    message_id = models.UUIDField(unique=True)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "stage", "kind", "round"], name="credit_inquiry_once"),
        ]


class InquiryAnswer(models.Model):
    """What came back: the original bytes as a document, the facts sealed. A failure is an answer of its own kind."""

    append_only = True
    retention = "identity"

    id = models.UUIDField(primary_key=True, default=uuid4)
    inquiry = models.OneToOneField(Inquiry, models.PROTECT, related_name="answer")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    status = models.CharField(max_length=16)
    failure = models.CharField(max_length=64, blank=True)  # a code, never the provider's text
    document_id = models.UUIDField(null=True)
    facts = SealedField(owner="client_id", null=True)  # JSON of rules.BureauReport or rules.VoluntaryRefusal
    answered_at = models.DateTimeField()


class Assessment(models.Model):
    """One run of the rules over the answers: each rule's result with the norms it went by (an explained decision)."""

    append_only = True
    retention = "identity"

    id = models.UUIDField(primary_key=True, default=uuid4)
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="assessments")
    case_id = models.UUIDField()
    stage = models.CharField(max_length=16)
    assessed_at = models.DateTimeField()
    norms_on = models.DateField()  # the day whose norms were applied
    outcome = models.CharField(max_length=16)
    results = models.JSONField()
    inputs = SealedField(owner="client_id")  # JSON of everything the rules saw, so that the run can be repeated

    class Meta:
        indexes = [models.Index(fields=["case_id", "-assessed_at"], name="credit_assessment_newest")]
