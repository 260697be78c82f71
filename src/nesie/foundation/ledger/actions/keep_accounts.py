"""Say that a thing's entries go to the accounts chosen for its product. A plain joined function."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from nesie.foundation.ledger import queries
from nesie.foundation.ledger.models import AccountsOf


def keep_accounts(subject: UUID, product_code: str, contract_on: date) -> None:
    """From its first entry to its last a loan keeps the accounts its product had on the day of the contract."""
    chosen = queries.account_set(product_code, contract_on)
    if chosen is not None:
        AccountsOf.objects.create(subject=subject, accounts_id=chosen.id)
