"""Put the consent to receive the money before the client, once the 24 hours are over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents.actions import witness
from nesie.foundation.lender import queries as lender
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.actions._move import require
from nesie.journey.contracts.actions._papers import borrower_of, keep_paper
from nesie.journey.contracts.models import Consent
from nesie.journey.contracts.rules import ConsentKind, ContractStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, ContractId, DocumentId, new_id
from nesie.kernel.money import Money


@dataclass(frozen=True, slots=True)
class ConsentDrafted:
    """The consent's own document, to be read and confirmed."""

    consent_id: UUID
    document_id: DocumentId
    sha256: str


@use_case
def draft_consent_to_receive(actor: Actor, now: datetime, *, contract_id: ContractId) -> ConsentDrafted:
    """The document of the consent to receive (Rules, 9-1, subparagraph 2): made only after the 24 hours.

    Asked again it returns the same document, unless the hours began anew meanwhile. Raises ConsentTooEarly,
    MoveRefused, NotFound.
    """
    row = queries.lock(actor, contract_id)
    require(row, ContractStatus.SIGNED, ContractStatus.PAYING)
    cooling = queries.cooling_of(row, now)
    rules.check_consent_moment(cooling, now)
    last = queries.newest_consent(row, ConsentKind.RECEIVE)
    if last is not None and cooling.over(last.drafted_at):
        return ConsentDrafted(last.pk, DocumentId(last.document_id), last.sha256)
    client = clients.active_client(actor, ClientId(row.client_id))
    text = queries.newest_text(row)
    limits = queries.limits(text.dated_on)
    language = rules.paper_language(row.language)
    paper = keep_paper(
        client.id,
        kind="consent_to_receive",
        template="contracts/consent_to_receive",
        data=rules.consent_to_receive_data(
            number=row.number,
            dated_on=text.dated_on,
            lender=lender.organisation(),
            borrower=borrower_of(client),
            account=clients.account(actor, row.account_id).iban if row.account_id else "",
            principal=Money(row.principal_tiyn),
            signed_at=row.signature.signed_at,
            over_at=cooling.over_at,
            at=now,
            hours=limits.hours if limits else 0,
            language=language,
        ),
        language=language,
        file_name=f"consent-to-receive-{row.number}-{language}.pdf",
        channel=actor.channel,
        now=now,
    )
    consent = Consent.objects.create(
        id=new_id(),
        contract=row,
        kind=ConsentKind.RECEIVE,
        version=last.version + 1 if last else 1,
        document_id=paper.id,
        sha256=paper.sha256,
        language=language,
        drafted_at=now,
    )
    witness(consent)
    return ConsentDrafted(consent.pk, paper.id, paper.sha256)
