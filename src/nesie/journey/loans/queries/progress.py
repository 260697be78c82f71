"""How far the day close is, for the staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Min, Sum

from nesie.journey.loans import rules
from nesie.journey.loans.models import ChunkDay, LoanState
from nesie.journey.loans.queries.books import chunks_behind
from nesie.kernel.actor import Actor
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound


@dataclass(frozen=True, slots=True)
class DayDone:
    """What is closed of a day: chunks of loans, loans, money, and between which moments."""

    day: date
    chunks: int
    loans: int
    interest: Money
    penalty: Money
    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class DayCloseProgress:
    """How many chunks of loans there are, how many of them are behind a day, and since which day the oldest is."""

    chunks: int
    behind: int
    oldest: date | None
    days: tuple[DayDone, ...]


def day_close_progress(actor: Actor, day: date, *, limit: int) -> DayCloseProgress:
    """How far a day is closed, and the last days closed, newest first. NotFound for a client."""
    if not actor.is_staff:
        raise NotFound
    behind = chunks_behind(day)
    last = LoanState.objects.aggregate(last=Max("serial"))["last"]
    rows = ChunkDay.objects.values("day").annotate(
        chunks=Count("chunk"),
        loan_days=Sum("loans"),
        interest=Sum("interest_tiyn"),
        penalty=Sum("penalty_tiyn"),
        began_at=Min("closed_at"),
        ended_at=Max("closed_at"),
    )
    return DayCloseProgress(
        chunks=0 if last is None else rules.chunk_of(last) + 1,
        behind=len(behind),
        oldest=min((one.day for one in behind), default=None),
        days=tuple(
            DayDone(
                row["day"],
                row["chunks"],
                int(row["loan_days"]),
                Money(int(row["interest"])),
                Money(int(row["penalty"])),
                row["began_at"],
                row["ended_at"],
            )
            for row in rows.order_by("-day")[:limit]
        ),
    )
