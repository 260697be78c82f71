"""Reads of applications: the client's own, the work queues, what is ready for the next step, what was chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from nesie.foundation.terms.rules import Method, Row, Schedule, Terms
from nesie.journey.aml import queries as aml
from nesie.journey.applications import rules
from nesie.journey.applications.models import Application, Offer, OfferChoice, ScreeningDecision, Transition
from nesie.journey.applications.rules import DisbursementMethod, Purpose, ScreeningPace, Status
from nesie.journey.creditworthiness import queries as creditworthiness
from nesie.journey.creditworthiness.rules import Stage
from nesie.kernel.actor import Actor, Role
from nesie.kernel.decision import Decision, Outcome, Reason
from nesie.kernel.ids import ApplicationId, ClientId, OfferId, ProductVersionId
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound

_LIST = 50
_DEFAULT_OFFER_DAYS = 5


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """What was asked and where it stands. `term` is in the unit of the product."""

    id: ApplicationId
    client_id: ClientId
    product_version_id: ProductVersionId
    amount: Money
    term: int
    purpose: Purpose
    disbursement_method: DisbursementMethod
    account_id: UUID | None
    limit: Money | None
    refinances: UUID | None
    language: str
    channel: str
    status: Status
    submitted_at: datetime
    status_at: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the timeline: a state, when, why. Reasons are those this reader may see."""

    status: Status
    at: datetime
    reasons: tuple[Reason, ...]
    actor_id: UUID | None


@dataclass(frozen=True, slots=True)
class OfferView:
    """One draft schedule with its full cost (clauses 8.3, 8.4)."""

    id: OfferId
    application_id: ApplicationId
    number: int
    method: Method
    terms: Terms
    plan: Schedule
    total: Money
    overpayment: Money
    gesv_percent: Decimal  # as shown, one decimal
    within_caps: bool
    reasons: tuple[Reason, ...]
    made_at: datetime
    expires_at: datetime
    chosen: bool


@dataclass(frozen=True, slots=True)
class ChosenOffer:
    """Everything a contract starts from."""

    application_id: ApplicationId
    offer_id: OfferId
    client_id: ClientId
    product_version_id: ProductVersionId
    amount: Money
    purpose: Purpose
    disbursement_method: DisbursementMethod
    account_id: UUID | None
    limit: Money | None  # of the credit line asked for
    refinances: UUID | None  # the contract whose loan the money repays
    language: str
    terms: Terms
    plan: Schedule
    gesv_percent: Decimal
    overpayment: Money
    assumed_disbursed_on: date
    chosen_at: datetime


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One automated decision with every rule's result and the norms it went by."""

    decided_at: datetime
    outcome: Outcome
    decision: Decision


def pace() -> ScreeningPace:
    """How patient the lender is, from the settings."""
    return rules.pace(offer_days=int(getattr(settings, "NESIE_OFFER_DAYS", _DEFAULT_OFFER_DAYS)))


# --- one application --------------------------------------------------------------------------------------------------


def may_see(actor: Actor, client_id: UUID) -> bool:
    """Clients see their own; staff whose duties need it and jobs see every one."""
    return actor.reads_clients or (actor.has(Role.CLIENT) and actor.id == client_id)


def application(actor: Actor, application_id: ApplicationId) -> ApplicationView:
    """One application; NotFound when there is none, or it is not this actor's."""
    return _view(_seen(actor, application_id))


def applications_of(actor: Actor, client_id: ClientId) -> list[ApplicationView]:
    """A client's applications, newest first; NotFound."""
    if not may_see(actor, client_id):
        raise NotFound
    return [_view(row) for row in Application.objects.filter(client_id=client_id).order_by("-submitted_at", "-id")]


def timeline(actor: Actor, application_id: ApplicationId) -> list[Move]:
    """Every state with its time and reasons, oldest first (clause 7.4). A client sees plain codes; NotFound."""
    row = _seen(actor, application_id)
    moves = Transition.objects.filter(application=row).order_by("number")
    return [_move(move, for_staff=actor.is_staff) for move in moves]


def offers(actor: Actor, application_id: ApplicationId) -> list[OfferView]:
    """The draft schedules, side by side in their order; empty before they are made. NotFound."""
    row = _seen(actor, application_id)
    drafts = Offer.objects.filter(application=row).select_related("choice").order_by("number")
    return [_offer_view(draft) for draft in drafts]


def decisions(actor: Actor, application_id: ApplicationId) -> list[DecisionView]:
    """The automated decisions, newest first, explained, for staff; NotFound for others."""
    if not actor.reads_clients:
        raise NotFound
    rows = ScreeningDecision.objects.filter(application_id=application_id).order_by("-decided_at", "-id")[:_LIST]
    return [DecisionView(row.decided_at, Outcome(row.outcome), Decision.from_data(row.results)) for row in rows]


def chosen_offer(actor: Actor, application_id: ApplicationId) -> ChosenOffer | None:
    """What the client chose, for the contract stage; None before the choice, NotFound when it is not this actor's."""
    row = _seen(actor, application_id)
    choice = OfferChoice.objects.filter(application=row).select_related("offer").first()
    if choice is None:
        return None
    offer = choice.offer
    return ChosenOffer(
        application_id=ApplicationId(row.id),
        offer_id=OfferId(offer.id),
        client_id=ClientId(row.client_id),
        product_version_id=ProductVersionId(row.product_version_id),
        amount=Money(row.amount_tiyn),
        purpose=Purpose(row.purpose),
        disbursement_method=DisbursementMethod(row.disbursement_method),
        account_id=row.account_id,
        limit=Money(row.limit_tiyn) if row.limit_tiyn is not None else None,
        refinances=row.refinances_id,
        language=row.language,
        terms=Terms.from_json(offer.terms),
        plan=plan_of(offer.schedule),
        gesv_percent=offer.gesv_percent,
        overpayment=Money(offer.overpayment_tiyn),
        assumed_disbursed_on=offer.assumed_disbursed_on,
        chosen_at=choice.chosen_at,
    )


def lock_application(actor: Actor, application_id: ApplicationId) -> Application:
    """The row, locked for the caller's transaction; NotFound when there is none or it is not this actor's."""
    row = Application.objects.select_for_update().filter(id=application_id).first()
    if row is None or not may_see(actor, row.client_id):
        raise NotFound
    return row


# --- queues -----------------------------------------------------------------------------------------------------------


def submitted(limit: int = 100) -> list[ApplicationId]:
    """New applications: `begin_screening` is next."""
    return _standing(Status.SUBMITTED, limit)


def to_ask_again(now: datetime, limit: int = 100) -> list[ApplicationId]:
    """Held ones whose answers are too old or did not come: `begin_screening` asks anew."""
    if not _any(Status.HELD):
        return []
    limits = pace()
    rows = Application.objects.filter(status=Status.HELD, asked_at__lte=now - limits.ask_again_after)
    due = (row for row in rows.order_by("asked_at") if _ask_again(row, now, limits))
    return [ApplicationId(row.id) for row, _ in zip(due, range(limit), strict=False)]


def to_screen(now: datetime, limit: int = 100) -> list[ApplicationId]:
    """Those that can be decided now, or decided anew: `screen_application` is next."""
    if not _any(Status.SCREENING, Status.HELD):
        return []
    limits = pace()
    rows = Application.objects.filter(status__in=[Status.SCREENING, Status.HELD]).order_by("status_at", "id")
    due = (row for row in rows if _decidable(row, now, limits))
    return [ApplicationId(row.id) for row, _ in zip(due, range(limit), strict=False)]


def approved(limit: int = 100) -> list[ApplicationId]:
    """Approved ones without offers: `make_offers` is next."""
    return _standing(Status.APPROVED, limit)


def to_expire(now: datetime, limit: int = 100) -> list[ApplicationId]:
    """Those whose time is over: `expire_application` is next."""
    if not _any(Status.OFFERED, Status.HELD, Status.REVIEW):
        return []
    limits = pace()
    offered = Offer.objects.filter(expires_at__lte=now, application__status=Status.OFFERED)
    stuck = Application.objects.filter(status__in=[Status.HELD, Status.REVIEW], submitted_at__lte=now - limits.held_for)
    over = Application.objects.filter(id__in=offered.values("application_id")) | stuck
    return _ids(over.distinct(), limit)


def chosen(limit: int = 100) -> list[ApplicationId]:
    """Those whose client has chosen a schedule, newest first: the contract stage is next."""
    rows = Application.objects.filter(status=Status.CHOSEN).order_by("-status_at", "-id")
    return [ApplicationId(pk) for pk in rows.values_list("id", flat=True)[:limit]]


def work_queue(actor: Actor, statuses: Iterable[Status] = (Status.REVIEW, Status.HELD)) -> list[ApplicationView]:
    """Applications in these states, the longest waiting first; none for staff without clients, NotFound for others."""
    if not actor.is_staff:
        raise NotFound
    if not actor.reads_clients:
        return []
    rows = Application.objects.filter(status__in=list(statuses)).order_by("status_at", "id")[:_LIST]
    return [_view(row) for row in rows]


def counts(actor: Actor) -> dict[Status, int]:
    """How many applications stand in each state, for staff; NotFound for others."""
    if not actor.is_staff:
        raise NotFound
    return {status: Application.objects.filter(status=status).count() for status in Status}


# --- inner ------------------------------------------------------------------------------------------------------------


def plan_data(plan: Schedule) -> dict[str, Any]:
    """A schedule as plain JSON, sums in tiyn."""
    rows = [
        [row.number, row.due_on.isoformat(), row.payment.tiyn, row.interest.tiyn, row.principal.tiyn, row.balance.tiyn]
        for row in plan.rows
    ]
    return {"disbursed_on": plan.disbursed_on.isoformat(), "rows": rows}


def plan_of(data: dict[str, Any]) -> Schedule:
    """Back from `plan_data`."""
    rows = tuple(
        Row(number, date.fromisoformat(due), *(Money(each) for each in sums)) for number, due, *sums in data["rows"]
    )
    return Schedule(date.fromisoformat(data["disbursed_on"]), rows)


def _seen(actor: Actor, application_id: ApplicationId) -> Application:
    row = Application.objects.filter(id=application_id).first()
    if row is None or not may_see(actor, row.client_id):
        raise NotFound
    return row


def _standing(status: Status, limit: int) -> list[ApplicationId]:
    """In plain SQL: asked in every round of the worker, mostly for nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM applications_application WHERE status = %s ORDER BY status_at, id LIMIT %s",
            [status.value, limit],
        )
        return [ApplicationId(pk) for (pk,) in cursor.fetchall()]


def _any(*statuses: Status) -> bool:
    """True when some application stands at one of these."""
    with connection.cursor() as cursor:
        values = [status.value for status in statuses]
        cursor.execute("SELECT EXISTS (SELECT FROM applications_application WHERE status = ANY(%s))", [values])
        return bool(cursor.fetchone()[0])


def _ids(rows: QuerySet[Application], limit: int) -> list[ApplicationId]:
    ordered = rows.order_by("status_at", "id").values_list("id", flat=True)[:limit]
    return [ApplicationId(pk) for pk in ordered]


def _ask_again(row: Application, now: datetime, limits: ScreeningPace) -> bool:
    too_old = now - (row.asked_at or row.submitted_at) >= limits.answers_serve
    return too_old or bool(creditworthiness.failed(row.id, Stage.APPLICATION))


def _decidable(row: Application, now: datetime, limits: ScreeningPace) -> bool:
    if row.status == Status.SCREENING:
        waiting = creditworthiness.waiting(row.id, Stage.APPLICATION)
        return rules.no_later_than(row.asked_at or row.submitted_at, now, waiting, limits)
    screened_at = row.screened_at or row.submitted_at
    if now - screened_at >= limits.look_again_after:
        return True
    news = creditworthiness.answered_since(row.id, screened_at)
    return news or aml.changed_since(ClientId(row.client_id), screened_at)


def _view(row: Application) -> ApplicationView:
    return ApplicationView(
        id=ApplicationId(row.id),
        client_id=ClientId(row.client_id),
        product_version_id=ProductVersionId(row.product_version_id),
        amount=Money(row.amount_tiyn),
        term=row.term,
        purpose=Purpose(row.purpose),
        disbursement_method=DisbursementMethod(row.disbursement_method),
        account_id=row.account_id,
        limit=Money(row.limit_tiyn) if row.limit_tiyn is not None else None,
        refinances=row.refinances_id,
        language=row.language,
        channel=row.channel,
        status=Status(row.status),
        submitted_at=row.submitted_at,
        status_at=row.status_at,
    )


def _move(move: Transition, *, for_staff: bool) -> Move:
    reasons = tuple(Reason.from_data(each) for each in move.reasons)
    shown = reasons if for_staff else rules.for_client(reasons)
    return Move(Status(move.status), move.at, shown, move.actor_id if for_staff else None)


def _offer_view(draft: Offer) -> OfferView:
    return OfferView(
        id=OfferId(draft.id),
        application_id=ApplicationId(draft.application_id),
        number=draft.number,
        method=Method(draft.method),
        terms=Terms.from_json(draft.terms),
        plan=plan_of(draft.schedule),
        total=Money(draft.total_tiyn),
        overpayment=Money(draft.overpayment_tiyn),
        gesv_percent=draft.gesv_percent,
        within_caps=draft.within_caps,
        reasons=tuple(Reason.from_data(each) for each in draft.reasons),
        made_at=draft.made_at,
        expires_at=draft.expires_at,
        chosen=hasattr(draft, "choice"),
    )
