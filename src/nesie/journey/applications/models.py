"""Tables of applications: what is asked, how it moved, what was decided, offered and chosen."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from nesie.foundation.vault.fields import SealedField
from nesie.journey.applications import rules


class Application(models.Model):
    """A client's request for a microcredit. `status` repeats the newest `Transition`, for queues."""

    retention = "contract"

    id = models.UUIDField(primary_key=True, default=uuid4)
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="applications")
    product_version = models.ForeignKey("terms.ProductVersion", models.PROTECT, related_name="+")
    amount_tiyn = models.BigIntegerField()
    term = models.PositiveIntegerField()  # in the unit of the product (days, weeks, months)
    purpose = models.CharField(max_length=32)
    disbursement_method = models.CharField(max_length=32)
    account = models.ForeignKey("clients.ClientAccount", models.PROTECT, null=True, related_name="+")
    # How much may be owed at once under the credit-line agreement asked for; the amount is its first loan.
    limit_tiyn = models.BigIntegerField(null=True)
    # A later stage's contract whose loan the money is to repay; None when it goes to the client.
    refinances_id = models.UUIDField(null=True)
    language = models.CharField(max_length=2)
    channel = models.CharField(max_length=16)
    status = models.CharField(max_length=16)
    submitted_at = models.DateTimeField()
    status_at = models.DateTimeField()
    screening_round = models.PositiveIntegerField(default=0)  # how many times the outside was asked
    asked_at = models.DateTimeField(null=True)  # of the newest round
    screened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_tiyn__gt=0), name="application_amount_positive"),
            models.CheckConstraint(condition=Q(term__gt=0), name="application_term_positive"),
            models.CheckConstraint(
                condition=Q(limit_tiyn__isnull=True) | Q(limit_tiyn__gte=models.F("amount_tiyn")),
                name="application_limit_holds_amount",
            ),
            models.CheckConstraint(
                condition=Q(disbursement_method="refinancing", refinances_id__isnull=False)
                | (~Q(disbursement_method="refinancing") & Q(refinances_id__isnull=True)),
                name="application_refinances_whole",
            ),
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(status__in=sorted(status.value for status in rules.OPEN)),
                name="application_one_open",
            ),
        ]
        indexes = [models.Index(fields=["status", "status_at"], name="application_queue")]


class Transition(models.Model):
    """One move of an application, with its reasons as codes (clause 7.4)."""

    append_only = True
    retention = "contract"

    id = models.UUIDField(primary_key=True, default=uuid4)
    application = models.ForeignKey(Application, models.PROTECT, related_name="transitions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=16)
    at = models.DateTimeField()
    reasons = models.JSONField(default=list)  # kernel.decision.Reason.as_data
    actor_id = models.UUIDField(null=True)  # None for the system's own job

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="application_move_once")]


class ScreeningDecision(models.Model):
    """One automated decision, explained: every rule's result and the norms it went by."""

    append_only = True
    retention = "contract"

    id = models.UUIDField(primary_key=True, default=uuid4)
    application = models.ForeignKey(Application, models.PROTECT, related_name="decisions")
    decided_at = models.DateTimeField()
    outcome = models.CharField(max_length=16)
    results = models.JSONField()


class OfficerDecision(models.Model):
    """A credit officer's decision with its reason in words, sealed with the client's key."""

    append_only = True
    retention = "contract"

    id = models.UUIDField(primary_key=True, default=uuid4)
    application = models.ForeignKey(Application, models.PROTECT, related_name="officer_decisions")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    approved = models.BooleanField()
    reason_code = models.CharField(max_length=40)
    explanation = SealedField(owner="client_id")
    decided_by = models.UUIDField()
    decided_at = models.DateTimeField()


class Offer(models.Model):
    """One draft schedule offered for the client's choice, as computed at that moment (clauses 8.3, 8.4)."""

    append_only = True
    retention = "contract"

    id = models.UUIDField(primary_key=True, default=uuid4)
    application = models.ForeignKey(Application, models.PROTECT, related_name="offers")
    number = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=24)
    within_caps = models.BooleanField()  # a draft over a cap is shown and cannot be chosen
    reasons = models.JSONField(default=list)
    terms = models.JSONField()
    schedule = models.JSONField()
    total_tiyn = models.BigIntegerField()
    overpayment_tiyn = models.BigIntegerField()
    gesv_percent = models.DecimalField(max_digits=9, decimal_places=1)  # as shown
    gesv_unrounded_percent = models.DecimalField(max_digits=24, decimal_places=12)
    assumed_disbursed_on = models.DateField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="application_offer_once")]


class OfferChoice(models.Model):
    """The client's choice among the drafts."""

    append_only = True
    retention = "contract"

    id = models.UUIDField(primary_key=True, default=uuid4)
    application = models.OneToOneField(Application, models.PROTECT, related_name="choice")
    offer = models.OneToOneField(Offer, models.PROTECT, related_name="choice")
    chosen_at = models.DateTimeField()
