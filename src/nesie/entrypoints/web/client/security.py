"""How the client signs in, from where, and with what: one page for all of it (clauses 24.2, 25.9, 29)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nesie.entrypoints.web import forms, passkeys
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


@require_POST
@for_client
def begin_totp(request: Request) -> HttpResponse:
    """The secret for an authenticator app, once the present password was right."""
    try:
        begun = actions.begin_totp(request.actor, request.now, current=request.POST.get("current", ""))
    except Refused as refusal:
        return _page(request, forms.entered(request, refusal))
    if begun.enrolment is None:
        return _page(request, forms.Entered(errors={"totp_current": not_proven(begun.outcome)}, status=403))
    return render(request, "web/client/totp.html", {"form": forms.Entered(), "enrolment": begun.enrolment})


@require_POST
@for_client
def confirm_totp(request: Request) -> HttpResponse:
    """The app proves itself by its code."""
    outcome = actions.confirm_totp(request.actor, request.now, totp=forms.text(request, "totp"))
    if outcome is Attempt.DONE:
        messages.success(request, _("The authenticator app is on."))
        return redirect("client:security")
    sentence = _("The code of the authenticator app is wrong. Enter the one it shows now.")
    if outcome is Attempt.LOCKED:
        sentence = not_proven(outcome)
    return render(request, "web/client/totp.html", {"form": forms.Entered(errors={"totp": sentence})}, status=403)


@require_POST
@for_client
def remove_totp(request: Request) -> HttpResponse:
    """Take the app off."""
    outcome = actions.remove_totp(request.actor, request.now, current=request.POST.get("current", ""))
    if outcome is not Attempt.DONE:
        return _page(request, forms.Entered(errors={"totp_current": not_proven(outcome)}, status=403))
    messages.success(request, _("The authenticator app is off."))
    return redirect("client:security")


@require_POST
@for_client
def revoke_device(request: Request, device_id: UUID) -> HttpResponse:
    """Sign a phone off."""
    actions.revoke_device(request.actor, request.now, device_id=device_id)
    messages.success(request, _("The phone is signed off."))
    return redirect("client:security")


def own_sessions(request: Request) -> list[dict[str, Any]]:
    """The actor's live sessions, this one marked."""
    live = queries.sessions(request.actor, request.now)
    return [{"it": one, "here": str(one.id) == request.actor.session} for one in live]


def _page(request: Request, form: forms.Entered) -> HttpResponse:
    page = {
        "form": form,
        "factors": queries.factors(request.actor),
        "devices": queries.devices(request.actor, own_id(request)),
        "takes_passkeys": passkeys.site(request).takes_passkeys,
        "sessions": own_sessions(request),
        "recovery_at": queries.recovery_shown_at(request.actor),
    }
    return render(request, "web/client/security.html", page, status=form.status)
