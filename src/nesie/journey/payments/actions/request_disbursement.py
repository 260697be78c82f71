"""Set the money aside and intend the payment order."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange import actions as exchange
from nesie.foundation.exchange.rules import Destination
from nesie.foundation.ledger import actions as ledger
from nesie.foundation.lender import queries as lender
from nesie.journey.aml import actions as aml
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import actions as contract_actions
from nesie.journey.contracts import queries as contracts
from nesie.journey.contracts.rules import ContractTerms
from nesie.journey.creditworthiness import actions as creditworthiness
from nesie.journey.creditworthiness import queries as credit
from nesie.journey.creditworthiness.rules import Stage
from nesie.journey.payments import postings, queries, rules
from nesie.journey.payments.models import Disbursement, OwnershipCheck, PayoutScreening
from nesie.journey.payments.rules import PayoutRequested, RequestOutcome
from nesie.kernel.actor import Actor
from nesie.kernel.decision import Outcome
from nesie.kernel.ids import ContractId, DisbursementId, new_id


@use_case
def request_disbursement(actor: Actor, now: datetime, *, contract_id: ContractId) -> PayoutRequested:
    """Pay a contract out to the client's account, once (Rules, paragraphs 9 and 9-1).

    In one transaction: the 24 hours and the consent are tested under the contract's lock, the account must be shown
    to be the client's, the client is screened again, the sum is held on the funding account and the order is intended
    under this disbursement's id, which is its key at the bank for ever. What the screening says is an outcome.
    Raises CoolingOffNotOver, ConsentMissing, OwnershipNotShown, PaymentUnderWay, Overdrawn, MoveRefused, NotFound.
    """
    contracts.lock(actor, contract_id)
    terms = contracts.contract_terms(contract_id)
    account_id = rules.check_way(terms.disbursement_method, terms.account_id)
    check = queries.newest_check(contract_id)
    if check is None or queries.under_way(contract_id):
        raise rules.PaymentUnderWay if check else rules.OwnershipNotShown
    rules.check_ownership(queries.newest_verdict(contract_id))
    if hasattr(check, "disbursement"):
        raise rules.OwnershipNotShown  # an order refused by the bank needs the bank's word anew
    outcome = _screen(actor, terms, now)
    if outcome is not RequestOutcome.REQUESTED:
        return PayoutRequested(outcome)
    contract_actions.start_disbursement(actor, now, contract_id=contract_id)
    return _intend(actor, terms, account_id, check, now)


def _screen(actor: Actor, terms: ContractTerms, now: datetime) -> RequestOutcome:
    contract_id, client_id = terms.contract_id, terms.client_id
    rechecked = creditworthiness.recheck_case(
        actor, now, client_id=client_id, case_id=contract_id, stage=Stage.PAYOUT, amount=terms.principal
    )
    screened = aml.screen_client(actor, now, client_id=client_id)
    if screened.outcome is Outcome.DECLINE:
        aml.refuse_client(actor, now, subject_id=contract_id, screening_id=screened.screening_id)
    outcome = rules.request_outcome(register=rechecked.outcome, screened=screened.outcome)
    if outcome is RequestOutcome.CHECKS_UNDER_WAY and not credit.waiting(contract_id, Stage.PAYOUT):
        creditworthiness.request_checks(actor, now, client_id=client_id, case_id=contract_id, stage=Stage.PAYOUT)
    PayoutScreening.objects.create(
        id=new_id(),
        contract_id=contract_id,
        screening_id=screened.screening_id,
        outcome=outcome,
        screened_at=now,
    )
    return outcome


def _intend(
    actor: Actor, terms: ContractTerms, account_id: UUID, check: OwnershipCheck, now: datetime
) -> PayoutRequested:
    disbursement_id = DisbursementId(new_id())
    hold_id = ledger.hold(postings.FUNDING, terms.principal, f"payments.disbursement:{disbursement_id}", now)
    message_id = exchange.intend(
        terms.client_id,
        destination=Destination.BANK,
        kind=rules.KIND_PAY,
        key=str(disbursement_id),
        payload=_order(actor, terms, account_id),
        now=now,
    )
    Disbursement.objects.create(
        id=disbursement_id,
        contract_id=terms.contract_id,
        client_id=terms.client_id,
        account_id=account_id,
        ownership_check=check,
        attempt=Disbursement.objects.filter(contract_id=terms.contract_id).count() + 1,
        amount_tiyn=terms.principal.tiyn,
        hold_id=hold_id,
        message_id=message_id,
        requested_at=now,
    )
    return PayoutRequested(RequestOutcome.REQUESTED, disbursement_id, message_id)


def _order(actor: Actor, terms: ContractTerms, account_id: UUID) -> dict[str, Any]:
    client = clients.client(actor, terms.client_id)
    organisation = lender.organisation()
    return {
        "amount_tiyn": terms.principal.tiyn,
        "payer_iban": organisation.repayment.iban,
        "payer_bin": organisation.bin,
        "payee_iban": clients.account(actor, account_id).iban,
        "payee_iin": client.iin,
        "payee_name": " ".join(part for part in (client.surname, client.given_name, client.patronymic) if part),
        "purpose": rules.payout_purpose(terms.number, terms.dated_on),
        "purpose_code": rules.PURPOSE_CODE_PAYOUT,
        "payer_code": organisation.repayment.kbe,
        "payee_code": rules.RESIDENT_INDIVIDUAL,
    }
