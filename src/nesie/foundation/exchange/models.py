"""Messages out and in, attempts, receipts, and the counters of sequence numbers."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from nesie.foundation.exchange.rules import FINAL, HOUSE, OPEN, Destination, Errand, Outcome, Status
from nesie.foundation.vault.fields import SealedField


class Message(models.Model):
    """One thing to be told to one outside system, once."""

    retention = "message"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner_id = models.UUIDField(default=HOUSE, db_index=True)
    destination = models.CharField(max_length=32, choices=[(d, d) for d in Destination])
    kind = models.CharField(max_length=64)
    key = models.CharField(max_length=128)
    payload = SealedField(owner="owner_id")
    intended_at = models.DateTimeField()
    not_before = models.DateTimeField()
    not_after = models.DateTimeField(null=True)
    status = models.CharField(max_length=16, choices=[(s, s) for s in Status], default=Status.INTENDED)
    sequence = models.BigIntegerField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    doubtful = models.BooleanField(default=False)
    next_try_at = models.DateTimeField(null=True)  # machine time
    lease_until = models.DateTimeField(null=True)  # machine time
    answer = SealedField(owner="owner_id", null=True)
    settled_at = models.DateTimeField(null=True)
    consumed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["destination", "key"], name="exchange_key_once"),
            models.UniqueConstraint(fields=["destination", "sequence"], name="exchange_sequence_once"),
            models.CheckConstraint(condition=Q(status__in=list(Status)), name="exchange_status_known"),
            models.CheckConstraint(
                condition=Q(status=Status.SENDING, lease_until__isnull=False)
                | (~Q(status=Status.SENDING) & Q(lease_until__isnull=True)),
                name="exchange_lease_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(FINAL), settled_at__isnull=False)
                | (~Q(status__in=sorted(FINAL)) & Q(settled_at__isnull=True)),
                name="exchange_settled_when_final",
            ),
            models.CheckConstraint(
                condition=Q(attempts=0, sequence__isnull=True) | Q(attempts__gt=0, sequence__isnull=False),
                name="exchange_numbered_at_send",
            ),
        ]
        indexes = [
            models.Index(fields=["intended_at"], name="exchange_open", condition=Q(status__in=sorted(OPEN))),
            models.Index(fields=["kind"], name="exchange_to_consume", condition=Q(consumed=False)),
        ]


class Attempt(models.Model):
    """One try at carrying a message. Written before anything leaves the building."""

    append_only = True
    retention = "message"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="tries")
    number = models.PositiveIntegerField()
    errand = models.CharField(max_length=16, choices=[(e, e) for e in Errand])
    begun_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="exchange_attempt_once")]


class Receipt(models.Model):
    """What was heard of an attempt; an attempt may be heard of more than once, each time is kept."""

    append_only = True
    retention = "message"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="receipts")
    outcome = models.CharField(max_length=16, choices=[(o, o) for o in Outcome])
    at = models.DateTimeField()
    body = SealedField(owner="attempt.message.owner_id", null=True)


class Counter(models.Model):
    """The last sequence number given to a destination: counted in the transaction that uses it, so without gaps."""

    retention = "message"

    destination = models.CharField(max_length=32, primary_key=True)
    last = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(last__gte=1), name="exchange_counts_up")]


class Inbound(models.Model):
    """One thing an outside system told us, once."""

    retention = "message"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner_id = models.UUIDField(default=HOUSE)
    source = models.CharField(max_length=32)
    key = models.CharField(max_length=128)
    payload = SealedField(owner="owner_id")
    received_at = models.DateTimeField()
    consumed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="exchange_inbound_once")]
        indexes = [
            models.Index(fields=["source", "received_at"], name="exchange_inbound_waiting", condition=Q(consumed=False))
        ]
