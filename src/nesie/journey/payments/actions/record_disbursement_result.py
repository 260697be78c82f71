"""Book what the bank did with a payment order."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange import actions as exchange_actions
from nesie.foundation.exchange import queries as exchange
from nesie.foundation.exchange.rules import Answer, AnswerStatus
from nesie.foundation.ledger import actions as ledger
from nesie.foundation.ledger import queries as books
from nesie.foundation.norms.rules import business_day
from nesie.foundation.notices import actions as notices
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import actions as contract_actions
from nesie.journey.contracts import queries as contracts
from nesie.journey.payments import postings, queries, rules
from nesie.journey.payments.models import Disbursement, DisbursementResult
from nesie.journey.payments.rules import DisbursementOutcome
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, ContractId, HoldId, MessageId
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound


@use_case
def record_disbursement_result(actor: Actor, now: datetime, *, message_id: MessageId) -> DisbursementOutcome:
    """Post the hold when the money is paid, give it back when the bank refused (Rules, paragraph 9); once.

    An unknown answer is none: the order stays intended and is asked about. NotFound when there is no final answer.
    """
    row = queries.disbursement_of_message(message_id)
    heard = exchange.answer(message_id)
    if heard is None or heard.status not in (AnswerStatus.ANSWERED, AnswerStatus.FAILED):
        raise NotFound
    if not exchange_actions.consume(message_id):
        return DisbursementOutcome(DisbursementResult.objects.get(disbursement=row).outcome)
    if heard.status is AnswerStatus.ANSWERED:
        _paid(actor, row, heard, now)
        return DisbursementOutcome.PAID
    _refused(actor, row, heard, now)
    return DisbursementOutcome.REFUSED


def _paid(actor: Actor, row: Disbursement, heard: Answer, now: datetime) -> None:
    contract_id = ContractId(row.contract_id)
    said = heard.body.get("at")
    paid_at = rules.paid_moment(datetime.fromisoformat(said) if said else None, row.requested_at, now)
    effective_on = rules.effective_day(business_day(paid_at), books.last_closed_month(), business_day(now))
    entry = postings.disbursed(row.pk, row.contract_id, Money(row.amount_tiyn), effective_on)
    entry_id = ledger.post_hold(HoldId(row.hold_id), entry, now)
    DisbursementResult.objects.create(
        disbursement=row,
        contract_id=contract_id,
        change_id=row.change_id,
        outcome=DisbursementOutcome.PAID,
        bank_reference=str(heard.body.get("bank_reference", ""))[:40],
        paid_at=paid_at,
        recorded_at=now,
        entry_id=entry_id,
    )
    if row.change_id is None:
        contract_actions.finish_disbursement(actor, now, contract_id=contract_id)
    else:
        contract_actions.finish_payout(actor, now, change_id=row.change_id)
    _tell(actor, row, "money_sent", now, amount=Money(row.amount_tiyn))


def _refused(actor: Actor, row: Disbursement, heard: Answer, now: datetime) -> None:
    ledger.void_hold(HoldId(row.hold_id), now)
    DisbursementResult.objects.create(
        disbursement=row,
        contract_id=row.contract_id,
        change_id=row.change_id,
        outcome=DisbursementOutcome.REFUSED,
        reason=str(heard.body.get("reason", "") or "not_sent")[:40],
        recorded_at=now,
    )
    if row.change_id is None:
        contract_actions.fail_disbursement(actor, now, contract_id=ContractId(row.contract_id))
    else:
        contract_actions.fail_payout(actor, now, change_id=row.change_id)
    _tell(actor, row, "money_not_sent", now)


def _tell(actor: Actor, row: Disbursement, template: str, now: datetime, **params: object) -> None:
    client = clients.client(actor, ClientId(row.client_id))
    number = contracts.contract_terms(ContractId(row.contract_id)).number
    notices.notify(
        client.id,
        template=template,
        params={"number": number, **params},
        language=client.language,
        now=now,
        phone=client.phone,
        email=client.email,
    )
