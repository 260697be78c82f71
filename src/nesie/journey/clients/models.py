"""Tables of registrations, clients, their accounts, acknowledgements and letters. Personal data is sealed."""

from __future__ import annotations

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from nesie.foundation.identification.rules.standing import PhoneOwner
from nesie.foundation.vault.fields import SealedField
from nesie.journey.clients.rules import (
    Authority,
    Capacity,
    ClientStatus,
    Consent,
    DetailKind,
    DetailsStatus,
    Difference,
    Direction,
    DocumentKind,
    LeakGround,
    Matter,
    RegistrationStatus,
)


def _choices(enum: type) -> list[tuple[str, str]]:
    return [(item.value, item.value) for item in enum]  # type: ignore[attr-defined]  # any StrEnum


class Registration(models.Model):
    """An individual's registration, saved step by step. The client it becomes has the same id."""

    retention = "client"

    id = models.UUIDField(primary_key=True, default=uuid4)
    status = models.CharField(max_length=16, choices=_choices(RegistrationStatus), default=RegistrationStatus.OPEN)
    capacity = models.CharField(max_length=16, choices=_choices(Capacity), default=Capacity.INDIVIDUAL)
    language = models.CharField(max_length=2)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    phone = SealedField(owner="id")
    email = SealedField(owner="id", null=True)
    phone_confirmed_at = models.DateTimeField(null=True)
    surname = SealedField(owner="id", null=True)
    given_name = SealedField(owner="id", null=True)
    patronymic = SealedField(owner="id", null=True)
    iin = SealedField(owner="id", null=True)
    address = SealedField(owner="id", null=True)
    person_saved_at = models.DateTimeField(null=True)
    business_name = SealedField(owner="id", null=True)
    bin = SealedField(owner="id", null=True)
    authority = models.CharField(max_length=24, choices=_choices(Authority), blank=True)
    authority_number = models.CharField(max_length=40, blank=True)
    authority_issued_on = models.DateField(null=True)
    authority_valid_until = models.DateField(null=True)  # an order that appoints a head may have no last day
    authority_document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, null=True, related_name="+")
    entity_saved_at = models.DateTimeField(null=True)
    business_message_id = models.UUIDField(null=True)  # the question asked of the base of businesses
    head_signs = models.BooleanField(null=True)
    authority_reviewed_at = models.DateTimeField(null=True)
    document_kind = models.CharField(max_length=24, choices=_choices(DocumentKind), blank=True)
    document_number = SealedField(owner="id", null=True)
    document_issuer = models.CharField(max_length=100, blank=True)
    document_issued_on = models.DateField(null=True)
    document_valid_until = models.DateField(null=True)
    document_saved_at = models.DateTimeField(null=True)
    photo_document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, null=True, related_name="+")
    state_tries = models.PositiveSmallIntegerField(default=0)
    state_message_id = models.UUIDField(null=True)  # the question asked of the state source
    state_differences = ArrayField(models.CharField(max_length=24, choices=_choices(Difference)), default=list)
    state_checked_at = models.DateTimeField(null=True)
    statement_document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, null=True, related_name="+")
    biometric_proof_id = models.UUIDField(null=True)
    eds_proof_id = models.UUIDField(null=True)

    class Meta:
        db_table = "clients_registration"
        constraints = [
            models.CheckConstraint(
                condition=~Q(document_kind=DocumentKind.BIRTH_CERTIFICATE.value), name="no_birth_certificate"
            ),
            models.CheckConstraint(
                condition=~Q(status=RegistrationStatus.COMPLETED.value)
                | Q(biometric_proof_id__isnull=False, phone_confirmed_at__isnull=False)
                & (
                    Q(capacity=Capacity.INDIVIDUAL.value, eds_proof_id__isnull=False)
                    | Q(capacity=Capacity.ENTREPRENEUR.value, state_checked_at__isnull=False)
                    | Q(capacity=Capacity.LEGAL_ENTITY.value, authority_reviewed_at__isnull=False)
                ),
                name="completed_with_what_is_asked",
            ),
        ]
        indexes = [models.Index(fields=["status", "started_at"], name="clients_registration_status")]


class RegistrationTransition(models.Model):
    """One move of a registration from status to status."""

    retention = "client"
    append_only = True

    id = models.BigAutoField(primary_key=True)
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="transitions")
    to = models.CharField(max_length=16, choices=_choices(RegistrationStatus))
    at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=200, blank=True)  # a word of ours, never personal data

    class Meta:
        db_table = "clients_registration_transition"


class GivenConsent(models.Model):
    """A consent an applicant or client gave."""

    retention = "contract"
    append_only = True

    id = models.BigAutoField(primary_key=True)
    owner_id = models.UUIDField()  # the registration's, which is the client's
    consent = models.CharField(max_length=24, choices=_choices(Consent))
    text_version = models.CharField(max_length=32)
    given_at = models.DateTimeField()

    class Meta:
        db_table = "clients_given_consent"
        constraints = [
            models.UniqueConstraint(fields=["owner_id", "consent", "text_version"], name="consent_given_once")
        ]


class Client(models.Model):
    """A registered person or legal entity. IIN and BIN stand apart, in tables that nobody can change (clause 6)."""

    retention = "client"

    id = models.UUIDField(primary_key=True)
    registration = models.OneToOneField(Registration, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=16, choices=_choices(ClientStatus), default=ClientStatus.ACTIVE)
    capacity = models.CharField(max_length=16, choices=_choices(Capacity), default=Capacity.INDIVIDUAL)
    business_name = SealedField(owner="id", null=True)
    language = models.CharField(max_length=2)
    surname = SealedField(owner="id")
    given_name = SealedField(owner="id")
    patronymic = SealedField(owner="id")
    phone = SealedField(owner="id")
    email = SealedField(owner="id")
    address = SealedField(owner="id")
    document_kind = models.CharField(max_length=24, choices=_choices(DocumentKind))
    document_number = SealedField(owner="id")
    document_issuer = models.CharField(max_length=100, blank=True)
    document_issued_on = models.DateField(null=True)
    document_valid_until = models.DateField()
    photo_document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="+")
    statement_document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()

    class Meta:
        db_table = "clients_client"
        indexes = [
            models.Index(fields=["-registered_at"], name="clients_client_newest"),
            models.Index(fields=["document_valid_until"], name="clients_document_ends"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(document_kind=DocumentKind.BIRTH_CERTIFICATE.value), name="client_no_birth_certificate"
            )
        ]


class ClientIin(models.Model):
    """The client's IIN: written once, refused by the database ever after."""

    retention = "client"
    append_only = True

    id = models.UUIDField(primary_key=True)
    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="iin_row")
    iin = SealedField(owner="client_id")

    class Meta:
        db_table = "clients_client_iin"


class ClientBin(models.Model):
    """A legal entity's BIN: written once, refused by the database ever after."""

    retention = "client"
    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid4)
    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="bin_row")
    bin = SealedField(owner="client_id")

    class Meta:
        db_table = "clients_client_bin"


class SignatoryAuthority(models.Model):
    """The paper by which somebody signs for a legal entity, as the staff accepted it; the newest holds (clause 6)."""

    retention = "contract"
    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid4)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="authorities")
    kind = models.CharField(max_length=24, choices=_choices(Authority))
    number = models.CharField(max_length=40)
    issued_on = models.DateField()
    valid_until = models.DateField(null=True)
    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField()

    class Meta:
        db_table = "clients_signatory_authority"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True, kind=Authority.ORDER.value)
                | Q(valid_until__gte=models.F("issued_on")),
                name="authority_days_in_order",
            )
        ]


class ClientTransition(models.Model):
    """One move of a client from status to status."""

    retention = "client"
    append_only = True

    id = models.BigAutoField(primary_key=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="transitions")
    to = models.CharField(max_length=16, choices=_choices(ClientStatus))
    at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "clients_client_transition"


class ClientAccount(models.Model):
    """A bank account the client named (clause 8.7)."""

    retention = "contract"

    id = models.UUIDField(primary_key=True, default=uuid4)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="accounts")
    iban = SealedField(owner="client_id")
    bank_code = models.CharField(max_length=3)
    added_at = models.DateTimeField()

    class Meta:
        db_table = "clients_client_account"


class Acknowledgement(models.Model):
    """That the client has read one version of a text of the lender (clauses 8.2 and 8.5)."""

    retention = "contract"
    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid4)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="acknowledgements")
    matter = models.CharField(max_length=24, choices=_choices(Matter))
    text = models.ForeignKey("lender.PublishedText", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    acknowledged_at = models.DateTimeField()

    class Meta:
        db_table = "clients_acknowledgement"
        constraints = [models.UniqueConstraint(fields=["client", "matter", "sha256"], name="read_once")]


class Letter(models.Model):
    """A letter between the client and the lender (clause 7.7); its original bytes are a document."""

    retention = "message"

    id = models.UUIDField(primary_key=True, default=uuid4)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="letters")
    direction = models.CharField(max_length=16, choices=_choices(Direction))
    subject = SealedField(owner="client_id")
    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="+")
    reply_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replies")
    staff_id = models.UUIDField(null=True)  # who wrote for the lender
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "clients_letter"
        indexes = [models.Index(fields=["client", "-sent_at"], name="clients_letter_of")]


class LetterAttachment(models.Model):
    """A file sent with a letter."""

    retention = "message"
    append_only = True

    id = models.BigAutoField(primary_key=True)
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="attachments")
    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "clients_letter_attachment"


class DetailsChange(models.Model):
    """A change of the phone, a bank account or the identity document that a client asks for (clause 6)."""

    retention = "client"

    id = models.UUIDField(primary_key=True, default=uuid4)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="details_changes")
    kind = models.CharField(max_length=16, choices=_choices(DetailKind))
    status = models.CharField(max_length=16, choices=_choices(DetailsStatus), default=DetailsStatus.DRAFTED)
    value = SealedField(owner="client_id")
    document_kind = models.CharField(max_length=24, choices=_choices(DocumentKind), blank=True)
    document_issuer = models.CharField(max_length=100, blank=True)
    document_issued_on = models.DateField(null=True)
    document_valid_until = models.DateField(null=True)
    paper = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    answer_until = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    state_message_id = models.UUIDField(null=True)
    biometric_proof_id = models.UUIDField(null=True)
    eds_proof_id = models.UUIDField(null=True)
    agreed_at = models.DateTimeField(null=True)
    takes_effect_at = models.DateTimeField(null=True)
    cancel_hash = models.BinaryField(null=True)  # keyed hash of the cancel link's secret
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "clients_details_change"
        constraints = [
            models.UniqueConstraint(
                fields=["client", "kind"], condition=Q(status__in=["drafted", "agreed"]), name="one_open_change_of_kind"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["agreed", "applied"])
                | Q(biometric_proof_id__isnull=False, eds_proof_id__isnull=False, takes_effect_at__isnull=False),
                name="details_changed_with_both_proofs",
            ),
        ]
        indexes = [
            models.Index(fields=["takes_effect_at"], condition=Q(status="agreed"), name="clients_details_due"),
            models.Index(fields=["answer_until"], condition=Q(status="drafted"), name="clients_details_late"),
        ]


class DetailsTransition(models.Model):
    """One move of a change of details."""

    retention = "client"
    append_only = True

    id = models.BigAutoField(primary_key=True)
    change = models.ForeignKey(DetailsChange, on_delete=models.PROTECT, related_name="transitions")
    to = models.CharField(max_length=16, choices=_choices(DetailsStatus))
    at = models.DateTimeField()
    by_id = models.UUIDField(null=True)

    class Meta:
        db_table = "clients_details_transition"


class Leak(models.Model):
    """The client's data are known to have leaked, and what was proven since (clause 36)."""

    retention = "client"

    id = models.UUIDField(primary_key=True, default=uuid4)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="leaks")
    ground = models.CharField(max_length=16, choices=_choices(LeakGround))
    flagged_at = models.DateTimeField()
    flagged_by_id = models.UUIDField()
    biometric_proof_id = models.UUIDField(null=True)
    identified_at = models.DateTimeField(null=True)
    phone_message_id = models.UUIDField(null=True)  # the question asked of the base of phones
    phone_owner = models.CharField(max_length=8, choices=_choices(PhoneOwner), blank=True)
    phone_checked_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "clients_leak"
        constraints = [
            models.UniqueConstraint(fields=["client"], condition=Q(closed_at__isnull=True), name="one_open_leak"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(biometric_proof_id__isnull=False, phone_owner="own"),
                name="leak_closed_when_proven",
            ),
        ]


class DocumentWarning(models.Model):
    """That a client was told of the coming or past end of one identity document."""

    retention = "message"
    append_only = True

    id = models.BigAutoField(primary_key=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    valid_until = models.DateField()
    days_before = models.PositiveSmallIntegerField()  # 0: it has ended
    told_at = models.DateTimeField()

    class Meta:
        db_table = "clients_document_warning"
        constraints = [models.UniqueConstraint(fields=["client", "valid_until", "days_before"], name="warned_once")]
