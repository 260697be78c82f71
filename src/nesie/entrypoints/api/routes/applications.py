"""Applications and offers (clauses 7.1, 7.4, 8.3, 8.4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from ninja import Router, Status

from nesie.entrypoints.api.routes.calls import Call, own_client
from nesie.entrypoints.api.schemas import applications as schemas
from nesie.journey.applications import actions, queries
from nesie.journey.applications.queries import ApplicationView, Move
from nesie.journey.applications.rules import STATUS_WORDS, words_of
from nesie.kernel.ids import ApplicationId, OfferId, ProductVersionId
from nesie.kernel.money import Money

router = Router(tags=["Applications"])
ONE = "/applications/{application_id}"


@router.get("/applications", response=list[schemas.Application])
def applications_of(request: Call) -> Any:
    """The client's applications, newest first."""
    return [_shown(one) for one in queries.applications_of(request.actor, own_client(request))]


@router.post("/applications", response={201: schemas.Submitted})
def submit_application(request: Call, payload: schemas.NewApplication) -> Any:
    """Ask for a microcredit. Both texts of the lender must have been read first."""
    made = actions.submit_application(
        request.actor,
        request.now,
        product_version_id=ProductVersionId(payload.product_version_id),
        amount=Money(payload.amount_tiyn),
        term=payload.term,
        purpose=payload.purpose,
        disbursement_method=payload.disbursement_method,
        account_id=payload.account_id,
        language=payload.language.value,
        politically_exposed=payload.politically_exposed,
        acting_for_self=payload.acting_for_self,
        limit=Money(payload.limit_tiyn) if payload.limit_tiyn is not None else None,
        refinances=payload.refinances,
    )
    return Status(201, made)


@router.get(ONE, response=schemas.Application)
def application(request: Call, application_id: UUID) -> Any:
    """One application."""
    return _shown(queries.application(request.actor, ApplicationId(application_id)))


@router.get(f"{ONE}/timeline", response=list[schemas.Move])
def timeline(request: Call, application_id: UUID) -> Any:
    """Every state with its time and reasons (clause 7.4)."""
    return [_moved(one) for one in queries.timeline(request.actor, ApplicationId(application_id))]


@router.get(f"{ONE}/offers", response=list[schemas.Offer])
def offers(request: Call, application_id: UUID) -> Any:
    """The draft schedules side by side; empty before they are made."""
    return queries.offers(request.actor, ApplicationId(application_id))


@router.post(f"{ONE}/choice", response={204: None})
def choose_offer(request: Call, application_id: UUID, payload: schemas.Choice) -> Any:
    """Take one of the offers; the contract comes next."""
    actions.choose_offer(
        request.actor,
        request.now,
        application_id=ApplicationId(application_id),
        offer_id=OfferId(payload.offer_id),
    )
    return Status(204, None)


@router.post(f"{ONE}/cancellation", response={204: None})
def cancel_application(request: Call, application_id: UUID) -> Any:
    """Take the application back."""
    actions.cancel_application(request.actor, request.now, application_id=ApplicationId(application_id))
    return Status(204, None)


def _shown(view: ApplicationView) -> dict[str, Any]:
    facts = {name: getattr(view, name) for name in ApplicationView.__slots__}
    return facts | {"status_text": gettext(STATUS_WORDS[view.status])}


def _moved(move: Move) -> dict[str, Any]:
    reasons = [{"code": reason.code, "text": gettext(words_of(reason))} for reason in move.reasons]
    return {"status": move.status, "status_text": gettext(STATUS_WORDS[move.status]), "at": move.at, "reasons": reasons}
