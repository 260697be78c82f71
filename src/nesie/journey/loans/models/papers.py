"""Statements made for clients."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from nesie.journey.loans.models.loan import Loan


class Statement(models.Model):
    """A statement of the loan made for the client; `closing` for the one after the last tiyn."""

    retention = "contract"
    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="statements")
    document = models.OneToOneField("documents.Document", models.PROTECT, related_name="+")
    closing = models.BooleanField()
    closed_number = models.PositiveIntegerField(default=0)  # the number of the move that closed the loan
    language = models.CharField(max_length=2)
    as_of = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            # A loan whose last payment bounced is closed again later: another closing statement, of another day.
            models.UniqueConstraint(
                fields=["loan", "language", "closed_number"],
                condition=Q(closing=True),
                name="loans_closing_statement_once",
            ),
        ]
