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


class LenderDevice(models.Model):
    """A camera of the lender's: a terminal or a tablet in a branch, known by a key that only it holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=100)
    key_digest = models.BinaryField(max_length=32, unique=True)
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.UUIDField(null=True)
    retention = "configuration"


class LivenessSession(models.Model):
    """What a session on an own device asks: movements in an order this person was never asked before (clause 35)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.OneToOneField(BiometricSession, on_delete=models.PROTECT, related_name="liveness")
    subject_id = models.UUIDField()
    # The person beyond one registration: a keyed hash of the IIN.
    person_digest = models.BinaryField(max_length=32)
    sequence = models.CharField(max_length=8)
    registering = models.BooleanField()
    device = models.CharField(max_length=16)
    lender_device = models.ForeignKey(LenderDevice, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    append_only = True
    retention = "identity"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "sequence"], name="identification_sequence_of_subject"),
            models.UniqueConstraint(fields=["person_digest", "sequence"], name="identification_sequence_of_person"),
        ]
        indexes = [models.Index(fields=["person_digest", "opened_at"], name="identification_liveness_tries")]


class LivenessCourse(models.Model):
    """Where a session stands between two frames; sealed, since it holds the measures of a face."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.OneToOneField(LivenessSession, on_delete=models.PROTECT, related_name="course")
    subject_id = models.UUIDField()
    state = SealedField(owner="subject_id", kind="bytes")
    over = models.BooleanField(default=False)
    retention = "session"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id"], condition=models.Q(over=False), name="identification_one_course_at_a_time"
            )
        ]


class LivenessFrame(models.Model):
    """One frame in its original bytes (clause 34). The same bytes never come twice for one subject."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.ForeignKey(LivenessSession, on_delete=models.PROTECT, related_name="frames")
    subject_id = models.UUIDField()
    number = models.PositiveIntegerField()
    sha256 = models.BinaryField(max_length=32)
    jpeg = SealedField(owner="subject_id", kind="bytes")
    arrived_at = models.DateTimeField()
    append_only = True
    retention = "identity"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="identification_frame_number"),
            models.UniqueConstraint(fields=["subject_id", "sha256"], name="identification_frame_once"),
        ]


class FaceEnrolment(models.Model):
    """The face own devices took at registration: the only one they compare with later (clauses 6, 9)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject_id = models.UUIDField(db_index=True)
    result = models.OneToOneField(BiometricResult, on_delete=models.PROTECT, related_name="enrolment")
    embedder = models.CharField(max_length=64)
    face = SealedField(owner="subject_id")  # numbers, JSON
    frames = models.JSONField()  # numbers of the frames it was made of: another embedder makes it anew
    taken_at = models.DateTimeField()
    append_only = True
    retention = "identity"
