"""Notices to people, which message carried each, and when it was read."""

from __future__ import annotations

import uuid

from django.db import models

from nesie.foundation.notices.rules import Channel
from nesie.foundation.vault.fields import SealedField


class Notice(models.Model):
    """One thing a person was told. A one-time code is not in it: the code lives only in the message that carries it."""

    append_only = True
    retention = "message"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner_id = models.UUIDField()
    template = models.CharField(max_length=64)
    language = models.CharField(max_length=2)
    subject = SealedField(owner="owner_id")
    text = SealedField(owner="owner_id")
    in_app = models.BooleanField()
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["owner_id", "made_at"], name="notices_of_owner")]


class Dispatch(models.Model):
    """The message of the exchange that carries a notice by one channel."""

    append_only = True
    retention = "message"

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="dispatches")
    channel = models.CharField(max_length=8, choices=[(c, c) for c in Channel])
    message = models.OneToOneField("exchange.Message", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="notices_channel_once")]


class Reading(models.Model):
    """That a notice was opened in the inbox, and when first."""

    append_only = True
    retention = "message"

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, primary_key=True, related_name="reading")
    read_at = models.DateTimeField()
