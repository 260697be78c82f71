"""Give the client a statement of the loan, or the confirmation that it is repaid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.documents import actions as documents
from nesie.foundation.documents.rules import Event, Language
from nesie.foundation.lender import queries as lender
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import queries as contracts
from nesie.journey.loans import queries, rules
from nesie.journey.loans.models import LoanTransition, Statement
from nesie.kernel.actor import Actor
from nesie.kernel.ids import DocumentId, LoanId

TEMPLATE = "loans/statement"


@dataclass(frozen=True, slots=True)
class _Made:
    """A statement as it was written down."""

    kind: str
    content: bytes
    media_type: str
    template: str = ""
    template_version: str = ""


@use_case
def issue_statement(
    actor: Actor,
    now: datetime,
    *,
    loan_id: LoanId,
    language: Language,
    form: rules.StatementForm = rules.StatementForm.PDF,
) -> DocumentId:
    """Make the statement as of the last accrued day, keep it and return its document; NotFound when not the actor's.

    As a paper, of a closed loan it is the closing statement, made once in each language; asked again, the same one is
    returned. A loan that was opened again (its last payment bounced) gets another one when it closes anew. As a sheet
    (CSV) it holds every day and every part of every payment.
    """
    view = queries.position(actor, loan_id)
    closing = view.status is rules.Status.CLOSED and form is rules.StatementForm.PDF
    closed_number = LoanTransition.objects.filter(loan_id=loan_id).count() if closing else 0
    made = Statement.objects.filter(
        loan_id=loan_id, language=language, closing=True, closed_number=closed_number
    ).first()
    if made is not None:
        return DocumentId(made.document_id)
    written = (_paper if form is rules.StatementForm.PDF else _sheet)(actor, view, language, now)
    document_id = documents.store(
        view.client_id,
        kind=written.kind,
        content=written.content,
        media_type=written.media_type,
        file_name=f"statement-{view.number}-{view.as_of.isoformat()}-{language}.{form.value}",
        now=now,
        retention="contract",
        template=written.template,
        template_version=written.template_version,
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


def _paper(actor: Actor, view: rules.PositionView, language: Language, now: datetime) -> _Made:
    book = queries.book(view.loan_id)
    data = rules.statement_data(
        view,
        queries.statement(actor, view.loan_id),
        lender=lender.letterhead(language),
        borrower=clients.client(actor, view.client_id).party_name,
        book=book,
        words=rules.statement_words(language, book.facts.delay),
    )
    rendered = contracts.papers()(TEMPLATE, data, language=language, at=now)
    kind = "closing_statement" if view.status is rules.Status.CLOSED else "loan_statement"
    return _Made(kind, rendered.content, "application/pdf", TEMPLATE, rendered.template_version)


def _sheet(actor: Actor, view: rules.PositionView, language: Language, now: datetime) -> _Made:
    words = rules.statement_words(language, queries.book(view.loan_id).facts.delay)
    lines = queries.statement(actor, view.loan_id)
    return _Made("loan_statement", rules.statement_sheet(lines, words=words), "text/csv; charset=utf-8")
