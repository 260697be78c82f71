"""The client is told what happened to the loan: a paper in both languages, the schedule ahead, a notice. Joined."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nesie.foundation.documents import actions as documents
from nesie.foundation.documents.rules import Event, Language
from nesie.foundation.lender import queries as lender
from nesie.foundation.norms.rules import business_day
from nesie.foundation.notices import actions as notices
from nesie.journey.clients import queries as clients
from nesie.journey.clients.rules import ClientView
from nesie.journey.contracts import queries as contracts
from nesie.journey.loans import rules
from nesie.journey.loans.actions.recording import Recorded
from nesie.journey.loans.models import EventPaper, ScheduleVersion
from nesie.kernel.actor import Actor
from nesie.kernel.ids import DocumentId

TEMPLATE = "loans/event"
KIND = "loan_notice"
LANGUAGES: tuple[Language, ...] = ("kk", "ru")


def tell(actor: Actor, done: Recorded, event: rules.AnyEvent, now: datetime) -> None:
    """A paper about an event, with the schedule when that changed, and a notice that it is there."""
    rescheduled = rules.reschedules(done.before, done.after)
    if not rescheduled and not rules.has_paper(event):
        return
    facts = done.after.facts
    client = clients.client(actor, facts.client_id)
    data = rules.event_data(
        event,
        done.before,
        done.after,
        method=facts.terms.method
        if facts.terms is not None
        else contracts.contract_terms(facts.contract_id).terms.method,
        borrower_name=client.party_name,
        borrower_iin=client.party_number,
        made_on=business_day(now),
        with_schedule=rescheduled,
    )
    papers = {language: _keep(client, data, language, done, now) for language in LANGUAGES}
    keep_papers(done, papers)
    if rescheduled:
        keep_schedule(done, event, papers)
    notices.notify(
        client.id,
        template="loan_event",
        params={"number": facts.number, "on": event.on},
        language=client.language,
        now=now,
        phone=client.phone,
        email=client.email,
    )


def tell_of_schedule(actor: Actor, done: Recorded, event: rules.AnyEvent, now: datetime) -> None:
    """As `tell`, only when money changed the schedule."""
    if rules.reschedules(done.before, done.after):
        tell(actor, done, event, now)


def keep_papers(done: Recorded, papers: dict[Language, DocumentId]) -> None:
    """Which documents told the client of an event."""
    EventPaper.objects.bulk_create(
        EventPaper(event_id=done.event_id, document_id=document_id, language=language)
        for language, document_id in papers.items()
    )


def keep_schedule(done: Recorded, event: rules.AnyEvent, papers: dict[Language, DocumentId]) -> None:
    """A version of the schedule: what remained to be paid after an event, as the client was given it."""
    loan_id = done.after.facts.loan_id
    ahead = done.after.dues[done.after.period - 1 :]
    ScheduleVersion.objects.create(
        loan_id=loan_id,
        number=ScheduleVersion.objects.filter(loan_id=loan_id).count() + 1,
        effective_on=event.on,
        schedule=rules.plan_ahead(done.after).to_json(),
        event_id=done.event_id,
        grace={due.due_on.isoformat(): due.grace_until_on.isoformat() for due in ahead},
        document_kk_id=papers["kk"],
        document_ru_id=papers["ru"],
    )


def _keep(client: ClientView, data: dict[str, Any], language: Language, done: Recorded, now: datetime) -> DocumentId:
    laid_out = contracts.papers()(TEMPLATE, {**data, "lender": lender.letterhead(language)}, language=language, at=now)
    document_id = documents.store(
        client.id,
        kind=KIND,
        content=laid_out.content,
        media_type=laid_out.media_type,
        file_name=f"notice-{data['number']}-{data['kind']}-{str(done.event_id)[-8:]}-{language}.pdf",
        now=now,
        retention="contract",
        template=TEMPLATE,
        template_version=laid_out.template_version,
        language=language,
    )
    documents.record_event(document_id, Event.SENT, now=now, channel="in_app")
    return document_id
