"""Give the client a statement of the loan, or the confirmation that it is repaid."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents import actions as documents
from nesie.foundation.documents.rules import Event, Language, render
from nesie.foundation.lender import queries as lender
from nesie.journey.clients import queries as clients
from nesie.journey.loans import queries, rules
from nesie.journey.loans.models import LoanTransition, Statement
from nesie.kernel.actor import Actor
from nesie.kernel.ids import DocumentId, LoanId

TEMPLATE = "loans/statement"


@use_case
def issue_statement(actor: Actor, now: datetime, *, loan_id: LoanId, language: Language) -> DocumentId:
    """Make the statement as of the last accrued day, keep it and return its document; NotFound when not the actor's.

    Of a closed loan it is the closing statement, made once in each language; asked again, the same one is returned.
    A loan that was opened again (its last payment bounced) gets another one when it closes anew.
    """
    view = queries.position(actor, loan_id)
    closing = view.status is rules.Status.CLOSED
    closed_number = LoanTransition.objects.filter(loan_id=loan_id).count() if closing else 0
    made = Statement.objects.filter(
        loan_id=loan_id, language=language, closing=True, closed_number=closed_number
    ).first()
    if made is not None:
        return DocumentId(made.document_id)
    facts = queries.book(loan_id).facts
    data = rules.statement_data(
        view,
        queries.statement(actor, loan_id),
        lender=lender.letterhead(language),
        borrower=clients.client(actor, view.client_id).full_name,
        contract_on=facts.contract_on,
        annual_rate=facts.annual_rate,
    )
    rendered = render(TEMPLATE, data, language=language, at=now)
    document_id = documents.store(
        view.client_id,
        kind="closing_statement" if closing else "loan_statement",
        content=rendered.content,
        media_type="application/pdf",
        file_name=f"statement-{view.number}-{view.as_of.isoformat()}-{language}.pdf",
        now=now,
        retention="contract",
        template=TEMPLATE,
        template_version=rendered.template_version,
        language=language,
    )
    documents.record_event(document_id, Event.SENT, now=now, channel="in_app")
    Statement.objects.create(
        loan_id=loan_id,
        document_id=document_id,
        closing=closing,
        closed_number=closed_number,
        language=language,
        as_of=view.as_of,
        made_at=now,
    )
    return document_id
