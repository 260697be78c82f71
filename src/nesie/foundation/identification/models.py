"""Challenges, sessions, what came of them, and the proofs: rows that are only ever added.

A challenge or session is used up by its answer, a proof by its use: each is a second row, and the database lets it
exist once.
"""

from __future__ import annotations

import uuid

from django.db import models

from nesie.foundation.identification.rules.eds import Holder
from nesie.foundation.identification.rules.proofs import ProofKind
from nesie.foundation.vault.fields import SealedField


class SignatureChallenge(models.Model):
    """One document put before one subject to sign, once, for one operation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject_id = models.UUIDField(db_index=True)
    operation = models.CharField(max_length=64)
    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="+")
    document_sha256 = models.CharField(max_length=64)
    iin = SealedField(owner="subject_id")  # whose signature is due
    holder = models.CharField(max_length=16, default=Holder.INDIVIDUAL.value)  # in what capacity
    bin = models.CharField(max_length=12, blank=True)  # of the organisation he acts for
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    append_only = True
    retention = "identity"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("opened_at")), name="identification_challenge_term"
            ),
            models.CheckConstraint(
                condition=models.Q(document_sha256__regex="^[0-9a-f]{64}$"), name="identification_challenge_document"
            ),
            models.CheckConstraint(
                condition=models.Q(holder=Holder.INDIVIDUAL.value, bin="")
                | ~models.Q(holder=Holder.INDIVIDUAL.value) & models.Q(bin__regex="^[0-9]{12}$"),
                name="identification_challenge_capacity",
            ),
        ]


class Signature(models.Model):
    """The one answer to a challenge: a signature examined, accepted or not. Its pieces lie in documents."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    challenge = models.OneToOneField(SignatureChallenge, on_delete=models.PROTECT, related_name="answer")
    accepted = models.BooleanField()
    failed_check = models.CharField(max_length=64, blank=True)
    # A signature value that once counted never counts again, under whatever challenge (clause 11).
    signature_digest = models.BinaryField(max_length=32, null=True, unique=True)
    certificate_serial = models.CharField(max_length=64, blank=True)
    judged_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    append_only = True
    retention = "identity"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(accepted=True, failed_check="", signature_digest__isnull=False)
                | models.Q(accepted=False, signature_digest__isnull=True) & ~models.Q(failed_check=""),
                name="identification_signature_outcome",
            )
        ]


class BiometricSession(models.Model):
    """One visit to the identification centre, opened for one subject, operation and document hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject_id = models.UUIDField(db_index=True)
    operation = models.CharField(max_length=64)
    document_sha256 = models.CharField(max_length=64, blank=True)  # "" where no document is bound
    provider = models.CharField(max_length=32)
    iin = SealedField(owner="subject_id")
    state_digest = models.BinaryField(max_length=32, unique=True)
    nonce_digest = models.BinaryField(max_length=32, unique=True)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    append_only = True
    retention = "identity"


class BiometricResult(models.Model):
    """The one result of a session, passed or not. What the centre sent lies in documents."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.OneToOneField(BiometricSession, on_delete=models.PROTECT, related_name="result")
    passed = models.BooleanField()
    failed_check = models.CharField(max_length=64, blank=True)
    # The centre's own number of the transaction, keyed: the same result never counts twice (clause 11).
    transaction_digest = models.BinaryField(max_length=32, null=True, unique=True)
    liveness_ppm = models.PositiveIntegerField(null=True)  # millionths, as the centre tells
    similarity_ppm = models.PositiveIntegerField(null=True)
    recorded_at = models.DateTimeField()
    append_only = True
    retention = "identity"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(passed=True, failed_check="", transaction_digest__isnull=False)
                | models.Q(passed=False, transaction_digest__isnull=True) & ~models.Q(failed_check=""),
                name="identification_biometric_outcome",
            )
        ]


class Proof(models.Model):
    """Who this is, proven: good for one operation, one document hash and one use."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=16)
    subject_id = models.UUIDField(db_index=True)
    operation = models.CharField(max_length=64)
    document_sha256 = models.CharField(max_length=64, blank=True)
    signature = models.OneToOneField(Signature, null=True, on_delete=models.PROTECT, related_name="proof")
    biometric = models.OneToOneField(BiometricResult, null=True, on_delete=models.PROTECT, related_name="proof")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    append_only = True
    retention = "identity"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=ProofKind.EDS.value, signature__isnull=False, biometric__isnull=True)
                | models.Q(kind=ProofKind.BIOMETRIC.value, signature__isnull=True, biometric__isnull=False),
                name="identification_proof_ground",
            )
        ]


class ProofEvidence(models.Model):
    """A document that stands behind an answer: the raw signature, the OCSP answer, the centre's result, the verdict."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    signature = models.ForeignKey(Signature, null=True, on_delete=models.PROTECT, related_name="evidence")
    biometric = models.ForeignKey(BiometricResult, null=True, on_delete=models.PROTECT, related_name="evidence")
    part = models.CharField(max_length=32)
    document = models.OneToOneField("documents.Document", on_delete=models.PROTECT, related_name="+")
    append_only = True
    retention = "identity"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(signature__isnull=False, biometric__isnull=True)
                | models.Q(signature__isnull=True, biometric__isnull=False),
                name="identification_evidence_of_one",
            )
        ]


class ProofUse(models.Model):
    """A proof spent: in the transaction of the operation it was made for, once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    proof = models.OneToOneField(Proof, on_delete=models.PROTECT, related_name="use")
    used_at = models.DateTimeField()
    append_only = True
    retention = "identity"
