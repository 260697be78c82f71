"""The accounts there are, and which of them a product's loans post to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from nesie.foundation.ledger import models, rules


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account: a standard one of the chart, or one opened beside it for a product."""

    code: str
    chart: rules.Chart
    name: str
    side: rules.Side
    kind: rules.Kind
    certainty: rules.Certainty

    @property
    def standard(self) -> bool:
        """True for an account of the chart itself."""
        return self.code == self.chart.value


def accounts() -> tuple[AccountView, ...]:
    """Every account, in order of code."""
    return tuple(
        AccountView(
            row.code,
            rules.Chart(row.role),
            row.name,
            rules.Side(row.side),
            rules.Kind(row.kind),
            rules.Certainty(row.certainty),
        )
        for row in models.Account.objects.order_by("code")
    )


def roles() -> dict[str, rules.Chart]:
    """What each account means."""
    return {code: rules.Chart(role) for code, role in models.Account.objects.values_list("code", "role")}


def account_set(product_code: str, on: date) -> rules.AccountSet | None:
    """The accounts of a product's contracts dated on a day; None for the standard ones.

    What it answers for a day never changes once the day has begun: accounts are chosen from a coming day on.
    """
    chosen = models.AccountSet.objects.filter(product_code=product_code, valid_from__lte=on)
    row = chosen.order_by("-valid_from").first()
    return _set(row) if row else None


def accounts_of(subjects: Collection[UUID]) -> dict[UUID, rules.AccountSet]:
    """The accounts of those things that keep other than the standard ones."""
    rows = models.AccountsOf.objects.filter(subject__in=subjects).select_related("accounts")
    return {row.subject: _set(row.accounts) for row in rows}


def any_own_accounts() -> bool:
    """True when anything keeps other than the standard accounts."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {models.AccountsOf._meta.db_table})")  # noqa: S608 - our own table
        return bool(cursor.fetchone()[0])


def account_sets() -> tuple[rules.AccountSet, ...]:
    """Every choice made, newest first."""
    return tuple(_set(row) for row in models.AccountSet.objects.order_by("-valid_from", "product_code"))


def _set(row: models.AccountSet) -> rules.AccountSet:
    codes = {chart: getattr(row, f"{chart.name.lower()}_id") for chart in rules.CHOSEN}
    return rules.AccountSet(row.id, row.product_code, row.valid_from, codes)
