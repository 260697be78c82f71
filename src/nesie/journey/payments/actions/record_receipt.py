"""Take money that came to the lender's account into the books."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.ledger import actions as ledger
from nesie.foundation.ledger import queries as books
from nesie.foundation.norms.rules import business_day
from nesie.journey.payments import postings, queries, rules
from nesie.journey.payments.gateways import IncomingPayment
from nesie.journey.payments.models import Receipt, ReceiptMatch, StatementCursor
from nesie.journey.payments.rules import FoundBy, Matched, Recorded
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, ContractId, ReceiptId, new_id


@use_case
def record_receipt(actor: Actor, now: datetime, *, source: str, payment: IncomingPayment) -> Recorded:
    """Book a receipt once for each reference of the bank, and move the statement's cursor in the same transaction.

    It is for the contract whose number stands in its purpose, else for the one loan of its payer; otherwise it waits
    in suspense for a person. Raises ReceiptDiffers.
    """
    # The cursor's row is the queue of this statement: the same receipt read by two jobs is booked by one of them.
    StatementCursor.objects.get_or_create(source=source, defaults={"cursor": "", "read_at": now})
    position = StatementCursor.objects.select_for_update().get(source=source)
    known = Receipt.objects.filter(source=source, bank_reference=payment.bank_reference).first()
    recorded = _known(known, payment) if known is not None else _fresh(source, payment, now)
    position.cursor, position.read_at = payment.cursor, now
    position.save(update_fields=["cursor", "read_at"])
    return recorded


def _fresh(source: str, payment: IncomingPayment, now: datetime) -> Recorded:
    match = queries.find_match(payment.purpose, payment.payer_number)
    receipt_id = ReceiptId(new_id())
    Receipt.objects.create(
        id=receipt_id,
        owner_id=match.client_id if match else receipt_id,
        source=source,
        bank_reference=payment.bank_reference,
        amount_tiyn=payment.amount.tiyn,
        booked_at=payment.booked_at,
        booked_on=payment.booked_on,
        payer_iban=payment.payer_iban,
        payer_number=payment.payer_number,
        payer_name=payment.payer_name,
        purpose=payment.purpose,
        recorded_at=now,
    )
    if match is not None:
        ReceiptMatch.objects.create(
            receipt_id=receipt_id,
            contract_id=match.contract_id,
            client_id=match.client_id,
            found_by=match.found_by,
            matched_at=now,
        )
    effective_on = rules.effective_day(payment.booked_on, books.last_closed_month(), business_day(now))
    contract_id = match.contract_id if match else None
    ledger.post(postings.received(receipt_id, contract_id, payment.amount, effective_on), now)
    return Recorded(receipt_id, match, fresh=True)


def _known(known: Receipt, payment: IncomingPayment) -> Recorded:
    if known.amount_tiyn != payment.amount.tiyn:
        raise rules.ReceiptDiffers
    found = ReceiptMatch.objects.filter(receipt=known).first()
    match = (
        Matched(ContractId(found.contract_id), ClientId(found.client_id), FoundBy(found.found_by)) if found else None
    )
    return Recorded(ReceiptId(known.pk), match, fresh=False)
