"""What the lender owes by a day: the whole list, and that of one loan with its papers of paragraph 13."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from nesie.entrypoints.web import forms
from nesie.entrypoints.web.gates import for_staff
from nesie.entrypoints.web.labels import label
from nesie.entrypoints.web.request import Request
from nesie.entrypoints.web.staff import why
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import actions, queries, rules
from nesie.journey.loans.rules import PERMITTED, Duty, DutyKind, FraudPaper
from nesie.kernel.actor import CASE_ROLES
from nesie.kernel.ids import LoanId
from nesie.kernel.refused import Refused

_WHOSE = ("ours", "client", "late")
# Where each duty is done.
_PLACES = {
    DutyKind.SUSPEND: ("staff:service", "suspend_loan"),
    DutyKind.RESUME: ("staff:service", "resume_loan"),
    DutyKind.WRITE_OFF: ("staff:service", "write_off_loan"),
}
_SETTLING = frozenset({DutyKind.ARREARS_NOTICE, DutyKind.SETTLEMENT_ANSWER}) | rules.OF_THE_CLIENT


@require_GET
@for_staff(*CASE_ROLES)
def duties(request: Request) -> HttpResponse:
    """Everything open, overdue first; by whose it is, by kind, by the loan's number."""
    whose, kind, number = (request.GET.get(name, "").strip() for name in ("whose", "kind", "number"))
    found = queries.open_duties(request.actor, request.now)
    page = {
        "duties": [shown(request, one) for one in found if _wanted(request, one, whose, kind, number)],
        "late": sum(one.is_over(request.now) for one in found),
        "kinds": [(one.value, label(one.value, "duty")) for one in DutyKind],
        "whose": whose,
        "kind": kind,
        "number": number,
    }
    return render(request, "web/staff/duties.html", page)


def _wanted(request: Request, one: Duty, whose: str, kind: str, number: str) -> bool:
    sort = {"client": not one.ours, "late": one.is_over(request.now), "all": True}.get(whose, one.ours)
    return sort and kind in ("", one.kind.value) and number in one.number


@require_http_methods(["GET", "POST"])
@for_staff(*CASE_ROLES)
def loan_duties(request: Request, loan_id: UUID) -> HttpResponse:
    """What was and is owed for one loan; a paper is registered here, and what was done is noted."""
    loan, form = LoanId(loan_id), forms.Entered()
    book_number = queries.position(request.actor, loan).number
    if request.method == "POST":
        try:
            _act(request, loan)
            messages.success(request, _("Done."))
            return redirect("staff:loan_duties", loan_id)
        except Refused as refusal:
            form = forms.entered(request, refusal, "paper", "received_on", "reference")
    found = queries.duties_of_loan(request.actor, loan, request.now)
    page = {
        "loan_id": loan_id,
        "number": book_number,
        "duties": [shown(request, one) for one in found if one.done_at is None],
        "done": [shown(request, one) for one in found if one.done_at is not None],
        "papers": queries.papers_of_loan(request.actor, loan),
        "kinds": [(one.value, label(one.value, "fraud_paper")) for one in FraudPaper],
        "may_register": request.actor.has(*PERMITTED["register_fraud_paper"]),
        "may_note": request.actor.has(*PERMITTED["note_duty_done"]),
        "received_on": forms.text(request, "received_on") or business_day(request.now).isoformat(),
        "form": form,
    }
    return render(request, "web/staff/loan_duties.html", page, status=form.status)


def _act(request: Request, loan_id: LoanId) -> None:
    if request.POST.get("act") == "note":
        actions.note_duty_done(
            request.actor,
            request.now,
            loan_id=loan_id,
            kind=forms.one_of(DutyKind, request, "kind"),
            source=forms.text(request, "source"),
            reference=forms.text(request, "reference"),
        )
        return
    actions.register_fraud_paper(
        request.actor,
        request.now,
        loan_id=loan_id,
        paper=forms.one_of(FraudPaper, request, "paper"),
        received_on=_day(request),
        reference=forms.text(request, "reference"),
    )


def _day(request: Request) -> date:
    try:
        return date.fromisoformat(forms.text(request, "received_on"))
    except ValueError as error:
        raise forms.FieldUnreadable(field="received_on") from error


def shown(request: Request, one: Duty) -> dict[str, Any]:
    """A duty as the pages show it."""
    late = one.is_over(request.now)
    return {
        "title": label(one.kind.value, "duty"),
        "cause": _cause(one),
        "loan_id": one.loan_id,
        "number": one.number,
        "since": one.since,
        "until": one.until.last_on if one.until else None,
        "left": _left(one, business_day(request.now)),
        "late": late,
        "ours": one.ours,
        "address": _place(one),
        "kind": one.kind.value,
        "source": one.source,
        "noted": one.kind not in rules.BY_EVENTS and one.kind not in _SETTLING,
        "done_at": one.done_at,
        "reference": one.reference,
    }


def _cause(one: Duty) -> str:
    if one.kind is DutyKind.REPORT_BUREAU:
        return why.event_title(one.cause)
    return label(one.cause, "fraud_paper") if one.cause else ""


def _place(one: Duty) -> str:
    if one.kind in _PLACES:
        name, act = _PLACES[one.kind]
        return reverse(name, args=[one.loan_id, act])
    name = "staff:settlement" if one.kind in _SETTLING else "staff:loan_duties"
    return reverse(name, args=[one.loan_id])


def _left(one: Duty, today: date) -> str:
    """The time left in words; of one that is done, nothing."""
    if one.done_at is not None:
        return ""
    if one.until is None:
        return str(_("at once"))
    days = (one.until.last_on - today).days
    if days > 0:
        return ngettext("{days} day left", "{days} days left", days).format(days=days)
    if days == 0:
        return str(_("today is the last day"))
    return ngettext("overdue by {days} day", "overdue by {days} days", -days).format(days=-days)
