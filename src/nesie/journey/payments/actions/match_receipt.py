"""Staff say which contract a receipt in suspense is for."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.ledger import actions as ledger
from nesie.foundation.norms.rules import business_day
from nesie.journey.payments import postings, queries, rules
from nesie.journey.payments.models import Receipt, ReceiptMatch, StatementCursor
from nesie.journey.payments.rules import FoundBy
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ContractId, ReceiptId
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound


@use_case
def match_receipt(actor: Actor, now: datetime, *, receipt_id: ReceiptId, contract_id: ContractId) -> None:
    """Take the money out of suspense for a paid-out contract; a second person approves it.

    Raises ReceiptMatched, NoSuchLoan, NotFound.
    """
    receipt = Receipt.objects.filter(pk=receipt_id).first()
    if receipt is None:
        raise NotFound
    StatementCursor.objects.select_for_update().get(source=receipt.source)  # one after another
    if ReceiptMatch.objects.filter(receipt=receipt).exists():
        raise rules.ReceiptMatched
    client_id = queries.check_disbursed(actor, contract_id, now)
    ReceiptMatch.objects.create(
        receipt=receipt,
        contract_id=contract_id,
        client_id=client_id,
        found_by=FoundBy.STAFF,
        matched_at=now,
        matched_by=actor.id,
    )
    entry = postings.identified(receipt_id, contract_id, Money(receipt.amount_tiyn), business_day(now))
    ledger.post(entry, now)
