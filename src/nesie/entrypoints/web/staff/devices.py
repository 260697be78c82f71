"""The lender's own devices that may take faces: entered on the device itself, withdrawn at once (clauses 6, 9)."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nesie.entrypoints.web import camera, forms
from nesie.entrypoints.web.gates import for_staff
from nesie.entrypoints.web.request import Request
from nesie.foundation.identification import actions, queries
from nesie.foundation.identification.rules import PERMITTED
from nesie.kernel.refused import Refused

KEY_SECONDS = 5 * 365 * 86_400


@require_http_methods(["GET", "POST"])
@for_staff(*PERMITTED["withdraw_lender_device"])
def devices(request: Request) -> HttpResponse:
    """All devices; a POST enters the very device on which this page is open."""
    form = forms.Entered()
    if request.method == "POST":
        try:
            entered = actions.enter_lender_device(request.actor, request.now, name=forms.text(request, "name"))
        except Refused as refusal:
            form = forms.entered(request, refusal, "name")
        else:
            messages.success(request, _("This device is entered. Sign out before you leave it to clients."))
            response = redirect("staff:devices")
            response.set_cookie(
                camera.DEVICE_COOKIE,
                entered.key,
                max_age=KEY_SECONDS,
                httponly=True,
                secure=settings.NESIE_SECURE,
                samesite="Strict",
            )
            return response
    page = {
        "devices": queries.lender_devices(),
        "this": queries.lender_device(camera.device_key(request)),
        "own": settings.NESIE_BIOMETRICS == "own",
        "may_enter": request.actor.has(*PERMITTED["enter_lender_device"]),
        "form": form,
    }
    return render(request, "web/staff/devices.html", page, status=form.status)


@require_POST
@for_staff(*PERMITTED["withdraw_lender_device"])
def withdraw(request: Request, device_id: UUID) -> HttpResponse:
    """Lost, sold, broken: nobody is identified on it any more."""
    actions.withdraw_lender_device(request.actor, request.now, device_id=device_id)
    messages.success(request, _("The device is withdrawn."))
    return redirect("staff:devices")
