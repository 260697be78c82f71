"""Set the money aside and intend the payment order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange import actions as exchange
from nesie.foundation.exchange.rules import Destination
from nesie.foundation.ledger import actions as ledger
from nesie.foundation.lender import queries as lender
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import actions as contract_actions
from nesie.journey.contracts import queries as contracts
from nesie.journey.contracts.rules import ContractTerms
from nesie.journey.payments import postings, queries, rules
from nesie.journey.payments.actions._screening import screen_payout
from nesie.journey.payments.gateways import Wiring
from nesie.journey.payments.models import Disbursement, OwnershipCheck
from nesie.journey.payments.rules import PayoutRequested, RequestOutcome, TakesMoney
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ContractId, DisbursementId, new_id
from nesie.kernel.money import Money


@dataclass(frozen=True, slots=True)
class _Payout:
    """What is to be paid: a contract's own money, or more of it by a change."""

    terms: ContractTerms
    change_id: UUID | None
    amount: Money

    @property
    def case_id(self) -> UUID:
        """Under which the checks before this money are kept."""
        return self.change_id or self.terms.contract_id


@use_case
def request_disbursement(
    actor: Actor, now: datetime, *, contract_id: ContractId, change_id: UUID | None = None
) -> PayoutRequested:
    """Pay a contract, or an increase or a draw under it, out to the client's account, once (Rules, 9 and 9-1).

    In one transaction: the 24 hours and the consent are tested under the contract's lock, the account must be shown
    to be the client's, the client is screened again, the sum is held on the funding account and the order is intended
    under this disbursement's id, which is its key at the bank for ever. What the screening says is an outcome, and so
    is that the loan of a change has ended: then the change is given up.
    Raises CoolingOffNotOver, ConsentMissing, OwnershipNotShown, PaymentUnderWay, Overdrawn, MoveRefused,
    ChangeMoveRefused, NotFound.
    """
    contracts.lock(actor, contract_id)
    terms = contracts.contract_terms(contract_id)
    account_id = rules.check_way(terms.disbursement_method, terms.account_id)
    check = queries.newest_check(contract_id, change_id)
    if check is None or queries.under_way(contract_id):
        raise rules.PaymentUnderWay if check else rules.OwnershipNotShown
    rules.check_ownership(queries.newest_verdict(contract_id, change_id))
    if hasattr(check, "disbursement"):
        raise rules.OwnershipNotShown  # an order refused by the bank needs the bank's word anew
    clients.check_operations(terms.client_id)
    amount = terms.principal if change_id is None else contracts.change(actor, change_id).payout
    payout = _Payout(terms, change_id, amount)
    takes = _loan_takes(payout, now)
    if takes is TakesMoney.NEVER and change_id is not None:
        contract_actions.fail_change(actor, now, change_id=change_id)
        return PayoutRequested(RequestOutcome.GIVEN_UP)
    outcome = screen_payout(
        actor,
        now,
        terms=terms,
        case_id=payout.case_id,
        change_id=change_id,
        amount=amount,
        held=takes is not TakesMoney.YES,
    )
    if outcome is not RequestOutcome.REQUESTED:
        return PayoutRequested(outcome)
    if change_id is None:
        contract_actions.start_disbursement(actor, now, contract_id=contract_id)
    else:
        contract_actions.start_payout(actor, now, change_id=change_id)
    return _intend(actor, payout, account_id, check, now)


def _loan_takes(payout: _Payout, now: datetime) -> TakesMoney:
    """Whether the loan of a change takes more money; a contract's own money has no loan yet."""
    if payout.change_id is None:
        return TakesMoney.YES
    loans = Wiring.running_loans
    if loans is None:
        return TakesMoney.NOT_NOW
    return loans.takes_money(payout.terms.contract_id, payout.amount, now)


def _intend(actor: Actor, payout: _Payout, account_id: UUID, check: OwnershipCheck, now: datetime) -> PayoutRequested:
    disbursement_id, terms = DisbursementId(new_id()), payout.terms
    hold_id = ledger.hold(postings.FUNDING, payout.amount, f"payments.disbursement:{disbursement_id}", now)
    message_id = exchange.intend(
        terms.client_id,
        destination=Destination.BANK,
        kind=rules.KIND_PAY,
        key=str(disbursement_id),
        payload=_order(actor, payout, account_id),
        now=now,
    )
    Disbursement.objects.create(
        id=disbursement_id,
        contract_id=terms.contract_id,
        change_id=payout.change_id,
        client_id=terms.client_id,
        account_id=account_id,
        ownership_check=check,
        attempt=Disbursement.objects.filter(contract_id=terms.contract_id).count() + 1,
        amount_tiyn=payout.amount.tiyn,
        hold_id=hold_id,
        message_id=message_id,
        requested_at=now,
    )
    return PayoutRequested(RequestOutcome.REQUESTED, disbursement_id, message_id)


def _order(actor: Actor, payout: _Payout, account_id: UUID) -> dict[str, Any]:
    terms = payout.terms
    client = clients.client(actor, terms.client_id)
    organisation = lender.organisation()
    return {
        "amount_tiyn": payout.amount.tiyn,
        "payer_iban": organisation.repayment.iban,
        "payer_bin": organisation.bin,
        "payee_iban": clients.account(actor, account_id).iban,
        "payee_iin": client.party_number,
        "payee_name": client.party_name,
        "purpose": rules.payout_purpose(terms.number, terms.dated_on),
        "purpose_code": rules.PURPOSE_CODE_PAYOUT,
        "payer_code": organisation.repayment.kbe,
        "payee_code": rules.payee_code(entity=client.is_entity),
    }
