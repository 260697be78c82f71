"""The loans held against the books, once a day after the day close."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.ledger import actions as ledger
from nesie.foundation.ledger.rules import MOST_EXAMPLES, Mismatch, Reconciled
from nesie.journey.loans import queries
from nesie.kernel.actor import Actor


@use_case
def reconcile_loans(actor: Actor, now: datetime, *, day: date) -> Reconciled:
    """Compare every loan's own figures with its accounts and keep the result; it must find nothing.

    `day` is the day the loans are accrued to. May be run again at any time: each result is kept.
    """
    compared, found = queries.compare(limit=MOST_EXAMPLES)
    result = Reconciled(
        part=queries.PART,
        as_of=day,
        made_at=now,
        compared=compared,
        differing=found.count,
        examples=tuple(Mismatch(one.loan_id, one.account.value, one.loan, one.ledger) for one in found.first),
        totals=found.totals,
    )
    ledger.keep_reconciliation(result)
    return result
