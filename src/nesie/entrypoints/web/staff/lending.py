"""Applications and loans for the staff: the queue, the explained decision, the loan with its entries and trail."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nesie.entrypoints.web import forms, words
from nesie.entrypoints.web.client import borrowing
from nesie.entrypoints.web.client.lending import shown
from nesie.entrypoints.web.gates import for_staff
from nesie.entrypoints.web.labels import label
from nesie.entrypoints.web.request import Request
from nesie.entrypoints.web.staff import desk, duties
from nesie.foundation.access import queries as access
from nesie.foundation.access.rules import PERMITTED as ACCESS_PERMITTED
from nesie.foundation.audit import queries as audit
from nesie.foundation.exchange import queries as exchange
from nesie.foundation.ledger import queries as ledger
from nesie.journey.aml import queries as aml
from nesie.journey.applications import actions, queries
from nesie.journey.applications.rules import PERMITTED, REASON_WORDS, OfficerReason, Status
from nesie.journey.clients import queries as clients
from nesie.journey.loans import queries as loans
from nesie.journey.loans import rules as loan_rules
from nesie.kernel.actor import CASE_ROLES
from nesie.kernel.ids import ApplicationId, ClientId
from nesie.kernel.refused import NotFound, Refused

OVERDUE_SHOWN = 20
DUTIES_SHOWN = 10


@require_GET
@for_staff()
def queue(request: Request) -> HttpResponse:
    """What waits for a person: reviews, holds, registrations, letters, messages, approvals, arrears."""
    waiting = queries.work_queue(request.actor)
    registrations = clients.registrations_in_review(request.actor)
    letters = clients.unread_letters(request.actor)
    overdue = loans.loans(request.actor, limit=OVERDUE_SHOWN, overdue_only=True)
    owed = [one for one in loans.open_duties(request.actor, request.now) if one.ours] if _reads(request) else []
    stats = [
        (_("Overdue deadlines"), sum(one.is_over(request.now) for one in owed)),
        (_("In review"), sum(1 for one in waiting if one.status is Status.REVIEW)),
        (_("Letters to answer"), len(letters)),
        (_("Messages in trouble"), len(exchange.troubled())),
        (_("Approvals for you"), len(access.approvals_to_decide(request.actor, request.now))),
    ]
    groups = [
        _group(
            _("Deadlines"),
            "hourglass",
            _("Nothing is owed"),
            [_duty_row(request, one) for one in owed[:DUTIES_SHOWN]],
            (reverse("staff:duties"), _("All deadlines")) if len(owed) > DUTIES_SHOWN else None,
        ),
        _group(_("Applications"), "list-check", _("No application waits"), [_application_row(one) for one in waiting]),
        _group(
            _("Registrations that differ from the state record"),
            "user-check",
            _("No registration waits"),
            [_registration_row(one) for one in registrations],
        ),
        _group(_("Letters"), "mail", _("No letters wait"), [_letter_row(one) for one in letters]),
        _group(_("Overdue loans"), "alert-circle", _("Nobody is overdue"), [_loan_row(one) for one in overdue]),
    ]
    newest = ledger.reconciled(loans.PART)
    page = {
        "stats": [{"title": title, "number": number} for title, number in stats],
        "groups": groups,
        "books_differ": newest is not None and not newest.agrees,
    }
    return render(request, "web/staff/queue.html", page)


def _group(
    title: str, icon: str, empty: str, rows: list[dict[str, Any]], more: tuple[str, str] | None = None
) -> dict[str, Any]:
    return {"title": title, "icon": icon, "empty": empty, "rows": rows, "more": more}


def _reads(request: Request) -> bool:
    return request.actor.has(*CASE_ROLES)


def _duty_row(request: Request, one: loan_rules.Duty) -> dict[str, Any]:
    facts = duties.shown(request, one)
    return {
        "address": facts["address"],
        "title": facts["title"],
        "text": f"{one.number}  {facts['cause']}".strip(),
        "pill": facts["left"],
        "late": facts["late"],
        "day": facts["until"],
    }


def _application_row(one: Any) -> dict[str, Any]:
    facts = borrowing.shown(one)
    return {
        "address": reverse("staff:application", args=[one.id]),
        "title": facts["product"],
        "text": one.amount,
        "money": True,
        "status": one.status,
        "kind": "application",
        "at": one.status_at,
    }


def _registration_row(one: Any) -> dict[str, Any]:
    return {
        "address": reverse("staff:registration", args=[one.id]),
        "title": " ".join(part for part in (one.surname, one.given_name) if part),
        "text": ", ".join(label(difference.value, "difference") for difference in one.differences),
        "at": one.started_at,
    }


def _letter_row(one: Any) -> dict[str, Any]:
    return {"address": reverse("staff:letter", args=[one.id]), "title": one.subject, "text": "", "at": one.sent_at}


def _loan_row(one: Any) -> dict[str, Any]:
    return {
        "address": reverse("staff:loan", args=[one.loan_id]),
        "title": one.number,
        "text": _("{days} days overdue").format(days=one.days_past_due),
        "status": one.status,
        "kind": "loan",
    }


@require_GET
@for_staff(*CASE_ROLES)
def client(request: Request, client_id: UUID) -> HttpResponse:
    """Everything known of a client, with the trail (clause 27: staff only)."""
    number = ClientId(client_id)
    page = desk.about(request, number)
    page |= {
        "applications": queries.applications_of(request.actor, number),
        "loans": [shown(one) for one in loans.positions_of_client(request.actor, number)],
        "diligence": _diligence(request, number),
        "devices": access.devices(request.actor, number),
        "may_sign_off": request.actor.has(*ACCESS_PERMITTED["revoke_device"]),
    }
    return render(request, "web/staff/client.html", page)


def _diligence(request: Request, client_id: ClientId) -> list[tuple[str, Any]]:
    try:
        view = aml.due_diligence(request.actor, client_id)
    except NotFound:
        return []
    facts = [
        ("recorded_at", words.plain(view.recorded_at)),
        ("identified", _yes(view.identified)),
        ("politically_exposed", _yes(view.politically_exposed)),
        ("beneficial_owner_self", _yes(view.beneficial_owner_self)),
        ("purpose", label(view.purpose.value, "purpose")),
        ("risk", label(view.risk.value, "risk")),
        ("risk_reasons", ", ".join(_reason(reason) for reason in view.risk_reasons) or "—"),
    ]
    if view.risk_accepted is not None:
        facts.append(("risk_accepted", _yes(view.risk_accepted)))
    return [(label(name, "diligence"), value) for name, value in facts]


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")


@require_GET
@for_staff(*CASE_ROLES)
def application(request: Request, application_id: UUID) -> HttpResponse:
    """One application with every rule's result."""
    return _application(request, ApplicationId(application_id), forms.Entered())


@require_POST
@for_staff(*CASE_ROLES)
def decide_review(request: Request, application_id: UUID) -> HttpResponse:
    """A credit officer's decision, with its reason."""
    number = ApplicationId(application_id)
    try:
        actions.decide_review(
            request.actor,
            request.now,
            application_id=number,
            approve=request.POST.get("approve") == "yes",
            reason=forms.one_of(OfficerReason, request, "reason"),
            explanation=forms.text(request, "explanation"),
        )
    except Refused as refusal:
        return _application(request, number, forms.entered(request, refusal, "explanation"))
    messages.success(request, _("Your decision is recorded."))
    return redirect("staff:application", application_id)


def _application(request: Request, application_id: ApplicationId, form: forms.Entered) -> HttpResponse:
    view = queries.application(request.actor, application_id)
    decided = queries.decisions(request.actor, application_id)
    results = [
        {
            "rule": result.rule,
            "outcome": result.outcome,
            "reasons": [_reason(reason) for reason in result.reasons],
        }
        for result in (decided[0].decision.results if decided else ())
    ]
    may = request.actor.has(*PERMITTED["decide_review"]) and view.status in (Status.REVIEW, Status.HELD)
    page = {
        "application": borrowing.shown(view),
        "client_address": reverse("staff:client", args=[view.client_id]),
        "timeline": borrowing.timeline(request.actor, view),
        "results": results,
        "may_decide": may,
        "officer_reasons": [one.value for one in OfficerReason],
        "explanation_label": _("Explanation"),
        "form": form,
        "trail": audit.trail_of(application_id),
    }
    return render(request, "web/staff/application.html", page, status=form.status)


def _reason(reason: Any) -> str:
    """Plain words where the client has them too, the inner code otherwise; staff see the figures."""
    figures = ", ".join(f"{name} = {value}" for name, value in reason.params)
    known = REASON_WORDS.get(reason.code)
    return (_(known) if known else label(reason.code)) + (f" ({figures})" if figures else "")
