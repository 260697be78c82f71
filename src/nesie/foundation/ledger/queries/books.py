"""Balances, entries and open days: what postings ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from nesie.foundation.ledger import rules
from nesie.foundation.ledger.models import Balance, ClosedMonth, Entry, EntryLine
from nesie.foundation.ledger.queries.accounts import roles
from nesie.kernel.ids import EntryId
from nesie.kernel.money import ZERO, Money
from nesie.kernel.refused import NotFound


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry with its lines, as the journal shows it."""

    id: EntryId
    recorded_at: datetime
    reverses: EntryId | None
    entry: rules.Entry


def chart() -> tuple[rules.Account, ...]:
    """All accounts, in order of code."""
    return rules.ACCOUNTS


def balance(account: rules.AccountRef, on: date | None = None) -> Money:
    """What stands on an account at the end of a day, or now; positive on its normal side, holds not counted."""
    if on is None and not _may_overdraw(account):
        row = _balance_row(account)
        return Money(row.settled_tiyn) if row else ZERO
    lines = _lines_of(account)
    if on is not None:
        lines = lines.filter(effective_on__lte=on)
    sums = lines.aggregate(debit=Coalesce(Sum("debit_tiyn"), 0), credit=Coalesce(Sum("credit_tiyn"), 0))
    net = Money(int(sums["debit"]) - int(sums["credit"]))
    return net if account.side is rules.Side.DEBIT else -net


def available(account: rules.AccountRef) -> Money:
    """What stands on an account that may not be overdrawn, less what is held. ValueError for another account."""
    if _may_overdraw(account):
        raise ValueError(f"account {account.code} has no balance row")
    row = _balance_row(account)
    return Money(row.settled_tiyn - row.held_tiyn) if row else ZERO


def balances_by_sub(chart_account: rules.Chart, on: date | None = None) -> dict[UUID, Money]:
    """The balance of every thing an account is kept by (each loan, each receipt), zeros left out."""
    lines = EntryLine.objects.filter(account__role=chart_account.value, sub__isnull=False)
    if on is not None:
        lines = lines.filter(effective_on__lte=on)
    sums = lines.values_list("sub").annotate(debit=Sum("debit_tiyn"), credit=Sum("credit_tiyn")).order_by()
    sign = 1 if rules.BY_CHART[chart_account].kind.side is rules.Side.DEBIT else -1
    return {
        sub: Money(sign * (int(debit) - int(credit)))
        for sub, debit, credit in sums
        if sub is not None and debit != credit
    }


def entry(entry_id: EntryId) -> rules.Entry:
    """One entry as it was posted; NotFound otherwise."""
    found = Entry.objects.filter(id=entry_id).first()
    if found is None:
        raise NotFound
    return _views([found])[0].entry


def entries_of(ref: UUID) -> tuple[EntryView, ...]:
    """The entries about one thing, in the order they were recorded."""
    return _views(list(Entry.objects.filter(ref=ref).order_by("recorded_at", "effective_on", "key")))


@dataclass(frozen=True, slots=True)
class LineView:
    """One line as an account's page shows it."""

    entry_id: EntryId
    effective_on: date
    belongs_on: date
    recorded_at: datetime
    description_code: str
    debit: Money
    credit: Money


def lines_on(account: rules.AccountRef) -> tuple[LineView, ...]:
    """The lines of one account of one thing (a loan's interest, say), by day of effect."""
    lines = _lines_of(account).select_related("entry")
    return tuple(
        LineView(
            EntryId(line.entry_id),
            line.effective_on,
            line.entry.value_on,
            line.entry.recorded_at,
            line.entry.description_code,
            Money(line.debit_tiyn),
            Money(line.credit_tiyn),
        )
        for line in lines.order_by("effective_on", "entry__recorded_at", "entry__key", "number")
    )


def last_closed_month() -> date | None:
    """The last day of the last month closed."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(last_day) FROM {ClosedMonth._meta.db_table}")  # noqa: S608 - our own table
        last: date | None = cursor.fetchone()[0]
    return last


def open_day(day: date) -> date:
    """The day an effect of `day` is posted on now: effects found after a month closed are posted on an open day."""
    return rules.open_day(day, last_closed_month())


def _views(entries: list[Entry]) -> tuple[EntryView, ...]:
    lines: dict[UUID, list[rules.Line]] = {found.id: [] for found in entries}
    meant = roles()
    for line in EntryLine.objects.filter(entry_id__in=lines).order_by("entry_id", "number"):
        account = rules.AccountRef(line.account_id, line.sub, stands_for=meant[line.account_id])
        lines[line.entry_id].append(rules.Line(account, Money(line.debit_tiyn), Money(line.credit_tiyn)))
    return tuple(
        EntryView(
            id=EntryId(found.id),
            recorded_at=found.recorded_at,
            reverses=EntryId(found.reverses_id) if found.reverses_id else None,
            entry=rules.Entry(
                key=found.key,
                lines=tuple(lines[found.id]),
                effective_on=found.effective_on,
                description_code=found.description_code,
                ref=found.ref,
                value_on=None if found.value_on == found.effective_on else found.value_on,
            ),
        )
        for found in entries
    )


def _lines_of(account: rules.AccountRef) -> QuerySet[EntryLine]:
    """The lines of one account of one thing; single ones and those of bulk entries are found by different indexes.

    A standard account is read by its meaning: with the accounts opened beside it for products.
    """
    lines = EntryLine.objects.filter(**{"account__role" if account.stands_for is None else "account_id": account.code})
    if account.sub is None:
        return lines.filter(sub__isnull=True)
    return lines.filter(Q(sub=account.sub, bulk=False) | Q(sub=account.sub, bulk=True))


def _may_overdraw(account: rules.AccountRef) -> bool:
    return rules.BY_CHART[account.chart].may_overdraw


def _balance_row(account: rules.AccountRef) -> Balance | None:
    return Balance.objects.filter(account_id=account.code, sub=account.sub).first()
