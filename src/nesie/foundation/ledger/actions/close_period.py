"""Close an accounting month for ever."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Max

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.ledger import rules
from nesie.foundation.ledger.actions.post import refusals
from nesie.foundation.ledger.models import ClosedMonth
from nesie.foundation.norms.rules import business_day
from nesie.kernel.actor import Actor


@use_case
def close_period(actor: Actor, now: datetime, *, month: date) -> date:
    """Close the month `month` lies in (four eyes) and return its last day; MonthNotClosable out of order.

    From then on the database itself refuses entries that take effect in it.
    """
    last_closed = ClosedMonth.objects.aggregate(last=Max("last_day"))["last"]
    end = rules.check_month(month, last_closed=last_closed, today=business_day(now))
    with refusals():
        ClosedMonth.objects.create(last_day=end, closed_at=now)
    return end
