"""Move a change from state to state and tell the client of it; joined by the use cases of changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nesie.foundation.notices import actions as notices
from nesie.journey.clients import queries as clients
from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.models import ChangeTransition, Contract, ContractChange
from nesie.journey.contracts.rules import ChangeStatus
from nesie.kernel.actor import Actor
from nesie.kernel.ids import ClientId, new_id


def move_change(actor: Actor, change: ContractChange, to: ChangeStatus, now: datetime) -> None:
    """Add the transition row of a change whose contract is locked; raises ChangeMoveRefused."""
    last = change.transitions.order_by("-number").first()
    gives_money = change.payout_tiyn is not None
    rules.check_change_move(ChangeStatus(last.status) if last else None, to, gives_money=gives_money)
    ChangeTransition.objects.create(
        id=new_id(),
        change=change,
        number=last.number + 1 if last else 1,
        status=to,
        at=now,
        actor_id=actor.id,
    )


def require_change(change: ContractChange, to: ChangeStatus) -> None:
    """Raises ChangeMoveRefused unless the change may go to `to`, before anything else is asked."""
    rules.check_change_move(queries.change_status(change), to, gives_money=change.payout_tiyn is not None)


def tell(actor: Actor, contract: Contract, template: str, now: datetime, **params: Any) -> None:
    """A notice of this template about the contract, in the client's language."""
    client = clients.client(actor, ClientId(contract.client_id))
    notices.notify(
        client.id,
        template=template,
        params={"number": contract.number, **params},
        language=client.language,
        now=now,
        phone=client.phone,
        email=client.email,
    )
