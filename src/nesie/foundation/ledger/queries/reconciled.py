"""What the comparisons with the books have found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from nesie.foundation.ledger import rules
from nesie.foundation.ledger.models import Reconciliation
from nesie.foundation.ledger.queries.accounts import roles
from nesie.kernel.money import Money


def reconciled(part: str) -> rules.Reconciled | None:
    """The newest comparison of a part of the house with the books."""
    return next(iter(reconciliations(part, limit=1)), None)


def reconciliations(part: str, *, limit: int) -> tuple[rules.Reconciled, ...]:
    """The newest comparisons, newest first."""
    rows = Reconciliation.objects.filter(part=part).order_by("-as_of", "-id")[:limit]
    return tuple(_view(row) for row in rows)


def is_reconciled(part: str, day: date) -> bool:
    """True when a comparison was made for a day or a later one."""
    return Reconciliation.objects.filter(part=part, as_of__gte=day).exists()


def standing(charts: Sequence[rules.Chart]) -> tuple[str, dict[str, list[str]]]:
    """A part of a statement, and its parameters: what stands on some accounts, those of products with them.

    One row for each thing (`sub`) that accounts are kept by, a column for each of `charts` by its name in small
    letters, positive on the account's normal side, NULL where nothing was ever posted. One pass over the lines.
    """
    codes: dict[str, list[str]] = {f"on_{chart.name.lower()}": [] for chart in charts}
    for code, chart in roles().items():
        if chart in charts:
            codes[f"on_{chart.name.lower()}"].append(code)
    columns = ", ".join(f"{_net(chart)} AS {chart.name.lower()}" for chart in charts)
    every = " || ".join(f"%({name})s::text[]" for name in codes)
    words = f"""\
SELECT sub, {columns} FROM ledger_entryline AS line
WHERE sub IS NOT NULL AND account_id = ANY({every}) GROUP BY sub"""  # noqa: S608 - our own words alone
    return words, codes


def _net(chart: rules.Chart) -> str:
    more, less = ("debit", "credit") if rules.BY_CHART[chart].kind.side is rules.Side.DEBIT else ("credit", "debit")
    return f"sum({more}_tiyn - {less}_tiyn) FILTER (WHERE account_id = ANY(%(on_{chart.name.lower()})s::text[]))"


def _view(row: Reconciliation) -> rules.Reconciled:
    return rules.Reconciled(
        part=row.part,
        as_of=row.as_of,
        made_at=row.made_at,
        compared=row.compared,
        differing=row.differing,
        examples=tuple(
            rules.Mismatch(UUID(thing), account, Money(own), Money(booked))
            for thing, account, own, booked in row.examples
        ),
        totals=_totals(row.totals),
    )


def _totals(kept: Iterable[Sequence[Any]]) -> tuple[rules.Compared, ...]:
    return tuple(rules.Compared(account, Money(own), Money(booked)) for account, own, booked in kept)


def kept(found: rules.Reconciled) -> list[Any]:
    """A comparison as a closed month keeps it."""
    totals = [[one.account, one.own.tiyn, one.booked.tiyn] for one in found.totals]
    days = [found.as_of.isoformat(), found.made_at.isoformat()]
    return [found.part, *days, found.compared, found.differing, totals]


def of_month(row: Sequence[Any]) -> rules.Reconciled:
    """What `kept` wrote; without examples, for nothing differed."""
    part, as_of, made_at, compared, differing, totals = row
    moment = datetime.fromisoformat(made_at)
    return rules.Reconciled(part, date.fromisoformat(as_of), moment, compared, differing, (), _totals(totals))
