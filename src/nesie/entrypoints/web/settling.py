"""The settlement of arrears as pages show it, to the client and to the staff (Law 56-V, art. 9-2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from nesie.entrypoints.web import forms
from nesie.entrypoints.web.request import Request
from nesie.journey.loans import actions
from nesie.journey.loans.queries import SettlementView
from nesie.journey.loans.rules import WAITS_FOR_LENDER, Hardship, Relief
from nesie.kernel.ids import DocumentId, LoanId


def shown(view: SettlementView, room: str) -> dict[str, Any]:
    """A settlement for `settlement_facts.html`; `room` is the audience's name in addresses (client, staff)."""
    procedure, standing = view.procedure, view.standing

    def papers(*documents: tuple[DocumentId | None, str]) -> list[tuple[str, str]]:
        return [(reverse(f"{room}:document", args=[one]), title) for one, title in documents if one]

    asked = view.application_document_id
    return {
        "loan_id": view.loan_id,
        "number": view.number,
        "stage": standing.stage.value,
        "ours": standing.stage in WAITS_FOR_LENDER,
        "until": standing.until.last_on if standing.until else None,
        "early_demand_allowed": standing.early_demand_allowed,
        "delay": procedure.delay,
        "notified_at": procedure.notified_at,
        "notice": papers((view.notice_document_kk_id, "Қазақша"), (view.notice_document_ru_id, "Русский")),
        "application": procedure.application,
        "application_address": reverse(f"{room}:document", args=[asked]) if asked else "",
        "answered": procedure.answered,
        "reason": view.refusal_reason,
        "refusal": papers((view.refusal_document_kk_id, "Қазақша"), (view.refusal_document_ru_id, "Русский")),
    }


def may_apply(view: SettlementView) -> bool:
    """True while something is late and no application waits."""
    procedure = view.procedure
    waits = procedure.application is not None and procedure.answered is None
    return procedure.delay is not None and not waits


def choices() -> dict[str, Iterable[str]]:
    """What an application may ask for and name."""
    return {"reliefs": [one.value for one in Relief], "hardships": [one.value for one in Hardship]}


def apply(request: Request, loan_id: LoanId) -> None:
    """Take the application of the form; refuses what the rules refuse, and a choice that is none."""
    actions.record_settlement_application(
        request.actor,
        request.now,
        loan_id=loan_id,
        relief=forms.one_of(Relief, request, "relief"),
        hardship=forms.one_of(Hardship, request, "hardship"),
        text=forms.text(request, "text"),
    )
