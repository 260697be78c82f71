"""Money agreed on and not yet at the client's, of a contract or of a change; joined by the consents to receive it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from nesie.journey.contracts import queries, rules
from nesie.journey.contracts.actions._move import require
from nesie.journey.contracts.models import Consent, Contract, ContractChange
from nesie.journey.contracts.rules import ChangeStatus, ConsentKind, ContractStatus, CoolingOff
from nesie.kernel.money import Money


@dataclass(frozen=True, slots=True)
class AwaitedMoney:
    """What the client is about to consent to: how much, agreed on when, under which number and date."""

    number: str
    dated_on: date
    signed_at: datetime
    amount: Money
    cooling: CoolingOff
    consent: Consent | None  # its newest text
    change: ContractChange | None


def awaited_money(row: Contract, change_id: UUID | None, now: datetime) -> AwaitedMoney:
    """Of a locked contract. Raises MoveRefused or ChangeMoveRefused when no money is awaited, NotFound."""
    if change_id is None:
        require(row, ContractStatus.SIGNED, ContractStatus.PAYING)
        return AwaitedMoney(
            row.number,
            queries.newest_text(row).dated_on,
            row.signature.signed_at,
            Money(row.principal_tiyn),
            queries.cooling_of(row, now),
            queries.newest_consent(row, ConsentKind.RECEIVE),
            None,
        )
    change = queries.change_of(row, change_id)
    gives_money = change.payout_tiyn is not None
    rules.check_change_move(queries.change_status(change), ChangeStatus.PAYING, gives_money=gives_money)
    signed_at = change.signature.signed_at
    return AwaitedMoney(
        f"{row.number}/{change.number}",
        queries.signed_on(change),
        signed_at,
        Money(change.payout_tiyn or 0),
        queries.change_cooling(change, now),
        queries.change_consent(change),
        change,
    )
