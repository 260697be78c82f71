"""When a payment is late: where the settlement stands, and an application for other conditions."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from nesie.entrypoints.web import forms, settling
from nesie.entrypoints.web.gates import for_client
from nesie.entrypoints.web.request import Request
from nesie.journey.loans import queries
from nesie.kernel.ids import LoanId
from nesie.kernel.refused import Refused


@require_http_methods(["GET", "POST"])
@for_client
def settlement(request: Request, loan_id: UUID) -> HttpResponse:
    """The facts of the delay, the terms that run, and the form while nothing waits."""
    view, form = queries.settlement(request.actor, LoanId(loan_id), request.now), forms.Entered()
    if request.method == "POST":
        try:
            settling.apply(request, view.loan_id)
            messages.success(request, _("Your application is received."))
            return redirect("client:settlement", loan_id)
        except Refused as refusal:
            form = forms.entered(request, refusal, "relief", "hardship", "text")
    page = {
        "settlement": settling.shown(view, "client"),
        "may_apply": settling.may_apply(view),
        "change_address": reverse("client:change", args=[view.change_id]) if view.change_id else "",
        "form": form,
        "text_label": _("In your own words"),
        **settling.choices(),
    }
    return render(request, "web/client/settlement.html", page, status=form.status)
