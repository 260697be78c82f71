"""Tables of contracts: the contract, its dated texts, its consents, its signature, the way it went."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import F, Q


class NumberSeries(models.Model):
    """The last contract number given in a year; its row is locked while a contract is drawn up, so no gap appears."""

    retention = "configuration"

    year = models.PositiveSmallIntegerField(primary_key=True)
    last_serial = models.PositiveIntegerField(default=0)


class Contract(models.Model):
    """A microcredit contract. Its state is the newest `ContractTransition`, kept in `status` too, for the worker."""

    retention = "contract"

    id = models.UUIDField(primary_key=True, default=uuid4)
    application = models.OneToOneField("applications.Application", models.PROTECT, related_name="contract")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="contracts")
    account = models.ForeignKey("clients.ClientAccount", models.PROTECT, null=True, related_name="+")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=16, unique=True)
    principal_tiyn = models.BigIntegerField()
    consumer = models.BooleanField()
    secured = models.BooleanField()  # by a pledge of property
    # The client borrows as a registered individual entrepreneur: with a business purpose no EDS is needed (Rules, 9).
    entrepreneur = models.BooleanField(default=False)
    disbursement_method = models.CharField(max_length=32)
    language = models.CharField(max_length=2)  # of the text the client signs
    # A credit-line agreement (Rules, 2 sub 9-1): how much may be owed at once, until which day it may be drawn, and
    # whether principal repaid may be drawn again. The principal above is the first loan under it.
    line_limit_tiyn = models.BigIntegerField(null=True)
    line_closes_on = models.DateField(null=True)
    line_restored = models.BooleanField(default=False)
    # The contract whose loan the money of this one repays; None when it goes to the client.
    refinances = models.ForeignKey("self", models.PROTECT, null=True, related_name="refinanced_by")
    drawn_up_at = models.DateTimeField()
    status = models.CharField(max_length=16, default="drafted")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="contract_serial_once"),
            models.CheckConstraint(condition=Q(principal_tiyn__gt=0), name="contract_principal_positive"),
            models.CheckConstraint(condition=Q(language__in=["kk", "ru"]), name="contract_language_known"),
            models.CheckConstraint(
                condition=Q(line_limit_tiyn__isnull=True, line_closes_on__isnull=True)
                | Q(line_limit_tiyn__gte=F("principal_tiyn"), line_closes_on__isnull=False),
                name="contract_line_whole",
            ),
            models.CheckConstraint(
                condition=Q(refinances__isnull=True) | ~Q(refinances=F("id")), name="contract_refinances_another"
            ),
        ]
        indexes = [
            models.Index(fields=["client", "drawn_up_at"], name="contract_of_client"),
            models.Index(fields=["id"], name="contract_money_waits", condition=Q(status="signed")),
        ]


class ContractText(models.Model):
    """The contract as it reads on one day, in both languages; a later day needs a new version."""

    append_only = True
    retention = "contract"

    id = models.UUIDField(primary_key=True, default=uuid4)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="texts")
    version = models.PositiveSmallIntegerField()
    dated_on = models.DateField()
    terms = models.JSONField()
    schedule = models.JSONField()
    gesv_percent = models.DecimalField(max_digits=9, decimal_places=1)  # as shown
    total_tiyn = models.BigIntegerField()
    overpayment_tiyn = models.BigIntegerField()
    document_kk = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    document_ru = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)  # of the document in the contract's language: what is signed
    drafted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "version"], name="contract_text_version_once")]


class ContractTransition(models.Model):
    """One move of a contract. The newest tells where it stands."""

    append_only = True
    retention = "contract"

    id = models.UUIDField(primary_key=True, default=uuid4)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="transitions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=16)
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)  # None for the system's own job

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="contract_move_once")]
        indexes = [models.Index(fields=["status", "at"], name="contract_moves")]


class ContractSignature(models.Model):
    """The conclusion of a contract: which text, when, by which proofs. The moment starts the 24 hours.

    EDS is missing only where the Rules spare an individual entrepreneur's business microcredit from it (paragraph 9).
    """

    append_only = True
    retention = "contract"

    contract = models.OneToOneField(Contract, models.PROTECT, primary_key=True, related_name="signature")
    text = models.OneToOneField(ContractText, models.PROTECT, related_name="signature")
    signed_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    eds_proof_id = models.UUIDField(unique=True, null=True)
    biometric_proof_id = models.UUIDField(unique=True)
    channel = models.CharField(max_length=16)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(eds_proof_id__isnull=True) | ~Q(eds_proof_id=F("biometric_proof_id")),
                name="contract_two_different_proofs",
            )
        ]


class Consent(models.Model):
    """The text of a consent put before the client: to conclude the contract, or to receive the money."""

    append_only = True
    retention = "contract"

    id = models.UUIDField(primary_key=True, default=uuid4)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="consents")
    # The change whose money it is for; None for the contract's own.
    change = models.ForeignKey("ContractChange", models.PROTECT, null=True, related_name="consents")
    kind = models.CharField(max_length=16)
    version = models.PositiveSmallIntegerField()
    document = models.OneToOneField("documents.Document", models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=2)
    drafted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "kind", "version"], name="contract_consent_version_once")
        ]


class ConsentGiven(models.Model):
    """The client's confirmation of a consent's text, by a one-time code or by EDS."""

    append_only = True
    retention = "contract"

    consent = models.OneToOneField(Consent, models.PROTECT, primary_key=True, related_name="given")
    given_at = models.DateTimeField()
    means = models.CharField(max_length=8)
    eds_proof_id = models.UUIDField(null=True, unique=True)
    channel = models.CharField(max_length=16)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(means="code", eds_proof_id__isnull=True) | Q(means="eds", eds_proof_id__isnull=False),
                name="contract_consent_means_proven",
            )
        ]


class CoolingOffExemption(models.Model):
    """An exemption from part one of paragraph 9-1 with the document that shows it."""

    append_only = True
    retention = "contract"

    contract = models.OneToOneField(Contract, models.PROTECT, primary_key=True, related_name="exemption")
    kind = models.CharField(max_length=24)
    evidence = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField()


class CoolingOffAnnounced(models.Model):
    """The client was told that the 24 hours are over: once."""

    append_only = True
    retention = "contract"

    contract = models.OneToOneField(Contract, models.PROTECT, primary_key=True, related_name="cooling_off_announced")
    announced_at = models.DateTimeField()


class ContractChange(models.Model):
    """A change put before the client, in both languages. Its state is the newest `ChangeTransition`."""

    append_only = True
    retention = "contract"

    id = models.UUIDField(primary_key=True, default=uuid4)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="changes")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=24)
    one_sided = models.BooleanField()  # an improvement by the lender alone: no signature, but days to refuse it
    effective_on = models.DateField()
    payout_tiyn = models.BigIntegerField(null=True)  # what is given out on top; None for nothing
    answer_until = models.DateTimeField()  # the first moment too late
    proposal = models.JSONField()
    document_kk = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    document_ru = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)  # of the document in the contract's language: what is signed
    proposed_by = models.UUIDField(null=True)
    drafted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="contract_change_number_once")]
        indexes = [
            models.Index(fields=["effective_on"], name="contract_changes_by_day"),
            models.Index(fields=["drafted_at"], condition=Q(payout_tiyn__isnull=False), name="contract_change_payouts"),
        ]


class ChangeCoolingOffAnnounced(models.Model):
    """The client was told that the 24 hours before the money of a change are over: once."""

    append_only = True
    retention = "contract"

    change = models.OneToOneField(
        ContractChange, models.PROTECT, primary_key=True, related_name="cooling_off_announced"
    )
    announced_at = models.DateTimeField()


class ChangeTransition(models.Model):
    """One move of a change. The newest tells where it stands."""

    append_only = True
    retention = "contract"

    id = models.UUIDField(primary_key=True, default=uuid4)
    change = models.ForeignKey(ContractChange, models.PROTECT, related_name="transitions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=16)
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)  # None for the system's own job

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change", "number"], name="contract_change_move_once")]


class ChangeSignature(models.Model):
    """The client's agreement to a change: by which proofs, over which bytes. EDS is missing only where the Rules spare
    an individual entrepreneur's business microcredit from it (paragraph 9)."""

    append_only = True
    retention = "contract"

    change = models.OneToOneField(ContractChange, models.PROTECT, primary_key=True, related_name="signature")
    signed_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    eds_proof_id = models.UUIDField(unique=True, null=True)
    biometric_proof_id = models.UUIDField(unique=True)
    channel = models.CharField(max_length=16)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(eds_proof_id__isnull=True) | ~Q(eds_proof_id=F("biometric_proof_id")),
                name="contract_change_two_different_proofs",
            )
        ]
