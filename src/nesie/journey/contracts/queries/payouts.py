"""Money under a running contract: an increase of its sum, a loan drawn under a credit-line agreement (Rules, 9-1)."""

from __future__ import annotations

from datetime import date, datetime
from itertools import islice
from uuid import UUID

from django.db.models import QuerySet

from nesie.foundation.norms.rules import business_day
from nesie.journey.contracts import rules
from nesie.journey.contracts.models import Consent, Contract, ContractChange
from nesie.journey.contracts.queries import cooling
from nesie.journey.contracts.queries.granted import any_change_at, change_grant, standing_changes
from nesie.journey.contracts.rules import ChangeStatus, ConsentKind, CoolingOff, CreditLine, Grant, Limits
from nesie.kernel.ids import ClientId, ContractId
from nesie.kernel.money import Money


def change_cooling(change: ContractChange, now: datetime) -> CoolingOff:
    """How long the money of a signed change waits, counting the client's other loans over all channels."""
    grant = change_grant(change)
    others = cooling.grants_of_clients([change.contract.client_id])[change.contract.client_id]
    return rules.cooling_off(grant, _besides(others, change.pk), _limits(grant), now)


def would_wait(row: Contract, change_id: UUID, payout: Money, owed: Money, now: datetime) -> CoolingOff:
    """How long money on top of what is `owed` would wait if it were agreed on now."""
    grant = Grant(change_id, payout, row.consumer, row.secured, signed_at=now, whole=owed + payout)
    others = cooling.grants_of_clients([row.client_id])[row.client_id]
    return rules.cooling_off(grant, others, _limits(grant), now)


def payout_day(contract_id: ContractId, payout: Money, owed: Money, now: datetime) -> date:
    """The first day on which money on top, agreed on now, could be at the client's; NotFound as a missing contract."""
    row = Contract.objects.get(pk=contract_id)
    over_at = would_wait(row, contract_id, payout, owed, now).over_at
    return business_day(max(now, over_at))


def change_consent(change: ContractChange) -> Consent | None:
    """The newest document of the consent to receive the money of a change, given or not."""
    return change.consents.select_related("given").filter(kind=ConsentKind.RECEIVE).order_by("-version").first()


def change_consent_at(change: ContractChange) -> datetime | None:
    """When that consent was given; one to an older text says nothing of the newest."""
    given = getattr(change_consent(change), "given", None)
    return given.given_at if given else None


def changes_ready_to_pay(now: datetime, limit: int = 100) -> tuple[rules.ReadyContract, ...]:
    """Signed changes whose money may be sent now: the 24 hours over, the consent after them given; oldest first."""
    ready = (
        _ready(change)
        for change in _waiting()
        if rules.money_may_go(change_cooling(change, now), change_consent_at(change), now)
    )
    return tuple(islice(ready, limit))


def changes_to_announce_cooling_off_over(now: datetime, limit: int = 100) -> tuple[rules.ReadyContract, ...]:
    """Signed changes whose hours are over and whose clients have neither consented nor been told, oldest first."""
    awaited = (
        _ready(change)
        for change in _waiting().filter(cooling_off_announced__isnull=True)
        if rules.consent_is_awaited(change_cooling(change, now), change_consent_at(change), now)
    )
    return tuple(islice(awaited, limit))


def _ready(change: ContractChange) -> rules.ReadyContract:
    return rules.ReadyContract(
        ContractId(change.contract_id),
        ClientId(change.contract.client_id),
        change.contract.number,
        Money(change.payout_tiyn or 0),
        change.contract.account_id,
        change.pk,
    )


def credit_line(row: Contract) -> CreditLine | None:
    """The limit and the days of a credit-line agreement; None when the contract is none. It opens when it is dated."""
    if row.line_limit_tiyn is None or row.line_closes_on is None:
        return None
    return CreditLine(
        Money(row.line_limit_tiyn),
        business_day(row.drawn_up_at),
        max(row.line_closes_on, business_day(row.drawn_up_at)),
        restored=row.line_restored,
    )


def _besides(grants: list[Grant], change_id: UUID) -> list[Grant]:
    return [grant for grant in grants if grant.contract_id != change_id]


def _limits(grant: Grant) -> Limits | None:
    return cooling.limits(business_day(grant.signed_at))


def _waiting() -> QuerySet[ContractChange]:
    signed = standing_changes(ChangeStatus.SIGNED).order_by("drafted_at", "pk")
    return signed if any_change_at(ChangeStatus.SIGNED, giving_money=True) else signed.none()
