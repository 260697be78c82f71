"""Ask the bureau and the register about a client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.exchange import actions as exchange
from nesie.foundation.exchange.rules import Destination
from nesie.journey.clients import queries as clients
from nesie.journey.clients.rules import Authority
from nesie.journey.creditworthiness import queries, rules
from nesie.journey.creditworthiness.models import Inquiry
from nesie.journey.creditworthiness.rules import InquiryKind, Stage
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, MessageId, new_id

_DESTINATIONS = {
    InquiryKind.BUREAU_REPORT: Destination.BUREAU,
    InquiryKind.VOLUNTARY_REFUSAL: Destination.VOLUNTARY_REFUSAL,
    InquiryKind.BUSINESS_STANDING: Destination.BUSINESS_REGISTRY,
}


@dataclass(frozen=True, slots=True)
class ChecksRequested:
    """The round of questions and the messages that carry them."""

    round: int
    message_ids: tuple[MessageId, ...]


@use_case
def request_checks(
    actor: Actor,
    now: datetime,
    *,
    client_id: ClientId,
    case_id: UUID,
    stage: Stage,
    consumer: bool = True,
    money: bool = True,
) -> ChecksRequested:
    """Intend every question of a case anew; the answers are taken by `record_inquiry_answer`. NotFound.

    `consumer`: the loan serves no business; `money`: the case gives some out. The consent to be asked about was given
    at registration, without which there is no client.
    """
    client = clients.client(actor, client_id)
    number = queries.newest_round(case_id, stage) + 1
    about = {"bin": client.bin} if client.is_entity else {"iin": client.iin}
    heads = client.authority is not None and client.authority.kind is Authority.ORDER
    more = {InquiryKind.BUSINESS_STANDING: {"head": client.iin if heads else ""}}
    asked = rules.questions(stage, entity=client.is_entity, consumer=consumer, money=money)
    sent = tuple(_ask(kind, about | more.get(kind, {}), client_id, case_id, stage, number, now) for kind in asked)
    return ChecksRequested(number, sent)


def _ask(
    kind: InquiryKind,
    about: dict[str, str],
    client_id: ClientId,
    case_id: UUID,
    stage: Stage,
    number: int,
    now: datetime,
) -> MessageId:
    message_id = exchange.intend(
        client_id,
        destination=_DESTINATIONS[kind],
        kind=rules.message_kind(kind),
        key=f"{kind.value}:{stage.value}:{case_id}:{number}",
        payload=about,
        now=now,
    )
    Inquiry.objects.create(
        id=new_id(),
        client_id=client_id,
        case_id=case_id,
        stage=stage,
        kind=kind,
        round=number,
        message_id=message_id,
        asked_at=now,
    )
    return message_id
