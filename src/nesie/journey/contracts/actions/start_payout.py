"""Hand the money of a signed change to the payment stage: from here on nobody may give it up."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.actions._changing import move_change
from nesie.journey.contracts.rules import ChangeStatus
from nesie.kernel.actor import Actor
from nesie.kernel.money import Money


@use_case
def start_payout(actor: Actor, now: datetime, *, change_id: UUID) -> Money:
    """The last gate of paragraph 9-1 for an increase or a draw, under the contract's lock: the hours to the second, the
    consent after them. Called by the payment stage inside its own act; returns the sum.

    Raises CoolingOffNotOver, ConsentMissing, ChangeMoveRefused, NotFound.
    """
    _, change = queries.lock_change(actor, change_id)
    cooling, consent_at = queries.change_cooling(change, now), queries.change_consent_at(change)
    move_change(actor, change, ChangeStatus.PAYING, now)
    rules.check_money_may_go(cooling, consent_at, now)
    return Money(change.payout_tiyn or 0)
