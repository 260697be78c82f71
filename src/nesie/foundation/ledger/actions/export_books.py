"""Take a part of the books out of the house as a file."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.ledger import rules
from nesie.kernel.actor import Actor


@use_case
def export_books(
    actor: Actor, now: datetime, *, extract: rules.Extract, form: rules.Format, first: date, last: date
) -> rules.Exported:
    """Leave in the audit trail who takes what; the file itself is then streamed (`queries.extract_csv`).

    It holds ids, days and sums, no personal data. Raises PeriodBackwards.
    """
    rules.check_period(first, last)
    return rules.Exported(extract, form, first, last)
