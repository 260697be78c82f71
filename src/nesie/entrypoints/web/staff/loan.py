"""One loan for the staff: its figures, schedule, entries, papers and trail."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nesie.entrypoints.web import statements, words
from nesie.entrypoints.web.client.lending import shown
from nesie.entrypoints.web.gates import for_staff
from nesie.entrypoints.web.labels import label
from nesie.entrypoints.web.request import Request
from nesie.entrypoints.web.staff import acts, why
from nesie.foundation.access import queries as access
from nesie.foundation.audit import queries as audit
from nesie.foundation.ledger import queries as ledger
from nesie.journey.loans import queries as loans
from nesie.journey.loans import rules
from nesie.journey.loans.rules import PERMITTED
from nesie.kernel.actor import CASE_ROLES
from nesie.kernel.ids import LoanId


@require_GET
@for_staff(*CASE_ROLES)
def loan(request: Request, loan_id: UUID) -> HttpResponse:
    """One loan: figures, schedule, ledger entries, trail."""
    view = loans.position(request.actor, LoanId(loan_id))
    book = loans.book(view.loan_id)
    page = {
        "loan": shown(view),
        "book": book,
        "standing_still": [_halt(one) for one in book.halts if one.until is None or one.until >= book.accrued_on],
        "rows": [_row(row) for row in view.rows],
        "client_address": reverse("staff:client", args=[view.client_id]),
        "entries": [line for entry in ledger.entries_of(view.loan_id) for line in _lines(entry)],
        "trail": audit.trail_of(view.loan_id),
        "recovered": _recovered(request, view),
        "may_service": any(request.actor.has(*PERMITTED[name]) for name in acts.ACTS),
        "may_issue": request.actor.has(*PERMITTED["issue_statement"]),
        **statements.ways(reverse("staff:statement", args=[loan_id])),
    }
    return render(request, "web/staff/loan.html", page)


@require_POST
@for_staff(*CASE_ROLES)
def statement(request: Request, loan_id: UUID) -> HttpResponse:
    """The statement as a paper or a sheet: kept among the client's documents, and shown."""
    return redirect("staff:document", statements.made(request, loan_id))


@require_GET
@for_staff(*CASE_ROLES)
def history(request: Request, loan_id: UUID) -> HttpResponse:
    """What happened to the loan, with effective and recorded days, and every line of its statement."""
    view = loans.position(request.actor, LoanId(loan_id))
    case = why.case_of(request.actor, view)
    page = {
        "loan": view,
        "events": [_event(one) for one in loans.events_of(request.actor, view.loan_id)],
        "versions": loans.schedules(request.actor, view.loan_id),
        "lines": [why.shown_line(line, case) for line in rules.folded(case.lines)],
    }
    return render(request, "web/staff/history.html", page)


def _recovered(request: Request, view: rules.PositionView) -> list[dict[str, Any]]:
    """What has come in on a claim since it was written off, the newest first."""
    if view.status is not rules.Status.WRITTEN_OFF:
        return []
    told = loans.events_of(request.actor, view.loan_id)
    return [
        {"on": one.on, "amount": dict(one.told).get("amount"), "figure": f"day-{one.on.isoformat()}"}
        for one in told
        if one.kind == rules.Recovered.kind and not one.undone
    ]


# Which words the codes of an event stand for, by the event and the name of the detail.
_CODES = {
    ("suspended", "ground"): "suspension",
    ("written_off", "ground"): "write_off",
    ("halted", "halt"): "halt",
    ("rescheduled", "change"): "schedule_change",
    ("received", "wish"): "wish",
}


def _event(one: loans.EventView) -> dict[str, Any]:
    by = _("System") if one.recorded_by is None else access.staff_name(one.recorded_by) or _("Client")
    wish_alone = one.kind == "received" and not dict(one.told).get("amount")
    told = [
        f"{label(name, 'detail')}: {_detail(one.kind, name, value)}"
        for name, value in sorted(one.told, key=_amount_first)
    ]
    if one.reference:
        told.append(_("Paper: {reference}").format(reference=one.reference))
    return {
        "on": one.on,
        "recorded_at": one.recorded_at,
        "title": _("What to do with early money") if wish_alone else why.event_title(one.kind),
        "of": why.event_title(one.reverses) if one.reverses else "",
        "told": "; ".join(told),
        "undone": one.undone,
        "by": by,
        "papers": one.papers,
    }


def _amount_first(told: tuple[str, object]) -> bool:
    return told[0] != "amount"


def _detail(kind: str, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes")) if value else str(_("no"))
    words_of = _CODES.get((kind, name))
    return label(value, words_of) if words_of else str(words.plain(value))


def _halt(one: rules.Halt) -> dict[str, Any]:
    return {"kind": label(one.kind.value, "halt"), "since": one.since, "until": one.until}


def _row(row: Any) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in row.__dataclass_fields__}
    return facts | {"payment": row.payment, "figure": f"instalment-{row.number}"}


def _lines(view: Any) -> list[dict[str, Any]]:
    return [
        {
            "on": view.entry.effective_on,
            "figure": f"day-{view.entry.belongs_on.isoformat()}",
            "description": view.entry.description_code,
            "code": line.account.code,
            "account": label(line.account.code, "account"),
            "debit": line.debit,
            "credit": line.credit,
        }
        for line in view.entry.lines
    ]
