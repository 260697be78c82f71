"""What the comparisons with the books have found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from nesie.foundation.ledger import rules
from nesie.foundation.ledger.models import Reconciliation
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
