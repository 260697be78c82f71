"""Tables of due diligence: the lists as they came, what was compared with whom, what was found and who decided."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from nesie.foundation.vault.fields import SealedField


class ListVersion(models.Model):
    """One content of an outside list, by its hash. The original bytes are a document; the rows are `ListEntry`."""

    append_only = True
    retention = "identity"

    id = models.UUIDField(primary_key=True, default=uuid4)
    source = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    document_id = models.UUIDField()
    persons = models.PositiveIntegerField()
    organisations = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "sha256"], name="aml_list_version_once")]


class ListReceipt(models.Model):
    """The list was received at this moment with this content; the newest receipt says which version holds."""

    append_only = True
    retention = "identity"

    id = models.UUIDField(primary_key=True, default=uuid4)
    version = models.ForeignKey(ListVersion, models.PROTECT, related_name="receipts")
    source = models.CharField(max_length=40)
    origin = models.CharField(max_length=16)
    received_at = models.DateTimeField()
    received_by = models.UUIDField(null=True)  # staff member who uploaded it; None when fetched

    class Meta:
        indexes = [models.Index(fields=["source", "-received_at"], name="aml_receipt_newest")]


class ListEntry(models.Model):
    """One listed person, sealed; found by keyed hashes of the IIN and of the folded name."""

    append_only = True
    retention = "identity"

    id = models.UUIDField(primary_key=True, default=uuid4)
    version = models.ForeignKey(ListVersion, models.PROTECT, related_name="entries")
    number = models.CharField(max_length=40)
    fingerprint = models.BinaryField(max_length=64)  # keyed hash of the row: the same person over list versions
    iin_key = models.BinaryField(max_length=64, null=True)
    name_key = models.BinaryField(max_length=64)
    content = SealedField(owner="version_id")  # JSON of rules.ListedPerson

    class Meta:
        indexes = [
            models.Index(fields=["version", "iin_key"], name="aml_entry_iin"),
            models.Index(fields=["version", "name_key"], name="aml_entry_name"),
        ]


class DueDiligence(models.Model):
    """What the client declared and how the risk was judged; the newest row of a client holds (clause 8.1)."""

    append_only = True
    retention = "identity"

    id = models.UUIDField(primary_key=True, default=uuid4)
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="due_diligences")
    recorded_at = models.DateTimeField()
    identified = models.BooleanField()  # registration complete: documents, state source, biometrics and EDS
    politically_exposed = models.BooleanField()
    beneficial_owner_self = models.BooleanField()
    purpose = models.CharField(max_length=40)
    risk = models.CharField(max_length=16)
    risk_reasons = models.JSONField(default=list)


class RiskAcceptance(models.Model):
    """The compliance officer's word on relations of high risk, bound to one due diligence record."""

    append_only = True
    retention = "identity"

    id = models.UUIDField(primary_key=True, default=uuid4)
    due_diligence = models.OneToOneField(DueDiligence, models.PROTECT, related_name="acceptance")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    accepted = models.BooleanField()
    explanation = SealedField(owner="client_id")
    decided_by = models.UUIDField()
    decided_at = models.DateTimeField()


class Screening(models.Model):
    """One comparison of a client with one list version, and what came of it."""

    append_only = True
    retention = "identity"

    id = models.UUIDField(primary_key=True, default=uuid4)
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="screenings")
    version = models.ForeignKey(ListVersion, models.PROTECT, null=True, related_name="+")
    screened_at = models.DateTimeField()
    outcome = models.CharField(max_length=16)
    results = models.JSONField()  # kernel.decision.Decision.as_data

    class Meta:
        indexes = [models.Index(fields=["client", "-screened_at"], name="aml_screening_newest")]


class Match(models.Model):
    """A listed person who may be the client. One row per client and listed person, over all list versions."""

    append_only = True
    retention = "identity"

    id = models.UUIDField(primary_key=True, default=uuid4)
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="list_matches")
    fingerprint = models.BinaryField(max_length=64)
    entry = models.ForeignKey(ListEntry, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    found_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "fingerprint"], name="aml_match_once")]


class MatchReview(models.Model):
    """The compliance officer's word: the same person, or another one of that name."""

    append_only = True
    retention = "identity"

    id = models.UUIDField(primary_key=True, default=uuid4)
    match = models.OneToOneField(Match, models.PROTECT, related_name="review")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    same_person = models.BooleanField()
    explanation = SealedField(owner="client_id")
    decided_by = models.UUIDField()
    decided_at = models.DateTimeField()


class Refusal(models.Model):
    """Relations or an operation refused on AML grounds (clause 10), for the compliance officer's eyes."""

    append_only = True
    retention = "identity"

    id = models.UUIDField(primary_key=True, default=uuid4)
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="aml_refusals")
    ground = models.CharField(max_length=40)
    subject_id = models.UUIDField()  # what was refused: an application, a payout
    screening = models.ForeignKey(Screening, models.PROTECT, null=True, related_name="+")
    reasons = models.JSONField()
    refused_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_id"], name="aml_refusal_once")]


class RefusalSeen(models.Model):
    """A compliance officer has taken note of the refusal."""

    append_only = True
    retention = "identity"

    id = models.UUIDField(primary_key=True, default=uuid4)
    refusal = models.OneToOneField(Refusal, models.PROTECT, related_name="seen")
    seen_by = models.UUIDField()
    seen_at = models.DateTimeField()


class ListRequest(models.Model):
    """The list was asked for; its answer comes through the exchange under this message."""

    append_only = True
    retention = "message"

    id = models.UUIDField(primary_key=True, default=uuid4)
    source = models.CharField(max_length=40)
    message_id = models.UUIDField(unique=True)
    requested_at = models.DateTimeField()
