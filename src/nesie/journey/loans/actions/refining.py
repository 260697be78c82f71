"""The schedule given to the client when the money left on another day than the contract assumed. Joined functions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nesie.foundation.documents import actions as documents
from nesie.foundation.documents.rules import Event, Language
from nesie.foundation.lender import queries as lender
from nesie.foundation.norms.rules import business_day
from nesie.foundation.notices import actions as notices
from nesie.foundation.terms.rules import Schedule
from nesie.journey.clients import queries as clients
from nesie.journey.clients.rules import ClientView
from nesie.journey.contracts import queries as contracts
from nesie.journey.contracts.rules import ContractView
from nesie.journey.loans import rules
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ContractId, DocumentId

TEMPLATE = "loans/schedule"
KIND = "payment_schedule"
LANGUAGES: tuple[Language, ...] = ("kk", "ru")


def give_refined_schedule(
    actor: Actor, contract_id: ContractId, plan: Schedule, now: datetime
) -> dict[str, DocumentId] | None:
    """Store the schedule in both languages and tell the client of it, as the contract promises for that very day.

    None, and nothing is done, when the schedule is the contract's own.
    """
    contract = contracts.contract(actor, contract_id, now)
    if not rules.is_refined(contract.plan, plan):
        return None
    client = clients.client(actor, contract.client_id)
    facts = rules.refined_schedule_data(
        contract, plan, borrower_name=client.party_name, borrower_iin=client.party_number, made_on=business_day(now)
    )
    papers: dict[str, DocumentId] = {language: _keep(contract, facts, language, now) for language in LANGUAGES}
    _tell(client, contract, plan, now)
    return papers


def _keep(contract: ContractView, facts: dict[str, Any], language: Language, now: datetime) -> DocumentId:
    laid_out = contracts.papers()(TEMPLATE, {**facts, "lender": lender.letterhead(language)}, language=language, at=now)
    document_id = documents.store(
        contract.client_id,
        kind=KIND,
        content=laid_out.content,
        media_type=laid_out.media_type,
        file_name=f"schedule-{contract.number}-{facts['paid_on'].isoformat()}-{language}.pdf",
        now=now,
        retention="contract",
        template=TEMPLATE,
        template_version=laid_out.template_version,
        language=language,
    )
    documents.record_event(document_id, Event.SENT, now=now, channel="in_app")
    return document_id


def _tell(client: ClientView, contract: ContractView, plan: Schedule, now: datetime) -> None:
    notices.notify(
        client.id,
        template="schedule_refined",
        params={"number": contract.number, "paid_on": plan.disbursed_on, "due_on": plan.rows[0].due_on},
        language=client.language,
        now=now,
        phone=client.phone,
        email=client.email,
    )
