"""Close an accounting month for ever."""

from __future__ import annotations

from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.ledger import queries, rules
from nesie.foundation.ledger.actions.post import refusals
from nesie.foundation.ledger.models import ClosedMonth
from nesie.foundation.norms.rules import business_day
from nesie.kernel.actor import Actor


@use_case
def close_period(actor: Actor, now: datetime, *, month: date) -> date:
    """Close the month `month` lies in (four eyes) and return its last day.

    Raises MonthNotClosable out of order, MonthNotReady when the day close is behind or the loans do not agree with
    the books. What was compared is kept with the month. From then on the database itself refuses entries that take
    effect in it.
    """
    today = business_day(now)
    end = rules.check_month(month, last_closed=queries.last_closed_month(), today=today)
    with refusals():
        # Written first: the lock it takes lets no posting in between the question and the answer.
        ClosedMonth.objects.create(last_day=end, closed_at=now, compared=queries.comparisons_to_keep())
    rules.check_ready(queries.obstacles(end, today))
    return end
