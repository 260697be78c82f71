"""Whether a client is served: block, let in again, flag a leak of data, stop a change of details."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from nesie.entrypoints.web import forms
from nesie.entrypoints.web.gates import for_staff
from nesie.entrypoints.web.request import Request
from nesie.journey.clients import actions, queries
from nesie.journey.clients.rules import BlockGround, ClientStatus, LeakGround
from nesie.kernel.actor import CASE_ROLES, Role
from nesie.kernel.ids import ClientId
from nesie.kernel.refused import Refused

DECIDERS = (Role.COMPLIANCE_OFFICER, Role.RISK_OFFICER)


@require_http_methods(["GET", "POST"])
@for_staff(*CASE_ROLES)
def standing(request: Request, client_id: UUID) -> HttpResponse:
    """What holds and what was, with the acts of those whose duty it is (clauses 6 and 36)."""
    number, form = ClientId(client_id), forms.Entered()
    if request.method == "POST":
        try:
            messages.success(request, _done(request, number))
            return redirect("staff:client_standing", client_id)
        except Refused as refusal:
            form = forms.entered(request, refusal, "ground")
    client = queries.client(request.actor, number)
    page: dict[str, Any] = {
        "client": client,
        "form": form,
        "may_decide": request.actor.has(*DECIDERS),
        "blocked": client.status is ClientStatus.BLOCKED,
        "moves": queries.client_history(request.actor, number),
        "leaks": queries.leaks(request.actor, number),
        "open_leak": queries.open_leak(number),
        "details": queries.details_changes(request.actor, number),
        "leak_grounds": [one.value for one in LeakGround],
        "block_grounds": [one.value for one in BlockGround if one is not BlockGround.CLEARED],
    }
    return render(request, "web/staff/standing.html", page, status=form.status)


def _done(request: Request, client_id: ClientId) -> str:
    act = forms.text(request, "act")
    if act == "leak":
        ground = forms.one_of(LeakGround, request, "ground")
        actions.flag_leak(request.actor, request.now, client_id=client_id, ground=ground)
        return _("The leak is flagged. The client is told and must identify again.")
    if act == "block":
        why = forms.one_of(BlockGround, request, "ground")
        actions.block_client(request.actor, request.now, client_id=client_id, ground=why)
        return _("The client is blocked, and every session has ended.")
    if act == "unblock":
        actions.unblock_client(request.actor, request.now, client_id=client_id, ground=BlockGround.CLEARED)
        return _("The client is served again.")
    change = forms.identifier(request, "change")
    view = queries.details_change(request.actor, change)
    if view.client_id == client_id:
        actions.cancel_details_change(request.actor, request.now, change_id=view.id)
    return _("The change is stopped. Everything stays as it was.")
