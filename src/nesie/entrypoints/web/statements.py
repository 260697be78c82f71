"""The statement of a loan, asked for on a page: made, kept among the client's documents, and shown."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from nesie.entrypoints.web import forms
from nesie.entrypoints.web.request import Request
from nesie.foundation.documents.rules import Language
from nesie.journey.loans import actions
from nesie.journey.loans.rules import StatementForm
from nesie.kernel.ids import DocumentId, LoanId

# What a page offers: the paper and the sheet, each in both languages of the documents.
LANGUAGES = (("kk", "Қазақша"), ("ru", "Русский"))
CHOICES = tuple((form, code) for form in StatementForm for code, _name in LANGUAGES)


def ways(address: str) -> dict[str, Any]:
    """What `statement_ways.html` needs."""
    return {"statement_address": address, "paper_languages": LANGUAGES}


def made(request: Request, loan_id: UUID) -> DocumentId:
    """Make the one that was asked for; FieldUnreadable when the form names none of ours, NotFound."""
    form = forms.one_of(StatementForm, request, "form")
    language = forms.text(request, "language")
    if (form, language) not in CHOICES:
        raise forms.FieldUnreadable(field="language")
    return actions.issue_statement(
        request.actor, request.now, loan_id=LoanId(loan_id), language=cast(Language, language), form=form
    )
