"""Lay the draft schedules before the client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.applications import queries, rules
from nesie.journey.applications.actions._drafting import drafts_of
from nesie.journey.applications.actions._moving import move
from nesie.journey.applications.models import Application, Offer
from nesie.journey.applications.rules import Draft, MoveNotAllowed, Status
from nesie.kernel.actor import Actor
from nesie.kernel.decision import Outcome
from nesie.kernel.ids import ApplicationId, OfferId, new_id


@dataclass(frozen=True, slots=True)
class OffersMade:
    """The drafts in their order; none when every one of them is over a cap, and the application is declined."""

    offer_ids: tuple[OfferId, ...]


@use_case
def make_offers(actor: Actor, now: datetime, *, application_id: ApplicationId) -> OffersMade:
    """Three drafts with every payment, GESV and overpayment (clauses 8.3, 8.4), tested against the caps of the day.

    A draft over a cap is kept for comparison and cannot be chosen; when none is within, the application is declined.
    NotFound, MoveNotAllowed; CapsUnknown when a cap may not be used: the application waits.
    """
    row = queries.lock_application(actor, application_id)
    if row.status != Status.APPROVED:
        raise MoveNotAllowed(before=row.status, after=Status.OFFERED.value)
    on = business_day(now)
    drafts, gap = drafts_of(row, on)
    gate = rules.cost_rule(drafts, gap)
    if gate.outcome is Outcome.HOLD:
        raise rules.CapsUnknown(norm=gap)
    if gate.outcome is Outcome.DECLINE:
        move(row, Status.DECLINED, actor, now, gate.reasons)
        return OffersMade(())
    made = [_offer(row, number, draft, on, now) for number, draft in enumerate(drafts, start=1)]
    Offer.objects.bulk_create(made)
    move(row, Status.OFFERED, actor, now)
    return OffersMade(tuple(OfferId(offer.id) for offer in made))


def _offer(row: Application, number: int, draft: Draft, on: date, now: datetime) -> Offer:
    return Offer(
        id=new_id(),
        application=row,
        number=number,
        method=draft.method,
        within_caps=draft.within_caps,
        reasons=[reason.as_data() for reason in draft.reasons],
        terms=draft.terms.to_json(),
        schedule=queries.plan_data(draft.plan),
        total_tiyn=draft.plan.totals.payment.tiyn,
        overpayment_tiyn=draft.plan.overpayment.tiyn,
        gesv_percent=draft.rate.shown_pct,
        gesv_unrounded_percent=draft.rate.unrounded_pct,
        assumed_disbursed_on=on,
        made_at=now,
        expires_at=now + queries.pace().offered_for,
    )
