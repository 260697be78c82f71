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


def any_change_at(*statuses: ChangeStatus, giving_money: bool = False) -> bool:
    """True when some change stands at one of these; `giving_money`: one that gives money."""
    with connection.cursor() as cursor:
        cursor.execute(_ANY_AT, [[status.value for status in statuses], giving_money])
        return bool(cursor.fetchone()[0])


def granted_changes(client_ids: Collection[UUID]) -> Iterator[tuple[UUID, Grant]]:
    """Signed changes that give money and are not given up, each with its client."""
    paid = ChangeTransition.objects.filter(change=OuterRef("pk"), status=ChangeStatus.PAID).order_by("-number")
    rows = standing_changes(*rules.GRANTED).filter(contract__client_id__in=client_ids)
    for change in rows.annotate(paid_at=Subquery(paid.values("at")[:1])):
        yield change.contract.client_id, change_grant(change, disbursed_at=change.paid_at)


def change_grant(change: ContractChange, *, disbursed_at: datetime | None = None) -> Grant:
    """What the paragraph looks at in a signed change: its own sum, and all that is then owed under the contract."""
    payout, owed = Money(change.payout_tiyn or 0), Money(change.proposal["standing"]["principal_tiyn"])
    return Grant(
        change.pk,
        payout,
        change.contract.consumer,
        change.contract.secured,
        signed_at=change.signature.signed_at,
        disbursed_at=disbursed_at,
        whole=owed + payout,
    )


def issued(row: Contract) -> Money:
    """All that was ever paid out under a contract whose first money is at the client's."""
    paid = standing_changes(ChangeStatus.PAID, ChangeStatus.APPLIED).filter(contract=row)
    return Money(row.principal_tiyn) + Money.total(Money(change.payout_tiyn or 0) for change in paid)


def standing_changes(*statuses: ChangeStatus) -> QuerySet[ContractChange]:
    """The changes that give money and stand at one of these, with contract and signature."""
    newest = ChangeTransition.objects.filter(change=OuterRef("pk")).order_by("-number")
    rows = ContractChange.objects.filter(payout_tiyn__isnull=False).select_related("contract", "signature")
    return rows.annotate(current=Subquery(newest.values("status")[:1])).filter(current__in=statuses)
