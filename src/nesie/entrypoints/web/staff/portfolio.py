"""The loans by how long they are late, on any closed day: a page and a sheet."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from nesie.entrypoints.web import forms
from nesie.entrypoints.web.gates import BOOKKEEPERS, for_staff
from nesie.entrypoints.web.request import Request
from nesie.journey.loans import queries, rules
from nesie.kernel.actor import CASE_ROLES
from nesie.kernel.money import Money
from nesie.kernel.refused import Refused

READERS = CASE_ROLES | frozenset(BOOKKEEPERS)
RISKS = (30, 60, 90)


@require_GET
@for_staff(*READERS)
def portfolio(request: Request) -> HttpResponse:
    """Bands of delay with loans, money and shares; the same loan by loan as a sheet (`as=csv`)."""
    last, form = queries.last_day_closed(), forms.Entered()
    page: dict[str, Any] = {"last": last, "form": form, "on": last.isoformat() if last else ""}
    if last is not None:
        try:
            on = _day(request) or last
            found = queries.late_loans(request.actor, on)
            if request.GET.get("as") == "csv":
                return _sheet(on, found)
            one = rules.portfolio(on, found)
            risks = [(days, one.at_risk(days)) for days in RISKS]
            page |= {"portfolio": one, "risks": risks, "on": on.isoformat()}
        except Refused as refusal:
            page |= {"form": forms.entered(request, refusal, "on"), "on": request.GET.get("on", "")}
    return render(request, "web/staff/portfolio.html", page, status=page["form"].status)


def _day(request: Request) -> date | None:
    typed = forms.plain(request.GET.get("on", ""))
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise forms.FieldUnreadable(field="on") from error


def _sheet(on: date, found: tuple[rules.LateLoan, ...]) -> HttpResponse:
    """Semicolons and decimal commas, as spreadsheets set for Kazakhstan expect; loans by number, the latest first."""
    known = queries.numbers_of([one.loan_id for one in found])
    made = io.StringIO()
    writer = csv.writer(made, delimiter=";", lineterminator="\r\n")
    head = (_("Loan"), _("Opened"), _("Paid out"), _("Principal"), _("Interest"), _("Penalty"), _("Days past due"))
    writer.writerow((*head, _("Days of delay, from"), _("to")))
    for one in sorted(found, key=lambda one: (-one.days, known[one.loan_id][0])):
        number, opened_on, amount = known[one.loan_id]
        band = rules.BANDS[one.band]
        before = rules.BANDS[one.band - 1] if one.band else None
        first = 0 if before is None else before + 1
        money = (_money(sum_) for sum_ in (amount, one.principal, one.interest, one.penalty))
        writer.writerow((number, f"{opened_on:%d.%m.%Y}", *money, one.days, first, "" if band is None else band))
    answer = HttpResponse(made.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="portfolio-{on.isoformat()}.csv"'
    return answer


def _money(value: Money) -> str:
    return str(value).replace(".", ",")
