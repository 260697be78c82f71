"""The client asks for other conditions, because a payment is late (Law 56-V, art. 9-2 p. 2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents import actions as documents
from nesie.foundation.documents.rules import Event
from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import business_day, deadline
from nesie.journey.clients import queries as clients
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions._settling import tell
from nesie.journey.loans.actions.accrual import brought_to
from nesie.journey.loans.models import SettlementApplication
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId, new_id
from nesie.kernel.refused import NotFound


@use_case
def record_settlement_application(
    actor: Actor,
    now: datetime,
    *,
    loan_id: LoanId,
    relief: rules.Relief,
    hardship: rules.Hardship,
    text: str,
) -> UUID:
    """Take the application, made by the client or taken down by staff; the term of the answer runs from now.

    The words are kept as a sealed document. One that comes after the 30 days is taken all the same. Returns its id.
    Raises WordsMissing, NoArrears, ApplicationWaits, NotFound.
    """
    queries.visible(actor, loan_id)
    words = rules.checked_words(text)
    if actor.id is None:
        raise NotFound
    book = brought_to(loan_id, business_day(now), now)
    rules.check_application(queries.procedure_of(book, now))
    client = clients.client(actor, book.facts.client_id)
    document_id = documents.store(
        client.id,
        kind="settlement_application",
        content=words.encode(),
        media_type="text/plain",
        file_name=f"settlement-{book.facts.number}-{business_day(now).isoformat()}.txt",
        now=now,
        retention="contract",
    )
    documents.record_event(document_id, Event.RECEIVED, now=now, channel=actor.channel)
    row = SettlementApplication.objects.create(
        id=new_id(),
        loan_id=loan_id,
        received_at=now,
        relief=relief,
        hardship=hardship,
        document_id=document_id,
        channel=actor.channel,
        recorded_by=actor.id,
    )
    documents.witness(row)
    until = deadline(now, queries.settlement_norms(book.facts.contract_on).reply, norms.calendar())
    tell(client, "settlement_received", now, number=book.facts.number, due_on=until.last_on)
    return row.pk
