"""Money that came and nobody knows for which loan: two of the staff say whose it is (clause 7.6)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from nesie.entrypoints.web import forms
from nesie.entrypoints.web.gates import for_staff
from nesie.entrypoints.web.request import Request
from nesie.entrypoints.web.staff import four_eyes
from nesie.journey.contracts import queries as contracts
from nesie.journey.payments import queries
from nesie.journey.payments.rules import PERMITTED, NoSuchLoan
from nesie.kernel.actor import CASE_ROLES
from nesie.kernel.refused import Refused


@require_http_methods(["GET", "POST"])
@for_staff(*CASE_ROLES)
def receipts(request: Request) -> HttpResponse:
    """Receipts in suspense; a second person is asked to agree which contract one of them pays."""
    form = forms.Entered()
    if request.method == "POST":
        try:
            return _ask(request)
        except Refused as refusal:
            form = forms.entered(request, refusal, "number", "why")
    page: dict[str, Any] = {
        "receipts": queries.in_suspense(request.actor),
        "may_ask": request.actor.has(*PERMITTED["match_receipt"]),
        "chosen": request.POST.get("receipt_id", ""),
        "form": form,
    }
    return render(request, "web/staff/receipts.html", page, status=form.status)


def _ask(request: Request) -> HttpResponse:
    found = contracts.disbursed_by_numbers([forms.text(request, "number")])
    if not found:
        raise NoSuchLoan(field="number")
    why = forms.text(request, "why")
    if not why:
        raise four_eyes.FieldEmpty(field="why")
    typed = {"receipt_id": forms.text(request, "receipt_id"), "contract_id": str(found[0].contract_id)}
    return four_eyes.ask(request, "match_receipt", typed, why)
