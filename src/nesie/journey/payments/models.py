"""Tables of payments: questions about accounts, payouts and their results, receipts and whom they are for."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from nesie.foundation.vault.fields import SealedField


class OwnershipCheck(models.Model):
    """The bank was asked whether the account of a contract is the client's (Rules, paragraph 9)."""

    append_only = True
    retention = "money"

    id = models.UUIDField(primary_key=True, default=uuid4)
    contract = models.ForeignKey("contracts.Contract", models.PROTECT, related_name="+")
    # The change whose money it is (an increase, a draw under a credit line); None for the contract's own.
    change = models.ForeignKey("contracts.ContractChange", models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey("clients.ClientAccount", models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()  # the how-manieth question for this contract
    message_id = models.UUIDField(unique=True)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="payments_check_once")]


class OwnershipAnswer(models.Model):
    """What the bank answered; no row means no answer yet, and no answer means no money."""

    append_only = True
    retention = "money"

    check_asked = models.OneToOneField(OwnershipCheck, models.PROTECT, primary_key=True, related_name="answer")
    verdict = models.CharField(max_length=12)
    answered_at = models.DateTimeField()


class PayoutScreening(models.Model):
    """The checks made again before a payout, and what they allowed."""

    append_only = True
    retention = "money"

    id = models.UUIDField(primary_key=True, default=uuid4)
    contract = models.ForeignKey("contracts.Contract", models.PROTECT, related_name="+")
    # The change whose money it is (an increase, a draw under a credit line); None for the contract's own.
    change = models.ForeignKey("contracts.ContractChange", models.PROTECT, null=True, related_name="+")
    screening_id = models.UUIDField()
    outcome = models.CharField(max_length=24)
    screened_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["contract", "screened_at"], name="payments_screenings")]


class Disbursement(models.Model):
    """One payment order to the client's account. Its id is the key under which the bank knows it, for ever."""

    append_only = True
    retention = "money"

    id = models.UUIDField(primary_key=True, default=uuid4)
    contract = models.ForeignKey("contracts.Contract", models.PROTECT, related_name="disbursements")
    # The change whose money it is (an increase, a draw under a credit line); None for the contract's own.
    change = models.ForeignKey("contracts.ContractChange", models.PROTECT, null=True, related_name="+")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    account = models.ForeignKey("clients.ClientAccount", models.PROTECT, related_name="+")
    ownership_check = models.OneToOneField(OwnershipCheck, models.PROTECT, related_name="disbursement")
    attempt = models.PositiveSmallIntegerField()  # a new one only after the bank refused the one before
    amount_tiyn = models.BigIntegerField()
    hold_id = models.UUIDField(unique=True)
    message_id = models.UUIDField(unique=True)
    requested_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "attempt"], name="payments_attempt_once"),
            models.CheckConstraint(condition=Q(amount_tiyn__gt=0), name="payments_disbursement_positive"),
        ]


class DisbursementResult(models.Model):
    """The end of a payment order: paid or refused. Without a row it is under way, or its answer is not known."""

    append_only = True
    retention = "money"

    disbursement = models.OneToOneField(Disbursement, models.PROTECT, primary_key=True, related_name="result")
    contract = models.ForeignKey("contracts.Contract", models.PROTECT, related_name="+")
    # The change whose money it is (an increase, a draw under a credit line); None for the contract's own.
    change = models.ForeignKey("contracts.ContractChange", models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=12)
    bank_reference = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    paid_at = models.DateTimeField(null=True)  # by the bank
    recorded_at = models.DateTimeField()
    entry_id = models.UUIDField(null=True, unique=True)

    class Meta:
        constraints = [
            # The last word on "exactly once": a contract can be paid one time only, whatever the code does, and so
            # can a change of it.
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(outcome="paid", change__isnull=True),
                name="payments_contract_paid_once",
            ),
            models.UniqueConstraint(fields=["change"], condition=Q(outcome="paid"), name="payments_change_paid_once"),
            models.CheckConstraint(
                condition=Q(outcome="paid", paid_at__isnull=False, entry_id__isnull=False)
                | Q(outcome="refused", paid_at__isnull=True, entry_id__isnull=True),
                name="payments_result_whole",
            ),
        ]


class DisbursementTaken(models.Model):
    """The later stage has taken the money over: the loan is opened."""

    append_only = True
    retention = "money"

    disbursement = models.OneToOneField(Disbursement, models.PROTECT, primary_key=True, related_name="taken")
    taken_at = models.DateTimeField()


class Receipt(models.Model):
    """Money that came to the lender's account, once for each reference of the bank."""

    append_only = True
    retention = "money"

    id = models.UUIDField(primary_key=True, default=uuid4)
    owner_id = models.UUIDField()  # whose data key seals the payer: the client, or the receipt itself while unmatched
    source = models.CharField(max_length=16)
    bank_reference = models.CharField(max_length=40)
    amount_tiyn = models.BigIntegerField()
    booked_at = models.DateTimeField()
    booked_on = models.DateField()
    payer_iban = SealedField(owner="owner_id")
    payer_number = SealedField(owner="owner_id")
    payer_name = SealedField(owner="owner_id")
    purpose = SealedField(owner="owner_id")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "bank_reference"], name="payments_receipt_once"),
            models.CheckConstraint(condition=Q(amount_tiyn__gt=0), name="payments_receipt_positive"),
        ]
        indexes = [models.Index(fields=["booked_at"], name="payments_receipt_order")]


class ReceiptMatch(models.Model):
    """Which contract a receipt is for, and how that was found. A receipt without one is in suspense."""

    append_only = True
    retention = "money"

    receipt = models.OneToOneField(Receipt, models.PROTECT, primary_key=True, related_name="match")
    contract = models.ForeignKey("contracts.Contract", models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    found_by = models.CharField(max_length=16)
    matched_at = models.DateTimeField()
    matched_by = models.UUIDField(null=True)  # the staff member; None when the system found it


class ReceiptTaken(models.Model):
    """The later stage has taken the receipt over: it is allocated to a loan."""

    append_only = True
    retention = "money"

    receipt = models.OneToOneField(Receipt, models.PROTECT, primary_key=True, related_name="taken")
    taken_at = models.DateTimeField()


class Refund(models.Model):
    """One payment order that gives a client's own money back. Its id is the key under which the bank knows it."""

    append_only = True
    retention = "money"

    id = models.UUIDField(primary_key=True, default=uuid4)
    key = models.CharField(max_length=80)  # what it is given back for; the same for every attempt
    attempt = models.PositiveSmallIntegerField()  # a new one only after the bank refused the one before
    contract = models.ForeignKey("contracts.Contract", models.PROTECT, related_name="refunds")
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    account = models.ForeignKey("clients.ClientAccount", models.PROTECT, related_name="+")
    amount_tiyn = models.BigIntegerField()
    hold_id = models.UUIDField(unique=True)
    message_id = models.UUIDField(unique=True)
    requested_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "attempt"], name="payments_refund_attempt_once"),
            models.CheckConstraint(condition=Q(amount_tiyn__gt=0), name="payments_refund_positive"),
        ]


class RefundResult(models.Model):
    """The end of a refund's order: paid or refused. Without a row it is under way, or its answer is not known."""

    append_only = True
    retention = "money"

    refund = models.OneToOneField(Refund, models.PROTECT, primary_key=True, related_name="result")
    key = models.CharField(max_length=80)
    outcome = models.CharField(max_length=12)
    bank_reference = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    paid_at = models.DateTimeField(null=True)  # by the bank
    recorded_at = models.DateTimeField()
    entry_id = models.UUIDField(null=True, unique=True)

    class Meta:
        constraints = [
            # The same money is given back one time only, whatever the code does.
            models.UniqueConstraint(fields=["key"], condition=Q(outcome="paid"), name="payments_refund_paid_once"),
            models.CheckConstraint(
                condition=Q(outcome="paid", paid_at__isnull=False, entry_id__isnull=False)
                | Q(outcome="refused", paid_at__isnull=True, entry_id__isnull=True),
                name="payments_refund_result_whole",
            ),
        ]


class ReceiptReturn(models.Model):
    """The bank took a receipt back: it had bounced. The money is not the lender's, and no loan was paid with it."""

    append_only = True
    retention = "money"

    receipt = models.OneToOneField(Receipt, models.PROTECT, primary_key=True, related_name="returned")
    returned_on = models.DateField()  # by the bank
    recorded_at = models.DateTimeField()


class StatementCursor(models.Model):
    """How far a bank's statement was read."""

    retention = "configuration"

    source = models.CharField(primary_key=True, max_length=16)
    cursor = models.CharField(max_length=64)
    read_at = models.DateTimeField()
