"""What was agreed to be given on top under running contracts, as paragraph 9-1 counts it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from nesie.journey.contracts import rules
from nesie.journey.contracts.models import ChangeTransition, Contract, ContractChange
from nesie.journey.contracts.rules import ChangeStatus, Grant
from nesie.kernel.money import Money

# In plain SQL: asked in every round of the worker, mostly to hear no.
_ANY_AT = """
SELECT EXISTS (
  SELECT FROM contracts_contractchange AS change
  WHERE (SELECT move.status FROM contracts_changetransition AS move WHERE move.change_id = change.id
         ORDER BY move.number DESC LIMIT 1) = ANY(%s) AND (change.payout_tiyn IS NOT NULL OR NOT %s)
)
"""

_GRANTED = """
SELECT contract.client_id, change.id, change.payout_tiyn, (change.proposal #>> '{standing,principal_tiyn}')::bigint,
       contract.consumer, contract.secured, signature.signed_at,
       (SELECT move.at FROM contracts_changetransition AS move
        WHERE move.change_id = change.id AND move.status = 'paid' ORDER BY move.number DESC LIMIT 1)
FROM contracts_contractchange AS change JOIN contracts_contract AS contract ON contract.id = change.contract_id
LEFT JOIN contracts_changesignature AS signature ON signature.change_id = change.id
WHERE contract.client_id = ANY(%s) AND change.payout_tiyn IS NOT NULL
  AND (SELECT move.status FROM contracts_changetransition AS move WHERE move.change_id = change.id
       ORDER BY move.number DESC LIMIT 1) = ANY(%s)
"""


def any_change_at(*statuses: ChangeStatus, giving_money: bool = False) -> bool:
    """True when some change stands at one of these; `giving_money`: one that gives money."""
    with connection.cursor() as cursor:
        cursor.execute(_ANY_AT, [[status.value for status in statuses], giving_money])
        return bool(cursor.fetchone()[0])


def granted_changes(client_ids: Collection[UUID]) -> Iterator[tuple[UUID, Grant]]:
    """Signed changes that give money and are not given up, each with its client."""
    with connection.cursor() as cursor:
        cursor.execute(_GRANTED, [list(client_ids), [status.value for status in rules.GRANTED]])
        for client_id, change_id, payout, owed, consumer, secured, signed_at, paid_at in cursor.fetchall():
            yield client_id, _grant(change_id, payout, owed, consumer, secured, signed_at, paid_at)


def change_grant(change: ContractChange) -> Grant:
    """What the paragraph looks at in a signed change: its own sum, and all that is then owed under the contract."""
    of, owed = change.contract, change.proposal["standing"]["principal_tiyn"]
    return _grant(change.pk, change.payout_tiyn or 0, owed, of.consumer, of.secured, change.signature.signed_at)


def _grant(
    change_id: UUID,
    payout: int,
    owed: int,
    consumer: bool,
    secured: bool,
    signed_at: datetime,
    paid_at: datetime | None = None,
) -> Grant:
    whole = Money(owed) + Money(payout)
    return Grant(change_id, Money(payout), consumer, secured, signed_at, disbursed_at=paid_at, whole=whole)


def issued(row: Contract) -> Money:
    """All that was ever paid out under a contract whose first money is at the client's."""
    paid = standing_changes(ChangeStatus.PAID, ChangeStatus.APPLIED).filter(contract=row)
    return Money(row.principal_tiyn) + Money.total(Money(change.payout_tiyn or 0) for change in paid)


def standing_changes(*statuses: ChangeStatus) -> QuerySet[ContractChange]:
    """The changes that give money and stand at one of these, with contract and signature."""
    newest = ChangeTransition.objects.filter(change=OuterRef("pk")).order_by("-number")
    rows = ContractChange.objects.filter(payout_tiyn__isnull=False).select_related("contract", "signature")
    return rows.annotate(current=Subquery(newest.values("status")[:1])).filter(current__in=statuses)
