"""Breaking the glass: sealed by two, broken loudly by the one it was sealed for, reviewed by another (clause 27)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nesie.entrypoints.web import forms
from nesie.entrypoints.web.gates import KEEPERS, for_staff
from nesie.entrypoints.web.request import Request
from nesie.entrypoints.web.staff import four_eyes
from nesie.foundation.access import actions, queries
from nesie.foundation.access.queries import OVERSEERS
from nesie.foundation.access.rules import PERMITTED, Attempt, Finding
from nesie.kernel.actor import STAFF_ROLES
from nesie.kernel.refused import Refused


@require_http_methods(["GET", "POST"])
@for_staff()
def emergency(request: Request) -> HttpResponse:
    """What lies sealed for the reader, and for those who watch all that was broken; a POST asks for a new seal."""
    form = forms.Entered()
    if request.method == "POST":
        typed = {name: forms.text(request, name) for name in ("staff_id", "role", "why")}
        try:
            if not typed["why"]:
                raise four_eyes.FieldEmpty(field="why")
            return four_eyes.ask(request, "seal_emergency", typed, typed["why"])
        except Refused as refusal:
            form = forms.entered(request, refusal, "why", "role")
    return _page(request, form, about="seal")


@require_POST
@for_staff()
def break_glass(request: Request, seal_id: UUID) -> HttpResponse:
    """With both factors and a written reason; everybody who watches is told at once."""
    try:
        done = actions.break_glass(
            request.actor,
            request.now,
            seal_id=seal_id,
            reason=forms.text(request, "reason"),
            password=request.POST.get("password", ""),
            totp=forms.text(request, "totp"),
        )
    except Refused as refusal:
        return _page(request, forms.entered(request, refusal, "reason"), about=str(seal_id))
    if done.outcome is Attempt.DONE:
        messages.warning(request, _("Emergency access is open. Those who watch over it have been told."))
        return redirect("staff:emergency")
    sentence = _("The password or the code is wrong.")
    if done.outcome is Attempt.LOCKED:
        sentence = _("Too many wrong tries. Try again in fifteen minutes.")
    form = forms.Entered({"reason": forms.text(request, "reason")}, general=sentence, status=403)
    return _page(request, form, about=str(seal_id))


@require_POST
@for_staff()
def end(request: Request, emergency_id: UUID) -> HttpResponse:
    """Before its time, by its holder or by whoever watches."""
    actions.end_emergency(request.actor, request.now, emergency_id=emergency_id)
    messages.success(request, _("Emergency access is over."))
    return redirect("staff:emergency")


@require_POST
@for_staff(*PERMITTED["review_emergency"])
def review(request: Request, emergency_id: UUID) -> HttpResponse:
    """Another person says what they found."""
    try:
        actions.review_emergency(
            request.actor,
            request.now,
            emergency_id=emergency_id,
            finding=forms.one_of(Finding, request, "finding"),
            words=forms.text(request, "words"),
        )
    except Refused as refusal:
        return _page(request, forms.entered(request, refusal, "words"), about=str(emergency_id))
    messages.success(request, _("The review is written down."))
    return redirect("staff:emergency")


@require_POST
@for_staff(*PERMITTED["withdraw_seal"])
def withdraw(request: Request, seal_id: UUID) -> HttpResponse:
    """A seal is taken back."""
    actions.withdraw_seal(request.actor, request.now, seal_id=seal_id)
    messages.success(request, _("The seal is taken back."))
    return redirect("staff:emergency")


def _page(request: Request, form: forms.Entered, *, about: str) -> HttpResponse:
    watches = request.actor.has(*OVERSEERS)
    broken = queries.emergencies if watches else queries.own_emergencies
    page: dict[str, Any] = {
        "form": form,
        "about": about,
        "me": request.actor.id,
        "own_seals": queries.own_seals(request.actor, request.now),
        "watches": watches,
        "all": broken(request.actor, request.now),
        "seals": queries.seals(request.actor, request.now) if watches else [],
        "may_seal": request.actor.has(*PERMITTED["seal_emergency"]),
        "may_review": request.actor.has(*PERMITTED["review_emergency"]),
        "people": queries.staff(request.actor) if request.actor.has(*KEEPERS) else [],
        "roles": sorted(role.value for role in STAFF_ROLES),
        "findings": [one.value for one in Finding],
        "hours": int(queries.policy().emergency.life.total_seconds() // 3600),
    }
    return render(request, "web/staff/emergency.html", page, status=form.status)
