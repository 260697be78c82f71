"""When a payment is late: the settlement's terms, and an application for other conditions (Law 56-V, art. 9-2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ninja import Router, Status

from nesie.entrypoints.api.routes.calls import Call
from nesie.entrypoints.api.schemas import settlement as schemas
from nesie.entrypoints.api.schemas.words import Made
from nesie.journey.loans import actions, queries
from nesie.journey.loans.queries import SettlementView
from nesie.kernel.ids import LoanId

router = Router(tags=["Settlement of arrears"])
ONE = "/loans/{loan_id}/settlement"


@router.get(ONE, response=schemas.Settlement)
def settlement(request: Call, loan_id: UUID) -> Any:
    """Where the settlement of the loan's arrears stands, and until when."""
    return _shown(queries.settlement(request.actor, LoanId(loan_id), request.now))


@router.post(ONE, response={201: Made})
def record_settlement_application(request: Call, loan_id: UUID, payload: schemas.SettlementWish) -> Any:
    """Ask for other conditions because a payment is late; the lender's term to answer runs from now."""
    made = actions.record_settlement_application(
        request.actor,
        request.now,
        loan_id=LoanId(loan_id),
        relief=payload.relief,
        hardship=payload.hardship,
        text=payload.text,
    )
    return Status(201, {"id": made})


def _shown(view: SettlementView) -> dict[str, Any]:
    procedure, until = view.procedure, view.standing.until
    asked, said = procedure.application, procedure.answered
    return {
        "loan_id": view.loan_id,
        "stage": view.standing.stage,
        "until": until.last_on if until else None,
        "delay": procedure.delay,
        "notified_at": procedure.notified_at,
        "notice_document_kk_id": view.notice_document_kk_id,
        "notice_document_ru_id": view.notice_document_ru_id,
        "application": {
            "id": view.application_id,
            "received_at": asked.received_at,
            "relief": asked.relief,
            "hardship": asked.hardship,
            "document_id": view.application_document_id,
        }
        if asked
        else None,
        "answered": {
            "at": said.at,
            "answer": said.answer,
            "change_id": view.change_id,
            "refusal_document_kk_id": view.refusal_document_kk_id,
            "refusal_document_ru_id": view.refusal_document_ru_id,
        }
        if said
        else None,
    }
