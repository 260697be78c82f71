"""Keep what a comparison with the books found. A plain function that joins the caller's transaction."""

from __future__ import annotations

from nesie.foundation.ledger import rules
from nesie.foundation.ledger.models import Reconciliation


def keep_reconciliation(found: rules.Reconciled) -> None:
    """Add it to those made before; never changed afterwards. Only the first examples are kept."""
    Reconciliation.objects.create(
        part=found.part,
        as_of=found.as_of,
        made_at=found.made_at,
        compared=found.compared,
        differing=found.differing,
        totals=[[one.account, one.own.tiyn, one.booked.tiyn] for one in found.totals],
        examples=[
            [str(one.thing), one.account, one.own.tiyn, one.booked.tiyn]
            for one in found.examples[: rules.MOST_EXAMPLES]
        ],
    )
