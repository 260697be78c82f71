"""Put the consent to receive the money before the client, once the 24 hours are over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents.actions import witness
from nesie.foundation.documents.rules import DocumentView
from nesie.foundation.lender import queries as lender
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.actions._awaited_money import AwaitedMoney, awaited_money
from nesie.journey.contracts.actions._papers import borrower_of, keep_paper
from nesie.journey.contracts.models import Consent, Contract
from nesie.journey.contracts.rules import ConsentKind
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, ContractId, DocumentId, new_id


@dataclass(frozen=True, slots=True)
class ConsentDrafted:
    """The consent's own document, to be read and confirmed."""

    consent_id: UUID
    document_id: DocumentId
    sha256: str


@use_case
def draft_consent_to_receive(
    actor: Actor, now: datetime, *, contract_id: ContractId, change_id: UUID | None = None
) -> ConsentDrafted:
    """The document of the consent to receive (Rules, 9-1, subparagraph 2): made only after the 24 hours.

    `change_id`: of the increase or the draw whose money it is. Asked again it returns the same document, unless the
    hours began anew meanwhile. Raises ConsentTooEarly, MoveRefused, ChangeMoveRefused, NotFound.
    """
    row = queries.lock(actor, contract_id)
    awaited = awaited_money(row, change_id, now)
    rules.check_consent_moment(awaited.cooling, now)
    last = awaited.consent
    if last is not None and awaited.cooling.over(last.drafted_at):
        return ConsentDrafted(last.pk, DocumentId(last.document_id), last.sha256)
    paper = _paper(actor, row, awaited, now)
    consent = Consent.objects.create(
        id=new_id(),
        contract=row,
        change=awaited.change,
        kind=ConsentKind.RECEIVE,
        version=row.consents.filter(kind=ConsentKind.RECEIVE).count() + 1,
        document_id=paper.id,
        sha256=paper.sha256,
        language=paper.language,
        drafted_at=now,
    )
    witness(consent)
    return ConsentDrafted(consent.pk, paper.id, paper.sha256)


def _paper(actor: Actor, row: Contract, awaited: AwaitedMoney, now: datetime) -> DocumentView:
    client = clients.active_client(actor, ClientId(row.client_id))
    limits = queries.limits(awaited.dated_on)
    language = rules.paper_language(row.language)
    return keep_paper(
        client.id,
        kind="consent_to_receive",
        template="contracts/consent_to_receive",
        data=rules.consent_to_receive_data(
            number=awaited.number,
            dated_on=awaited.dated_on,
            lender=lender.organisation(),
            borrower=borrower_of(client, business=not row.consumer),
            account=clients.account(actor, row.account_id).iban if row.account_id else "",
            principal=awaited.amount,
            signed_at=awaited.signed_at,
            over_at=awaited.cooling.over_at,
            at=now,
            hours=limits.hours if limits else 0,
            language=language,
        ),
        language=language,
        file_name=f"consent-to-receive-{awaited.number.replace('/', '-')}-{language}.pdf",
        channel=actor.channel,
        now=now,
    )
