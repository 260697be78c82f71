"""Wrapped data keys, key versions and blind indexes. No plaintext and no unwrapped key is ever here."""

from __future__ import annotations

import uuid

from django.db import models

from nesie.foundation.vault.fields import SealedField
from nesie.foundation.vault.rules import Family, IndexedField, KeyState


class KeyVersion(models.Model):
    """Which versions of the outside keys are in use: the one truth all processes share while keys rotate."""

    family = models.CharField(max_length=16, choices=[(family, family) for family in Family])
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=[(state, state) for state in KeyState])
    began_at = models.DateTimeField(null=True)
    retention = "configuration"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["family", "version"], name="vault_key_version_once"),
            models.UniqueConstraint(
                fields=["family"], condition=models.Q(state=KeyState.CURRENT), name="vault_one_current_key"
            ),
        ]


class DataKey(models.Model):
    """The key of one owner's data, wrapped by a master key."""

    owner_id = models.UUIDField()
    version = models.PositiveIntegerField()
    master_version = models.PositiveIntegerField(db_index=True)
    wrapped = models.BinaryField()
    retention = "identity"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner_id", "version"], name="vault_data_key_once")]


class IndexClaim(models.Model):
    """That an owner holds a value; the value itself is sealed, kept so that new index keys can be filled in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner_id = models.UUIDField(db_index=True)
    field = models.CharField(max_length=32, choices=[(field, field) for field in IndexedField])
    value = SealedField(owner="owner_id")
    retention = "identity"


class IndexRow(models.Model):
    """The blind index of a claim under one key version: what uniqueness and search stand on."""

    claim = models.ForeignKey(IndexClaim, on_delete=models.CASCADE)
    field = models.CharField(max_length=32)
    key_version = models.PositiveIntegerField()
    digest = models.BinaryField()
    retention = "identity"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["field", "key_version", "digest"], name="vault_index_value_once"),
            models.UniqueConstraint(fields=["claim", "key_version"], name="vault_index_row_once"),
        ]
