"""Personal accounts of the staff: made and given roles by two persons, blocked by one at once (clauses 27, 28, 29)."""

from __future__ import annotations

import csv
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nesie.entrypoints.web import forms
from nesie.entrypoints.web.gates import KEEPERS, for_staff
from nesie.entrypoints.web.request import Request
from nesie.entrypoints.web.staff import four_eyes
from nesie.foundation.access import actions, queries
from nesie.foundation.access.rules import PERMITTED
from nesie.kernel.actor import STAFF_ROLES, Role
from nesie.kernel.ids import StaffId
from nesie.kernel.refused import Refused

REVIEW_COLUMNS = (
    "name", "login", "status", "roles", "acts", "acts_of_four_eyes", "passkeys", "live_sessions", "signed_in_at",
    "password_set_at", "marks",
)  # fmt: skip
ASKED = ("create_staff", "change_staff_roles", "invite_staff_again")


@require_http_methods(["GET", "POST"])
@for_staff(*KEEPERS)
def people(request: Request) -> HttpResponse:
    """Everybody with an account; a POST asks a second person for a new account, other roles, or a new invitation."""
    form, act = forms.Entered(), request.POST.get("act", "")
    if request.method == "POST" and act in ASKED:
        typed = {name: forms.text(request, name) for name in ("login", "name", "staff_id", "why")}
        typed["roles"] = ", ".join(sorted(request.POST.getlist("roles")))
        try:
            if not typed["why"]:
                raise four_eyes.FieldEmpty(field="why")
            return four_eyes.ask(request, act, typed, typed["why"])
        except Refused as refusal:
            form = forms.entered(request, refusal, "login", "name", "why", "roles")
    page: dict[str, Any] = {
        "people": queries.staff(request.actor),
        "roles": sorted(role.value for role in STAFF_ROLES),
        "chosen_roles": request.POST.getlist("roles"),
        "may_keep": request.actor.has(*PERMITTED["create_staff"]),
        "me": request.actor.id,
        "act": act,
        "about": request.POST.get("staff_id", ""),
        "form": form,
    }
    return render(request, "web/staff/people.html", page, status=form.status)


@require_POST
@for_staff(Role.ADMINISTRATOR)
def block(request: Request, staff_id: UUID) -> HttpResponse:
    """No sign-in from now on, and every session ends; a new invitation, by two persons, opens the account again."""
    actions.block_staff(request.actor, request.now, staff_id=StaffId(staff_id))
    messages.success(request, _("The account is blocked and signed out everywhere."))
    return redirect("staff:people")


@require_POST
@for_staff(Role.ADMINISTRATOR)
def sign_out(request: Request, staff_id: UUID) -> HttpResponse:
    """Every session ends; the account stays open."""
    actions.sign_out_person(request.actor, request.now, person_id=staff_id)
    messages.success(request, _("Every session of this person is ended."))
    return redirect("staff:people")


@require_GET
@for_staff(*KEEPERS)
def review(request: Request) -> HttpResponse:
    """The review of access: who may do what, how protected, what stands out; as a page or as CSV (clause 27)."""
    rows = queries.access_review(request.actor, request.now)
    if request.GET.get("as") != "csv":
        return render(request, "web/staff/access_review.html", {"rows": rows})
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="access-review.csv"'
    response.write("\ufeff")  # spreadsheets then read the letters right
    sheet = csv.writer(response)
    sheet.writerow(REVIEW_COLUMNS)
    for row in rows:
        cells = [
            row.staff.name, row.staff.login, row.staff.status.value, " ".join(sorted(row.staff.roles)), row.permissions,
            row.four_eyes, row.passkeys, row.sessions, row.staff.signed_in_at or "", row.password_set_at or "",
            " ".join(row.marks),
        ]  # fmt: skip
        sheet.writerow([unformula(str(cell)) for cell in cells])
    return response


def unformula(cell: str) -> str:
    """A cell that a spreadsheet would reckon with is text."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
