"""Drawing on a credit line: the client sets the sum and the time (clause 2-line)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from nesie.entrypoints.web import forms
from nesie.entrypoints.web.gates import for_client
from nesie.entrypoints.web.request import Request
from nesie.foundation.norms.rules import business_day
from nesie.foundation.terms.rules import MOST_INSTALMENTS
from nesie.journey.contracts import queries as contracts
from nesie.journey.loans import actions, queries, rules
from nesie.journey.loans.rules import PositionView
from nesie.kernel.ids import LoanId
from nesie.kernel.money import ZERO
from nesie.kernel.refused import Refused


def line_of(request: Request, view: PositionView) -> dict[str, Any] | None:
    """The credit line of a loan as the pages show it, with what is left of it today; None when it has none."""
    line = contracts.contract_terms(view.contract_id).line
    if line is None:
        return None
    book, today = queries.book(view.loan_id), business_day(request.now)
    left = rules.left_of(line, book, today) if rules.may_be_drawn_on(book, line) else ZERO
    return {"limit": line.limit, "left": left, "closes_on": line.closes_on, "restored": line.restored}


@require_http_methods(["GET", "POST"])
@for_client
def draw(request: Request, loan_id: UUID) -> HttpResponse:
    """How much and over how many payments; then its contract is there to be read and signed."""
    view = queries.position(request.actor, LoanId(loan_id))
    line = line_of(request, view)
    if line is None:
        raise Http404
    form = forms.Entered()
    if request.method == "POST":
        try:
            instalments = forms.text(request, "instalments")
            if instalments and (not instalments.isdecimal() or not 0 < int(instalments[:5]) <= MOST_INSTALMENTS):
                raise forms.FieldUnreadable(field="instalments")
            made = actions.request_tranche(
                request.actor,
                request.now,
                loan_id=view.loan_id,
                amount=forms.tenge(forms.text(request, "amount"), "amount"),
                instalments=int(instalments) if instalments else None,
            )
            return redirect("client:change", made.change_id)
        except Refused as refusal:
            form = forms.entered(request, refusal, "amount", "instalments")
    agreed = contracts.contract_terms(view.contract_id).terms
    page = {"loan_id": view.loan_id, "number": view.number, "line": line, "form": form, "usual": agreed.instalments}
    return render(request, "web/client/draw.html", page, status=form.status)
