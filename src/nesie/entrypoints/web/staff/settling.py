"""Arrears for the staff: what waits for the lender, a notice, an application taken down, an answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from nesie.entrypoints.web import forms, settling
from nesie.entrypoints.web.gates import for_staff
from nesie.entrypoints.web.request import Request
from nesie.journey.contracts import queries as contracts
from nesie.journey.contracts.rules import ChangeStatus, ChangeView
from nesie.journey.loans import actions, queries
from nesie.journey.loans.queries import SettlementView
from nesie.journey.loans.rules import PERMITTED, Answer, RefusalReason, SettlementStage
from nesie.kernel.actor import CASE_ROLES
from nesie.kernel.ids import LoanId
from nesie.kernel.refused import Refused


@require_GET
@for_staff(*CASE_ROLES)
def settlements(request: Request) -> HttpResponse:
    """Every settlement that runs, those the lender owes something first."""
    found = queries.settlements(request.actor, request.now)
    return render(
        request, "web/staff/settlements.html", {"settlements": [settling.shown(one, "staff") for one in found]}
    )


@require_http_methods(["GET", "POST"])
@for_staff(*CASE_ROLES)
def settlement(request: Request, loan_id: UUID) -> HttpResponse:
    """One settlement: its facts and what may be done now."""
    view, form = queries.settlement(request.actor, LoanId(loan_id), request.now), forms.Entered()
    if request.method == "POST":
        try:
            _act(request, view)
            messages.success(request, _("Done."))
            return redirect("staff:settlement", loan_id)
        except Refused as refusal:
            form = forms.entered(request, refusal, "relief", "hardship", "text", "explanation")
    stage = view.standing.stage

    def may(act: str) -> bool:
        return request.actor.has(*PERMITTED[act])

    page = {
        "settlement": settling.shown(view, "staff"),
        "may_notify": stage is SettlementStage.NOTICE_DUE and may("send_arrears_notice"),
        "may_answer": stage is SettlementStage.ANSWER_DUE and may("answer_settlement"),
        "may_apply": settling.may_apply(view) and may("record_settlement_application"),
        "offered": _offered(request, view),
        "answers": [one.value for one in Answer],
        "reasons": [one.value for one in RefusalReason],
        "form": form,
        "text_label": _("In the client's words"),
        "explanation_label": _("Explanation for the document"),
        **settling.choices(),
    }
    return render(request, "web/staff/settlement.html", page, status=form.status)


def _act(request: Request, view: SettlementView) -> None:
    match request.POST.get("act"):
        case "notify":
            actions.send_arrears_notice(request.actor, request.now, loan_id=view.loan_id)
        case "apply":
            settling.apply(request, view.loan_id)
        case _:
            actions.answer_settlement(request.actor, request.now, **_answer(request, view))


def _answer(request: Request, view: SettlementView) -> dict[str, Any]:
    answer, offered = forms.one_of(Answer, request, "answer"), _offered(request, view)
    refused = answer is Answer.REFUSED
    return {
        "application_id": view.application_id,
        "answer": answer,
        "hardship_shown": request.POST.get("hardship_shown") == "yes",
        "change_id": offered.change_id if offered and not refused else None,
        "reason": forms.one_of(RefusalReason, request, "reason") if refused else None,
        "explanation": forms.text(request, "explanation") if refused else "",
    }


def _offered(request: Request, view: SettlementView) -> ChangeView | None:
    """The proposal that lies before the client and was made after the application."""
    asked = view.procedure.application
    found = contracts.changes_of(request.actor, view.contract_id)
    waiting = (one for one in found if one.status is ChangeStatus.DRAFTED and not one.one_sided)
    return next((one for one in waiting if asked and one.drafted_at >= asked.received_at), None)
