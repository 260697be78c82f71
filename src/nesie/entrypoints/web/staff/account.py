"""The staff member's own account: passkeys and sessions (clauses 28, 29)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nesie.entrypoints.web import passkeys
from nesie.entrypoints.web.client.security import own_sessions
from nesie.entrypoints.web.gates import for_staff
from nesie.entrypoints.web.request import Request
from nesie.foundation.access import actions, queries


@require_GET
@for_staff()
def account(request: Request) -> HttpResponse:
    """With what, and where, the person is signed in."""
    page = {
        "factors": queries.factors(request.actor),
        "takes_passkeys": passkeys.site(request).takes_passkeys,
        "sessions": own_sessions(request),
    }
    return render(request, "web/staff/account.html", page)


@require_POST
@for_staff()
def end_session(request: Request, session_id: UUID) -> HttpResponse:
    """Sign one other browser out."""
    actions.sign_out_session(request.actor, request.now, session_id=session_id)
    messages.success(request, _("That session is ended."))
    return redirect("staff:account")
