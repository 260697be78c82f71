"""Move a contract from state to state; joined by the use cases of this room."""

from __future__ import annotations

from datetime import datetime

from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.models import Contract, ContractTransition
from nesie.journey.contracts.rules import ContractStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import new_id


def move(actor: Actor, row: Contract, to: ContractStatus, now: datetime) -> None:
    """Add the transition row of a locked contract; raises MoveRefused."""
    last = row.transitions.order_by("-number").first()
    rules.check_move(ContractStatus(last.status) if last else None, to)
    ContractTransition.objects.create(
        id=new_id(),
        contract=row,
        number=last.number + 1 if last else 1,
        status=to,
        at=now,
        actor_id=actor.id,
    )
    row.status = to
    row.save(update_fields=["status"])


def require(row: Contract, status: ContractStatus, towards: ContractStatus) -> None:
    """Raises MoveRefused unless the contract stands in `status`; `towards` names what was wanted."""
    current = queries.status_of(row)
    if current is not status:
        raise rules.MoveRefused(current=current.value, to=towards.value)
