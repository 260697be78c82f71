"""Money the owners of the organisation put in."""

from __future__ import annotations

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.ledger import rules
from nesie.foundation.ledger.actions.post import post
from nesie.foundation.norms.rules import business_day
from nesie.kernel.actor import Actor
from nesie.kernel.ids import EntryId
from nesie.kernel.money import Money


@use_case
def contribute_capital(actor: Actor, now: datetime, *, amount: Money, key: str) -> EntryId:
    """Record capital paid to the lender's bank account: what loans can be paid out of. Idempotent by `key`."""
    entry = rules.Entry(
        key=f"capital:{key}",
        lines=(
            *rules.debit(rules.Chart.FUNDING, amount),
            *rules.credit(rules.Chart.CHARTER_CAPITAL, amount),
        ),
        effective_on=business_day(now),
        description_code="capital.contributed",
        ref=uuid5(NAMESPACE_URL, f"capital:{key}"),
    )
    return post(entry, now)
