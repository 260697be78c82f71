"""The next stage takes money over. Plain functions that join its transaction."""

from __future__ import annotations

from datetime import datetime

from nesie.journey.payments.models import DisbursementTaken, ReceiptTaken
from nesie.kernel.ids import DisbursementId, ReceiptId


def take_disbursement(disbursement_id: DisbursementId, now: datetime) -> bool:
    """Note that the loan is opened; False when it was taken before, and then nothing may be done with it."""
    _, fresh = DisbursementTaken.objects.get_or_create(disbursement_id=disbursement_id, defaults={"taken_at": now})
    return fresh


def take_receipt(receipt_id: ReceiptId, now: datetime) -> bool:
    """Note that the receipt is allocated; False when it was taken before."""
    _, fresh = ReceiptTaken.objects.get_or_create(receipt_id=receipt_id, defaults={"taken_at": now})
    return fresh
