"""Products and their versions. A version never changes; its release is a row of its own."""

from __future__ import annotations

from uuid import uuid4

from django.db import models


def _consumers() -> list[str]:
    return ["individual", "entrepreneur"]


class Product(models.Model):
    """What the lender sells, by a code that never changes."""

    retention = "configuration"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    code = models.CharField(max_length=40, unique=True)
    product_class = models.CharField(max_length=20)


class ProductVersion(models.Model):
    """The conditions of a product as one officer drafted them; a contract keeps its version for ever."""

    retention = "contract"
    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    names = models.JSONField()
    annual_rate = models.CharField(max_length=60)  # an exact fraction of one, as text: "37/100"
    least_amount_tiyn = models.BigIntegerField()
    most_amount_tiyn = models.BigIntegerField()
    least_term = models.PositiveSmallIntegerField()
    most_term = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=10)
    single_payment = models.BooleanField()
    methods = models.JSONField()
    day_count = models.CharField(max_length=10)
    payment_step_tiyn = models.BigIntegerField()
    fixed_payment_step_tiyn = models.BigIntegerField()
    every = models.PositiveSmallIntegerField(default=1)  # instalments so many units apart
    period_interest = models.CharField(max_length=10, default="daily")
    due_day = models.PositiveSmallIntegerField(null=True)
    non_working_day = models.CharField(max_length=10, default="leave")
    grace_principal = models.PositiveSmallIntegerField(default=0)
    grace_interest = models.PositiveSmallIntegerField(default=0)
    balloon = models.CharField(max_length=60, blank=True, default="")  # an exact fraction; empty for none
    parts = models.JSONField(default=list)
    line_days = models.PositiveSmallIntegerField(null=True)  # a credit line may be drawn so long; null: none
    line_restored = models.BooleanField(default=False)
    borrowers = models.JSONField(default=_consumers)
    business = models.BooleanField(default=False)
    valid_from = models.DateField()
    drafted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="terms_version_number_once"),
            models.CheckConstraint(
                condition=models.Q(least_amount_tiyn__gt=0, most_amount_tiyn__gte=models.F("least_amount_tiyn")),
                name="terms_version_amounts_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(least_term__gt=0, most_term__gte=models.F("least_term")),
                name="terms_version_terms_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(payment_step_tiyn__gt=0, fixed_payment_step_tiyn__gt=0),
                name="terms_version_steps_positive",
            ),
        ]


class ProductRelease(models.Model):
    """The moment a version was let out to be sold; there is at most one."""

    retention = "contract"
    append_only = True

    version = models.OneToOneField(ProductVersion, on_delete=models.PROTECT, primary_key=True, related_name="release")
    released_at = models.DateTimeField()
