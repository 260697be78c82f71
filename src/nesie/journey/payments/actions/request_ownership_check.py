"""Ask the bank whether a contract's account is the client's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange import actions as exchange
from nesie.foundation.exchange.rules import Destination
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import queries as contracts
from nesie.journey.creditworthiness import actions as creditworthiness
from nesie.journey.creditworthiness.rules import Stage
from nesie.journey.payments import queries, rules
from nesie.journey.payments.models import OwnershipCheck
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ContractId, MessageId, new_id


@dataclass(frozen=True, slots=True)
class CheckRequested:
    """The question and the message that carries it."""

    check_id: UUID
    message_id: MessageId


@use_case
def request_ownership_check(
    actor: Actor, now: datetime, *, contract_id: ContractId, change_id: UUID | None = None
) -> CheckRequested:
    """Intend the question about the account (Rules, paragraph 9), and those put again before a payout.

    `change_id`: of the increase or the draw the money is for. Raises WayNotOpen, AccountMissing, PaymentUnderWay,
    NotFound.
    """
    contracts.lock(actor, contract_id)
    terms = contracts.contract_terms(contract_id)
    account_id = rules.check_way(terms.disbursement_method, terms.account_id)
    last = queries.newest_check(contract_id, change_id)
    if queries.under_way(contract_id) or (last is not None and not hasattr(last, "answer")):
        raise rules.PaymentUnderWay
    client = clients.client(actor, terms.client_id)
    check_id = new_id()
    message_id = exchange.intend(
        terms.client_id,
        destination=Destination.BANK,
        kind=rules.KIND_OWNERSHIP,
        key=str(check_id),
        payload={"iban": clients.account(actor, account_id).iban, "iin": client.party_number},
        now=now,
    )
    OwnershipCheck.objects.create(
        id=check_id,
        contract_id=contract_id,
        change_id=change_id,
        account_id=account_id,
        number=OwnershipCheck.objects.filter(contract_id=contract_id).count() + 1,
        message_id=message_id,
        asked_at=now,
    )
    case_id = change_id or contract_id
    creditworthiness.request_checks(actor, now, client_id=terms.client_id, case_id=case_id, stage=Stage.PAYOUT)
    return CheckRequested(check_id, message_id)
