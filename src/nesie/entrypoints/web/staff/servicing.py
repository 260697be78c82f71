"""Servicing a loan: each act with what it would change, before it is done or a second person is asked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from nesie.entrypoints.web import forms
from nesie.entrypoints.web.gates import for_staff
from nesie.entrypoints.web.labels import label
from nesie.entrypoints.web.request import Request
from nesie.entrypoints.web.staff import acts, four_eyes
from nesie.entrypoints.web.staff.effects import case_of, effect_of
from nesie.foundation.audit.rules import NotPermitted
from nesie.journey.loans.rules import FOUR_EYES, PERMITTED
from nesie.kernel.actor import CASE_ROLES
from nesie.kernel.ids import LoanId
from nesie.kernel.refused import Refused


@require_GET
@for_staff(*CASE_ROLES)
def choices(request: Request, loan_id: UUID) -> HttpResponse:
    """What this member of the staff may do with the loan now."""
    case = case_of(request, LoanId(loan_id))
    page = {
        "loan_id": loan_id,
        "number": case.book.facts.number,
        "services": [
            {"name": name, "icon": one.icon, "two": name in FOUR_EYES}
            for name, one in acts.ACTS.items()
            if request.actor.has(*PERMITTED[name]) and one.offered(case)
        ],
    }
    return render(request, "web/staff/servicing.html", page)


@require_http_methods(["GET", "POST"])
@for_staff(*CASE_ROLES)
def service(request: Request, loan_id: UUID, name: str) -> HttpResponse:
    """One act: its form, what it would change, and then the act itself or the request to a second person."""
    found = acts.ACTS.get(name)
    if found is None:
        raise Http404
    if not request.actor.has(*PERMITTED[name]):
        raise NotPermitted
    case = case_of(request, LoanId(loan_id))
    typed = {field.name: forms.text(request, field.name) for field in found.fields} | {"loan_id": str(loan_id)}
    form, effect, act = forms.Entered(), None, request.POST.get("act", "")
    if request.method == "POST":
        try:
            arguments = found.read(typed)
            if act == "do":
                return _do(request, found, typed, arguments)
            effect = effect_of(request, case, name, arguments)
            form = forms.Entered(typed)
        except Refused as refusal:
            form = forms.entered(request, refusal, *(field.name for field in found.fields), "why")
    if request.headers.get("HX-Request"):
        return render(request, "web/staff/service_effect.html", {"effect": effect, "form": form, "live": True})
    page: dict[str, Any] = {
        "loan_id": loan_id,
        "number": case.book.facts.number,
        "name": name,
        "title": label(name, "act"),
        "lead": label(name, "act_words"),
        "two": name in FOUR_EYES,
        "fields": [_field(field, case, form) for field in found.fields],
        "effect": effect,
        "form": form,
    }
    return render(request, "web/staff/service.html", page, status=form.status)


def _do(request: Request, found: acts.Act, typed: dict[str, str], arguments: acts.Arguments) -> HttpResponse:
    if found.name in FOUR_EYES:
        why = forms.text(request, "why")
        if not why:
            raise acts.FieldMissing(field="why")
        return four_eyes.ask(request, found.name, typed, why)
    done = found.run(request.actor, request.now, **arguments)
    change_id = getattr(done, "change_id", None)
    if change_id is not None:
        messages.success(request, _("The change is put before the client with its papers."))
        return redirect("staff:change", change_id)
    messages.success(request, _("Done: {act}").format(act=label(found.name, "act")))
    return redirect("staff:history", arguments["loan_id"])


def _field(field: acts.Field, case: acts.Case, form: forms.Entered) -> dict[str, Any]:
    value = form.values.get(field.name, "")
    if not form.values and field.asked is acts.Asked.DAY and field.needed:
        value = case.today.isoformat()
    return {
        "name": field.name,
        "asked": field.asked.value,
        "title": _(field.title),
        "needed": field.needed,
        "choices": field.choices(case) if field.choices else [],
        "value": value,
        "error": form.errors.get(field.name, ""),
        "type": "date" if field.asked is acts.Asked.DAY else "text",
        "inputmode": {"money": "decimal", "percent": "decimal", "number": "numeric"}.get(field.asked.value, ""),
    }
