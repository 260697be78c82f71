"""The way back in for whoever has lost what they sign in with: by code and face, or by electronic signature.

It is told of everywhere, waits, and can be stopped by whoever is told; what one has on the phone alone is no proof.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nesie.entrypoints.web import by_eds, forms, proofs, session
from nesie.entrypoints.web.gates import for_client
from nesie.entrypoints.web.request import Request
from nesie.foundation.access import actions, queries
from nesie.foundation.access.rules import OPERATION, ChallengePurpose, RecoveryOutcome, RecoveryStep, RecoveryWay
from nesie.foundation.identification.rules import ProofKind
from nesie.journey.clients.rules import mobile
from nesie.kernel.actor import Role
from nesie.kernel.refused import NotFound, Refused


@require_http_methods(["GET", "POST"])
def begin(request: Request) -> HttpResponse:
    """Choose a way; a POST has the code sent to the phone. A phone that is nobody's gets the same page."""
    if request.actor.has(Role.CLIENT):
        return redirect("client:security")
    form, key = forms.Entered(), ""
    if request.method == "POST":
        try:
            phone = mobile(forms.text(request, "phone"))
            key = session.guest_session(request)
            actions.send_recovery_code(request.actor, request.now, phone=phone, language=get_language() or "kk")
            return session.carry(_code_page(request, phone, forms.Entered()), key)
        except Refused as refusal:
            form = forms.entered(request, refusal, "phone")
    response = render(request, "web/recovery/begin.html", _told() | {"form": form}, status=form.status)
    return session.carry(response, key) if key else response


@require_POST
def code(request: Request) -> HttpResponse:
    """The code of the message: with it, on to the centre."""
    phone = forms.text(request, "phone")
    try:
        step = actions.begin_recovery(
            request.actor, request.now, phone=mobile(phone), code=forms.text(request, "code") or "-"
        )
    except Refused as refusal:
        return _code_page(request, phone, forms.entered(request, refusal))
    if step.outcome is RecoveryOutcome.BEGUN:
        return session.admit(request, redirect("site:recovery_face"), step.session_key)
    return _code_page(request, phone, forms.Entered(general=_("The code is wrong or spent."), status=403))


def _code_page(request: Request, phone: str, form: forms.Entered) -> HttpResponse:
    return render(request, "web/recovery/code.html", {"form": form, "phone": phone}, status=form.status)


@require_http_methods(["GET", "POST"])
def face(request: Request) -> HttpResponse:
    """To the identification centre; back from there, the recovery is asked for and waits its delay."""
    if not queries.is_recovering(request.actor):
        return redirect("site:recovery")
    form, proof_id = forms.Entered(), proofs.usable(request, ProofKind.BIOMETRIC, OPERATION, "")
    if request.method == "POST":
        try:
            if proof_id is not None:
                step = actions.recover_with_coid(request.actor, request.now, proof_id=proof_id)
                return _waits(request, step, RecoveryWay.COID_AND_CODE)
            start = actions.begin_recovery_biometric(
                request.actor, request.now, redirect_uri=proofs.return_address(request)
            )
            return proofs.visit(request, start, after=reverse("site:recovery_face"))
        except Refused as refusal:
            form = forms.entered(request, refusal)
    page = _told() | {"form": form, "identified": proof_id is not None}
    return render(request, "web/recovery/face.html", page, status=form.status)


@require_http_methods(["GET", "POST"])
def eds(request: Request) -> HttpResponse:
    """By the key for sign-in of one's electronic signature."""
    if request.actor.has(Role.CLIENT):
        return redirect("client:security")
    form = forms.Entered()
    if request.method == "POST":
        try:
            challenge_id, cms = proofs.given_signature(request)
            told = by_eds.evidence(request, ChallengePurpose.EDS_RECOVERY, challenge_id, cms)
            step = actions.recover_with_eds(
                request.actor, request.now, challenge_id=challenge_id, cms=cms, evidence=told
            )
        except Refused as refusal:
            form = forms.entered(request, refusal)
        else:
            if step.outcome is RecoveryOutcome.BEGUN:
                return _waits(request, step, RecoveryWay.EDS)
            form = forms.Entered(general=by_eds.trouble(step.message), status=403)
    page = by_eds.asking(to="site:recovery_eds", ask_at="site:recovery_eds_ask") | _told() | {"form": form}
    return render(request, "web/recovery/eds.html", page, status=form.status)


def _waits(request: Request, step: RecoveryStep, way: RecoveryWay) -> HttpResponse:
    """Until when it waits, where it was told of, how it is stopped, and what comes then."""
    at = queries.business_time(step.effective_at) if step.effective_at else None
    return render(request, "web/recovery/waits.html", _told() | {"at": at, "by_eds": way is RecoveryWay.EDS})


def _told() -> dict[str, Any]:
    return {"hours": int(queries.policy().recovery_delay.total_seconds() // 3600)}


@require_http_methods(["GET", "POST"])
def stop(request: Request, secret: str) -> HttpResponse:
    """The link from the message: it may only stop, and whoever has it sees nothing of the account."""
    if request.method == "GET":
        if not queries.recovery_stoppable(secret):
            raise NotFound
        return render(request, "web/recovery/stop.html", {})
    actions.cancel_recovery(request.actor, request.now, secret=secret)
    messages.success(request, _("The recovery is stopped. Everything stays as it was."))
    return redirect("site:sign_in")


@require_POST
@for_client
def stop_own(request: Request) -> HttpResponse:
    """The signed-in client stops what is not theirs."""
    actions.cancel_recovery(request.actor, request.now)
    messages.success(request, _("The recovery is stopped. Everything stays as it was."))
    return redirect("client:security")
