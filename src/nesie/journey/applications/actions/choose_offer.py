"""The client chooses one of the draft schedules."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.audit.use_case import use_case
from nesie.journey.applications import queries
from nesie.journey.applications.actions._moving import move
from nesie.journey.applications.models import Offer, OfferChoice
from nesie.journey.applications.rules import OfferExpired, OfferNotChoosable, Status, check_move
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ApplicationId, OfferId
from nesie.kernel.refused import NotFound


@use_case
def choose_offer(actor: Actor, now: datetime, *, application_id: ApplicationId, offer_id: OfferId) -> None:
    """Record the choice (clause 8.4) and hand the application over to the contract.

    NotFound, MoveNotAllowed, OfferExpired, OfferNotChoosable.
    """
    row = queries.lock_application(actor, application_id)
    check_move(Status(row.status), Status.CHOSEN)
    offer = Offer.objects.filter(id=offer_id, application=row).first()
    if offer is None:
        raise NotFound
    if now >= offer.expires_at:
        raise OfferExpired
    if not offer.within_caps:
        raise OfferNotChoosable
    OfferChoice.objects.create(application=row, offer=offer, chosen_at=now)
    move(row, Status.CHOSEN, actor, now)
