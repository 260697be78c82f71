"""What is owed: the first page, the loans, how to repay (clauses 7.5, 7.6)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nesie.entrypoints.web import statements, words
from nesie.entrypoints.web.client import borrowing, contracting, drawing
from nesie.entrypoints.web.client.room import own_id
from nesie.entrypoints.web.gates import for_client
from nesie.entrypoints.web.request import Request
from nesie.foundation.access import queries as access
from nesie.foundation.notices import queries as notices
from nesie.journey.applications import queries as applications
from nesie.journey.applications.rules import DisbursementMethod
from nesie.journey.applications.rules import Status as ApplicationStatus
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import queries as contracts
from nesie.journey.contracts.rules import ChangeStatus, ChangeView, ContractStatus, ContractView
from nesie.journey.loans import queries
from nesie.journey.loans.rules import HaltKind, PositionView, Status
from nesie.kernel.ids import LoanId

NOTICES = 4


def shown(view: PositionView) -> dict[str, Any]:
    """A loan as the pages show it: the same figures as the ledger's, to the tiyn."""
    facts = {name: getattr(view, name) for name in view.__dataclass_fields__}
    upcoming = view.next_payment
    return facts | {
        "id": view.loan_id,
        "total": view.debt,
        "next_due_on": upcoming.due_on if upcoming else None,
        "next_amount": upcoming.total if upcoming else None,
        "receipts": view.payments,
    }


def schedule_chart(view: PositionView) -> dict[str, Any]:
    """Principal and interest of each instalment, stacked."""
    return {
        "labels": [row.due_on.strftime("%d.%m.%y") for row in view.rows],
        "series": [
            {
                "name": _("Principal"),
                "stack": "payment",
                "colour": "primary",
                "values": [row.principal.tiyn / 100 for row in view.rows],
            },
            {
                "name": _("Interest"),
                "stack": "payment",
                "colour": "accent",
                "values": [row.interest.tiyn / 100 for row in view.rows],
            },
        ],
    }


@require_GET
@for_client
def home(request: Request) -> HttpResponse:
    """The debt split, the next payment, what waits for the client, and news."""
    client = clients.client(request.actor, own_id(request))
    positions = queries.positions_of_client(request.actor, client.id)
    active = next((one for one in positions if one.status is Status.ACTIVE), None)
    going = borrowing.open_application(request.actor, client.id)
    page: dict[str, Any] = {
        "greeting": _("Good day, {name}!").format(name=client.given_name),
        "loan": shown(active) if active else None,
        "chart": schedule_chart(active) if active and len(active.rows) > 1 else None,
        "application": borrowing.shown(going) if going else None,
        "timeline": borrowing.timeline(request.actor, going) if going else [],
        "may_apply": going is None,
        "tasks": tasks(request),
        "notices": [
            {"at": one.made_at, "text": one.text, "read": one.read_at is not None}
            for one in notices.inbox(client.id, NOTICES)
        ],
    }
    return render(request, "web/client/home.html", page)


def _to_prove(request: Request) -> list[dict[str, Any]]:
    if clients.open_leak(own_id(request)) is None:
        return []
    title, text = _("Show that it is you"), _("Your data may have leaked. Until then nothing can be done in your name.")
    address, button = reverse("client:identify_again"), _("Identify again")
    return [
        {"tone": "danger", "icon": "shield-lock", "title": title, "text": text, "address": address, "button": button}
    ]


def _to_stop(request: Request) -> list[dict[str, Any]]:
    if access.recovery_waits_until(request.actor) is None:
        return []
    title, button = _("A new way into this account was asked for"), _("Look at it")
    text = _("Was it not you? Stop it now, and set another password.")
    told = {"tone": "danger", "icon": "alert-triangle", "title": title, "text": text, "button": button}
    return [told | {"address": reverse("client:security")}]


def tasks(request: Request) -> list[dict[str, Any]]:
    """What waits for the client now."""
    found = _to_stop(request) + _to_prove(request)
    found += [
        {
            "tone": "success",
            "icon": "circle-check",
            "title": _("Approved: three schedules wait for your choice"),
            "address": reverse("client:offers", args=[one.id]),
            "button": _("Compare and choose"),
        }
        for one in applications.applications_of(request.actor, own_id(request))
        if one.status is ApplicationStatus.OFFERED
    ]
    found += [
        _contract_task(request, one)
        for one in contracts.contracts_of(request.actor, own_id(request), request.now)
        if one.status in (ContractStatus.DRAFTED, ContractStatus.SIGNED, ContractStatus.PAYING)
    ]
    found += [_money_task(request, one) for one in contracts.money_awaited(request.actor, own_id(request), request.now)]
    found += [
        _arrears_task(one)
        for one in queries.positions_of_client(request.actor, own_id(request))
        if one.days_past_due and one.status is Status.ACTIVE
    ]
    found += [_change_task(one) for one in contracts.changes_awaiting(request.actor, own_id(request), request.now)]
    if clients.unread_count(request.actor):
        letters = reverse("client:letters")
        letter = {"tone": "info", "icon": "mail", "title": _("A letter waits for you"), "button": _("Read")}
        found.append(letter | {"address": letters})
    return found


def _contract_task(request: Request, view: ContractView) -> dict[str, Any]:
    task = {"icon": "file-certificate", "tone": "success", "button": _("Open the contract")}
    task["address"] = reverse("client:contract", args=[view.contract_id])
    if view.status is ContractStatus.DRAFTED:
        return task | {"title": _("The contract {number} waits for your signature").format(number=view.number)}
    consent = view.to_receive is not None and view.to_receive.given_at is not None
    if view.status is ContractStatus.PAYING or view.cooling is None or not view.cooling.required or consent:
        return task | {"tone": "info", "icon": "send", "title": _("The money is being sent to your account")}
    if view.cooling.over(request.now):
        return task | {"title": _("Decide again: consent to receive the money"), "icon": "hourglass"}
    until = words.plain(view.cooling.over_at)
    return task | {
        "tone": "info",
        "icon": "hourglass",
        "title": _("Time for thought until {until}").format(until=until),
    }


def _money_task(request: Request, view: ChangeView) -> dict[str, Any]:
    """More money under a running contract: the time for thought, the consent, the way to the bank."""
    task = {"icon": "send", "tone": "info", "button": _("Open"), "title": _("The money is being sent to your account")}
    task["address"] = reverse("client:change", args=[view.change_id])
    cooling = view.cooling
    if view.status is not ChangeStatus.SIGNED or cooling is None or not cooling.required:
        return task
    if view.to_receive is not None and view.to_receive.given_at is not None:
        return task
    if cooling.over(request.now):
        return task | {
            "title": _("Decide again: consent to receive the money"),
            "icon": "hourglass",
            "tone": "success",
        }
    until = words.plain(cooling.over_at)
    return task | {"icon": "hourglass", "title": _("Time for thought until {until}").format(until=until)}


def _arrears_task(view: PositionView) -> dict[str, Any]:
    return {
        "tone": "warning",
        "icon": "alert-circle",
        "title": _("A payment of loan {number} is overdue").format(number=view.number),
        "address": reverse("client:settlement", args=[view.loan_id]),
        "button": _("Ask for other conditions"),
    }


def _change_task(view: ChangeView) -> dict[str, Any]:
    title = _("The conditions of contract {number} improve") if view.one_sided else None
    title = title or _("A change of contract {number} waits for your answer")
    return {
        "tone": "info",
        "icon": "file-certificate",
        "title": title.format(number=view.contract_number),
        "address": reverse("client:change", args=[view.change_id]),
        "button": _("Compare and answer"),
    }


@require_GET
@for_client
def loans(request: Request) -> HttpResponse:
    """All loans and applications."""
    client_id = own_id(request)
    page = {
        "loans": [shown(one) for one in queries.positions_of_client(request.actor, client_id)],
        "contracts": [contracting.shown(one) for one in contracts.contracts_of(request.actor, client_id, request.now)],
        "applications": [borrowing.shown(one) for one in applications.applications_of(request.actor, client_id)],
        "may_apply": borrowing.open_application(request.actor, client_id) is None,
    }
    return render(request, "web/client/loans.html", page)


@require_GET
@for_client
def loan(request: Request, loan_id: UUID) -> HttpResponse:
    """One loan: debt split, upcoming and actual payments (clause 7.5)."""
    view = queries.position(request.actor, LoanId(loan_id))
    page = {
        "loan": shown(view),
        "standing_still": [
            halt for halt in queries.book(view.loan_id).halts if halt.kind is HaltKind.SUSPENSION and halt.until is None
        ],
        "chart": schedule_chart(view) if len(view.rows) > 1 and view.closed_on is None else None,
        "contract_address": reverse("client:contract", args=[view.contract_id]),
        "line": drawing.line_of(request, view),
        "refinance_address": _refinance_address(view),
        **statements.ways(reverse("client:statement", args=[loan_id])),
    }
    return render(request, "web/client/loan.html", page)


def _refinance_address(view: PositionView) -> str:
    """Where a new loan is asked for that repays this one; empty for one that has ended or has something overdue."""
    account_id = contracts.contract_terms(view.contract_id).account_id
    if view.status is not Status.ACTIVE or view.overdue_interest or view.penalty or account_id is None:
        return ""
    asked = {"method": DisbursementMethod.REFINANCING.value, "account": account_id, "refinances": view.contract_id}
    return f"{reverse('client:apply_sum')}?{urlencode(asked)}"


@require_POST
@for_client
def statement(request: Request, loan_id: UUID) -> HttpResponse:
    """The statement as a paper or a sheet: kept among the documents, and shown."""
    return redirect("client:document", statements.made(request, loan_id))
