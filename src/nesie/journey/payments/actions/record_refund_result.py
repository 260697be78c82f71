"""Book what the bank did with a refund's order."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange import actions as exchange_actions
from nesie.foundation.exchange import queries as exchange
from nesie.foundation.exchange.rules import Answer, AnswerStatus
from nesie.foundation.ledger import actions as ledger
from nesie.foundation.ledger import queries as books
from nesie.foundation.norms.rules import business_day
from nesie.journey.payments import postings, queries, rules
from nesie.journey.payments.models import Refund, RefundResult
from nesie.journey.payments.rules import DisbursementOutcome
from nesie.kernel.actor import Actor
from nesie.kernel.ids import HoldId, MessageId
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound


@use_case
def record_refund_result(actor: Actor, now: datetime, *, message_id: MessageId) -> DisbursementOutcome:
    """Post the hold when the client has the money; give it back when the bank refused: the refund is still due then.

    NotFound when there is no final answer. Recorded once.
    """
    row = queries.refund_of_message(message_id)
    heard = exchange.answer(message_id)
    if heard is None or heard.status not in (AnswerStatus.ANSWERED, AnswerStatus.FAILED):
        raise NotFound
    if not exchange_actions.consume(message_id):
        return DisbursementOutcome(RefundResult.objects.get(refund=row).outcome)
    if heard.status is AnswerStatus.ANSWERED:
        _paid(row, heard, now)
        return DisbursementOutcome.PAID
    ledger.void_hold(HoldId(row.hold_id), now)
    RefundResult.objects.create(
        refund=row,
        key=row.key,
        outcome=DisbursementOutcome.REFUSED,
        reason=str(heard.body.get("reason", "") or "not_sent")[:40],
        recorded_at=now,
    )
    return DisbursementOutcome.REFUSED


def _paid(row: Refund, heard: Answer, now: datetime) -> None:
    said = heard.body.get("at")
    paid_at = rules.paid_moment(datetime.fromisoformat(said) if said else None, row.requested_at, now)
    effective_on = rules.effective_day(business_day(paid_at), books.last_closed_month(), business_day(now))
    entry = postings.refunded(row.pk, row.contract_id, Money(row.amount_tiyn), effective_on)
    entry_id = ledger.post_hold(HoldId(row.hold_id), entry, now)
    RefundResult.objects.create(
        refund=row,
        key=row.key,
        outcome=DisbursementOutcome.PAID,
        bank_reference=str(heard.body.get("bank_reference", ""))[:40],
        paid_at=paid_at,
        recorded_at=now,
        entry_id=entry_id,
    )
