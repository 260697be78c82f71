"""How the client signs in, from where, and with what: one page for all of it (clauses 24.2, 25.9, 29)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nesie.entrypoints.web import forms
from nesie.entrypoints.web.client.room import own_id
from nesie.entrypoints.web.gates import for_client
from nesie.entrypoints.web.request import Request
from nesie.foundation.access import actions, queries
from nesie.foundation.access.rules import Attempt
from nesie.kernel.refused import Refused


@require_GET
@for_client
def security(request: Request) -> HttpResponse:
    """Password, factors, devices, sessions."""
    return _page(request, forms.Entered())


@require_POST
@for_client
def set_password(request: Request) -> HttpResponse:
    """Change the password, proven by the present one."""
    try:
        outcome = actions.set_password(
            request.actor,
            request.now,
            password=request.POST.get("password", ""),
            current=request.POST.get("current", ""),
        )
    except Refused as refusal:
        return _page(request, forms.entered(request, refusal, "password", "current"))
    if outcome is not Attempt.DONE:
        return _page(request, forms.Entered(errors={"current": not_proven(outcome)}, status=403))
    messages.success(request, _("The password is changed. All other sessions are ended."))
    return redirect("client:security")


def not_proven(outcome: Attempt) -> str:
    """What is told of a wrong present password."""
    if outcome is Attempt.LOCKED:
        return _("Too many wrong tries. Try again in fifteen minutes.")
    return _("The present password is wrong.")


@require_POST
@for_client
def end_session(request: Request, session_id: UUID) -> HttpResponse:
    """Sign one other browser or application out."""
    actions.sign_out_session(request.actor, request.now, session_id=session_id)
    messages.success(request, _("That session is ended."))
    return redirect("client:security")


def _page(request: Request, form: forms.Entered) -> HttpResponse:
    own_id(request)
    sessions = [
        {"it": one, "here": str(one.id) == request.actor.session}
        for one in queries.sessions(request.actor, request.now)
    ]
    page = {"form": form, "sessions": sessions, "has_password": queries.has_password(request.actor)}
    return render(request, "web/client/security.html", page, status=form.status)
