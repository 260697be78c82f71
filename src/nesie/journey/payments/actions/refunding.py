"""Give a client's own money back to the client's own account. Plain functions that join the caller's transaction."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from nesie.foundation.exchange import actions as exchange
from nesie.foundation.exchange.rules import Destination
from nesie.foundation.ledger import actions as ledger
from nesie.foundation.ledger import queries as books
from nesie.foundation.lender import queries as lender
from nesie.foundation.norms.rules import business_day
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import queries as contracts
from nesie.journey.contracts.rules import ContractTerms
from nesie.journey.payments import postings, queries, rules
from nesie.journey.payments.models import Receipt, ReceiptReturn, Refund
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ContractId, ReceiptId, new_id
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound


def intend_refund(actor: Actor, now: datetime, *, contract_id: ContractId, amount: Money, key: str) -> UUID:
    """Order the payout of what stands in REFUNDS_DUE of the contract, once for each `key`, and return the order's id.

    The money goes to the account of the contract, which the bank has shown to be the client's (Rules, paragraph 9).
    Raises RefundUnderWay, OwnershipNotShown, WayNotOpen, AccountMissing, Overdrawn, NotFound.
    """
    last = Refund.objects.filter(key=key).order_by("-attempt").first()
    if last is not None and not queries.refund_refused(last.pk):
        raise rules.RefundUnderWay
    terms = contracts.contract_terms(contract_id)
    account_id = rules.check_way(terms.disbursement_method, terms.account_id)
    rules.check_ownership(queries.newest_verdict(contract_id))
    refund_id = new_id()
    hold_id = ledger.hold(postings.FUNDING, amount, f"payments.refund:{refund_id}", now)
    message_id = exchange.intend(
        terms.client_id,
        destination=Destination.BANK,
        kind=rules.KIND_REFUND,
        key=str(refund_id),
        payload=_order(actor, terms, account_id, amount),
        now=now,
    )
    Refund.objects.create(
        id=refund_id,
        key=key,
        attempt=last.attempt + 1 if last else 1,
        contract_id=contract_id,
        client_id=terms.client_id,
        account_id=account_id,
        amount_tiyn=amount.tiyn,
        hold_id=hold_id,
        message_id=message_id,
        requested_at=now,
    )
    return refund_id


def return_receipt(receipt_id: ReceiptId, now: datetime, *, contract_id: ContractId, returned_on: date) -> None:
    """The bank took back a receipt that no loan holds any more. Raises ReceiptReturned, ReturnedBeforeBooked."""
    receipt = Receipt.objects.filter(pk=receipt_id).first()
    if receipt is None:
        raise NotFound
    today = business_day(now)
    rules.check_return_day(returned_on, receipt.booked_on, today)
    _, fresh = ReceiptReturn.objects.get_or_create(
        receipt_id=receipt_id, defaults={"returned_on": returned_on, "recorded_at": now}
    )
    if not fresh:
        raise rules.ReceiptReturned
    effective_on = rules.effective_day(returned_on, books.last_closed_month(), today)
    ledger.post(postings.returned(receipt_id, contract_id, Money(receipt.amount_tiyn), effective_on), now)


def _order(actor: Actor, terms: ContractTerms, account_id: UUID, amount: Money) -> dict[str, Any]:
    client = clients.client(actor, terms.client_id)
    organisation = lender.organisation()
    return {
        "amount_tiyn": amount.tiyn,
        "payer_iban": organisation.repayment.iban,
        "payer_bin": organisation.bin,
        "payee_iban": clients.account(actor, account_id).iban,
        "payee_iin": client.party_number,
        "payee_name": client.party_name,
        "purpose": rules.refund_purpose(terms.number, terms.dated_on),
        "purpose_code": rules.PURPOSE_CODE_REFUND,
        "payer_code": organisation.repayment.kbe,
        "payee_code": rules.payee_code(entity=client.is_entity),
    }
