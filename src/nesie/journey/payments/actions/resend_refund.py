"""Order a refund again after the bank refused it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from nesie.foundation.audit.use_case import use_case
from nesie.journey.payments import rules
from nesie.journey.payments.actions.refunding import intend_refund
from nesie.journey.payments.models import Refund
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ContractId
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound


@use_case
def resend_refund(actor: Actor, now: datetime, *, refund_id: UUID) -> UUID:
    """A new order for a refund the bank refused (the account was closed, say), and its id.

    Raises RefundUnderWay, OwnershipNotShown, Overdrawn, NotFound.
    """
    row = Refund.objects.filter(pk=refund_id).first()
    if row is None or not actor.reads_clients:
        raise NotFound
    newest = Refund.objects.filter(key=row.key).order_by("-attempt").first()
    if newest is None or newest.pk != row.pk:
        raise rules.RefundUnderWay
    return intend_refund(
        actor, now, contract_id=ContractId(row.contract_id), amount=Money(row.amount_tiyn), key=row.key
    )
