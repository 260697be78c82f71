"""The chart of accounts, into the database."""

from __future__ import annotations

from datetime import datetime

from nesie.foundation.ledger import rules
from nesie.foundation.ledger.models import Account


def load_reference(now: datetime) -> None:
    """Add the accounts of `rules.ACCOUNTS` that are not there yet; run by the owner after each migration."""
    Account.objects.bulk_create(
        (
            Account(
                code=account.code,
                role=account.code,
                name=account.name,
                kind=account.kind.value,
                side=account.kind.side.value,
                by_sub=account.sub is not rules.Sub.NOTHING,
                may_overdraw=account.may_overdraw,
                certainty=account.certainty.value,
                source=account.source,
            )
            for account in rules.ACCOUNTS
        ),
        ignore_conflicts=True,
    )
