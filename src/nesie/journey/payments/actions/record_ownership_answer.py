"""Keep what the bank said of an account."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange import actions as exchange_actions
from nesie.foundation.exchange import queries as exchange
from nesie.foundation.exchange.rules import AnswerStatus
from nesie.foundation.notices import actions as notices
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import queries as contracts
from nesie.journey.payments import queries
from nesie.journey.payments.models import OwnershipAnswer, OwnershipCheck
from nesie.journey.payments.rules import Ownership
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ContractId, MessageId
from nesie.kernel.refused import NotFound

_FINAL = (AnswerStatus.ANSWERED, AnswerStatus.FAILED)


@use_case
def record_ownership_answer(actor: Actor, now: datetime, *, message_id: MessageId) -> Ownership:
    """Record the bank's verdict once (Rules, paragraph 9); an answer without one is "unknown", which is a refusal.

    The client is told when the money cannot go to the account. NotFound when there is no such final answer.
    """
    check = queries.check_of_message(message_id)
    heard = exchange.answer(message_id)
    if heard is None or heard.status not in _FINAL:
        raise NotFound
    if not exchange_actions.consume(message_id):
        return Ownership(OwnershipAnswer.objects.get(check_asked=check).verdict)
    said = str(heard.body.get("verdict", "")) if heard.status is AnswerStatus.ANSWERED else ""
    verdict = Ownership(said) if said in set(Ownership) else Ownership.UNKNOWN
    OwnershipAnswer.objects.create(check_asked=check, verdict=verdict, answered_at=now)
    if verdict is not Ownership.SHOWN:
        _tell(actor, check, now)
    return verdict


def _tell(actor: Actor, check: OwnershipCheck, now: datetime) -> None:
    terms = contracts.contract_terms(ContractId(check.contract_id))
    client = clients.client(actor, terms.client_id)
    notices.notify(
        client.id,
        template="account_not_confirmed",
        params={"number": terms.number},
        language=client.language,
        now=now,
        phone=client.phone,
        email=client.email,
    )
