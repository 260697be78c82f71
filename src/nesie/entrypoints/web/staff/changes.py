"""Changes of contracts for the staff: what waits for an answer, how each stands, taking one back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nesie.entrypoints.web.client.changing import shown
from nesie.entrypoints.web.gates import for_staff
from nesie.entrypoints.web.request import Request
from nesie.journey.contracts import actions, queries
from nesie.journey.contracts.rules import PERMITTED, ChangeStatus
from nesie.kernel.actor import CASE_ROLES

WITHDRAWABLE = (ChangeStatus.DRAFTED, ChangeStatus.ANNOUNCED)


@require_GET
@for_staff(*CASE_ROLES)
def changes(request: Request) -> HttpResponse:
    """Every change that waits, the nearest first."""
    page = {"changes": [shown(one) for one in queries.open_changes(request.actor)]}
    return render(request, "web/staff/changes.html", page)


@require_GET
@for_staff(*CASE_ROLES)
def change(request: Request, change_id: UUID) -> HttpResponse:
    """One change: its figures, its papers, its way."""
    view = queries.change(request.actor, change_id)
    page = {
        "change": shown(view),
        "client_id": view.client_id,
        "kk_address": reverse("staff:document", args=[view.document_kk_id]),
        "ru_address": reverse("staff:document", args=[view.document_ru_id]),
        "may_cancel": view.status in WITHDRAWABLE and request.actor.has(*PERMITTED["cancel_change"]),
    }
    return render(request, "web/staff/change.html", page)


@require_POST
@for_staff(*PERMITTED["cancel_change"])
def cancel(request: Request, change_id: UUID) -> HttpResponse:
    """Take a proposal back before the client has answered."""
    actions.cancel_change(request.actor, request.now, change_id=change_id)
    messages.success(request, _("The proposal is withdrawn. The contract stays as it was."))
    return redirect("staff:change", change_id)
