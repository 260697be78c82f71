"""The legal numbers: every one with its source, and how two persons set or confirm one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from nesie.entrypoints.web import forms
from nesie.entrypoints.web.gates import for_staff
from nesie.entrypoints.web.labels import label
from nesie.entrypoints.web.request import Request
from nesie.entrypoints.web.staff import four_eyes
from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import PERMITTED
from nesie.kernel.refused import Refused

FIELDS = ("value", "valid_from", "valid_to", "source", "basis")
ACTS = ("set_parameter", "confirm_parameter")


@require_GET
@for_staff()
def parameters(request: Request) -> HttpResponse:
    """Every legal number with its source; what is not confirmed says so."""
    found = norms.register()
    page = {"parameters": found, "unconfirmed": sum(1 for one in found if not one.confirmed)}
    return render(request, "web/staff/parameters.html", page)


@require_http_methods(["GET", "POST"])
@for_staff()
def parameter(request: Request, code: str) -> HttpResponse:
    """One number with all its dated values; asking a second person to confirm one of them or to set a new one."""
    if code not in {one.code for one in norms.register()}:
        raise Http404
    rows = sorted(norms.rows_of(code), key=lambda row: (row.valid_from or date.min, row.order))
    form, act = forms.Entered(), request.POST.get("act", "")
    if request.method == "POST" and act in ACTS:
        typed: dict[str, str] = {name: forms.text(request, name) for name in (*FIELDS, "unit")}
        why = typed["source"] if act == "set_parameter" else typed["basis"]
        try:
            return four_eyes.ask(request, act, typed | {"code": code}, f"{code} = {typed['value']}: {why}")
        except Refused as refusal:
            form = forms.entered(request, refusal, *FIELDS)
    page: dict[str, Any] = {
        "code": code,
        "unit": rows[-1].unit,
        "unit_words": label(rows[-1].unit, "norm_unit"),
        "rows": rows,
        "to_confirm": [row for row in rows if not row.confirmed and row.text is not None],
        "may_ask": request.actor.has(*PERMITTED["set_parameter"]),
        "act": act,
        "form": form,
    }
    return render(request, "web/staff/parameter.html", page, status=form.status)
