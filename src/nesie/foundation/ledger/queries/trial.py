"""The trial balance of any day, as it is known now or as it was known at a moment; and the closing of months."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Min

from nesie.foundation.ledger import rules
from nesie.foundation.ledger.gateways import Wiring
from nesie.foundation.ledger.models import ClosedMonth, Entry
from nesie.foundation.ledger.queries.accounts import accounts
from nesie.foundation.ledger.queries.books import last_closed_month
from nesie.foundation.ledger.queries.reconciled import kept, of_month, reconciled
from nesie.kernel.money import Money

_ONE_DAY = timedelta(days=1)

# A month that was closed at the moment asked about took no line afterwards: its stored turnovers are what was known.
_TRIAL_BALANCE = """
WITH base AS (
  SELECT max(last_day) AS last_day FROM ledger_closedmonth WHERE last_day <= %(on)s {closed}
)
SELECT account_id, sum(debit), sum(credit) FROM (
  SELECT line.account_id, sum(line.debit_tiyn) AS debit, sum(line.credit_tiyn) AS credit
  FROM ledger_entryline AS line {known}
  WHERE line.effective_on <= %(on)s AND line.effective_on > coalesce((SELECT last_day FROM base), '-infinity')
  GROUP BY line.account_id
  UNION ALL
  SELECT account_id, debit_tiyn, credit_tiyn FROM ledger_monthbalance
  WHERE month_id = (SELECT last_day FROM base)
) AS turnover GROUP BY account_id
"""
_CLOSED_BY_THEN = "AND closed_at <= %(known_at)s"
_RECORDED_BY_THEN = "JOIN ledger_entry AS entry ON entry.id = line.entry_id AND entry.recorded_at <= %(known_at)s"


def trial_balance(on: date, *, known_at: datetime | None = None) -> rules.TrialBalance:
    """Debits and credits of every account from the beginning to the end of any day. Starts from the last month closed.

    With `known_at` only what had been recorded by that moment: the balance as it could be read then.
    """
    known = known_at is not None
    asked = _TRIAL_BALANCE.format(closed=_CLOSED_BY_THEN if known else "", known=_RECORDED_BY_THEN if known else "")
    with connection.cursor() as cursor:
        cursor.execute(asked, {"on": on, "known_at": known_at})
        sums = {code: (int(debit), int(credit)) for code, debit, credit in cursor.fetchall()}
    return rules.TrialBalance(
        on,
        tuple(
            rules.TrialRow(
                account.code,
                account.name,
                account.side,
                Money(sums.get(account.code, (0, 0))[0]),
                Money(sums.get(account.code, (0, 0))[1]),
            )
            for account in accounts()
        ),
    )


def turnovers(first: date, last: date, *, known_at: datetime | None = None) -> rules.Turnovers:
    """Opening balance, turnover and closing balance of every account over a period. Raises PeriodBackwards."""
    rules.check_period(first, last)
    before = trial_balance(first - _ONE_DAY, known_at=known_at)
    return rules.turnovers(before, trial_balance(last, known_at=known_at), first=first)


def closed_months() -> tuple[rules.ClosedMonthView, ...]:
    """The months closed, newest first."""
    return tuple(
        rules.ClosedMonthView(row.last_day, row.closed_at, tuple(of_month(one) for one in row.compared))
        for row in ClosedMonth.objects.order_by("-last_day")
    )


def next_month() -> date | None:
    """The last day of the month that closes next: after the last one closed, or the first with any entry; or None."""
    last = last_closed_month()
    if last is not None:
        return rules.month_end(last + _ONE_DAY)
    first: Any = Entry.objects.aggregate(first=Min("effective_on"))["first"]
    return rules.month_end(first) if first else None


def preview_close(today: date) -> rules.ClosePreview | None:
    """What closing the next month would close, and what stands in the way; None while the books are empty."""
    end = next_month()
    if end is None:
        return None
    first = end.replace(day=1)
    entries = Entry.objects.filter(effective_on__range=(first, end))
    return rules.ClosePreview(
        last_day=end,
        obstacles=obstacles(end, today),
        turnovers=turnovers(first, end),
        entries=entries.count(),
        backdated=entries.filter(value_on__lt=F("effective_on")).count(),
    )


def obstacles(end: date, today: date) -> tuple[rules.Obstacle, ...]:
    """What stands in the way of closing the month that ends on a day: the calendar, and what later stages say."""
    if end >= today:
        return (rules.Obstacle.NOT_OVER,)
    compared = (rules.reconciliation_obstacle(reconciled(part), end) for part in Wiring.parts)
    behind = (found for one in Wiring.readiness for found in one.obstacles(end))
    return tuple(dict.fromkeys((*behind, *(found for found in compared if found is not None))))


def comparisons_to_keep() -> list[Any]:
    """The newest comparison of each part with the books, as a month that closes now keeps them."""
    return [kept(one) for part in Wiring.parts if (one := reconciled(part)) is not None]
