"""The staff member's own account: passkeys and sessions (clauses 28, 29)."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nesie.entrypoints.web import forms, passkeys
from nesie.entrypoints.web.client.security import own_sessions
from nesie.entrypoints.web.gates import for_staff
from nesie.entrypoints.web.request import Request
from nesie.foundation.access import actions, queries
from nesie.foundation.notices import queries as notices
from nesie.kernel.refused import Refused

TOLD = 5


@require_GET
@for_staff()
def account(request: Request) -> HttpResponse:
    """With what, and where, the person is signed in, and where alarms reach them."""
    return _page(request, forms.Entered(asdict(queries.own_contacts(request.actor))))


@require_POST
@for_staff()
def contacts(request: Request) -> HttpResponse:
    """Where alarms reach one, in the language of the page."""
    typed = {name: forms.text(request, name) for name in ("phone", "email")}
    try:
        actions.set_own_contacts(request.actor, request.now, language=get_language() or "kk", **typed)
    except Refused as refusal:
        return _page(request, forms.entered(request, refusal, "phone", "email"))
    messages.success(request, _("Saved."))
    return redirect("staff:account")


def _page(request: Request, form: forms.Entered) -> HttpResponse:
    page = {
        "form": form,
        "told": notices.inbox(queries.own_id(request.actor), TOLD),
        "factors": queries.factors(request.actor),
        "takes_passkeys": passkeys.site(request).takes_passkeys,
        "sessions": own_sessions(request),
    }
    return render(request, "web/staff/account.html", page, status=form.status)


@require_POST
@for_staff()
def end_session(request: Request, session_id: UUID) -> HttpResponse:
    """Sign one other browser out."""
    actions.sign_out_session(request.actor, request.now, session_id=session_id)
    messages.success(request, _("That session is ended."))
    return redirect("staff:account")
