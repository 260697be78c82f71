"""What happened to a loan, for people: each event with its figures, its papers, and who entered it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from nesie.journey.loans import rules
from nesie.journey.loans.models import EventPaper, LoanEvent
from nesie.journey.loans.queries.position import visible
from nesie.kernel.actor import Actor
from nesie.kernel.ids import DocumentId, LoanId
from nesie.kernel.money import Money
from nesie.kernel.rate import Rate


@dataclass(frozen=True, slots=True)
class EventView:
    """Something that happened to a loan.

    `told`: its figures and days by name. `reference`: of the paper it stands on, as staff typed it. `papers`: what the
    client was given about it, by language. `reverses`: the kind of the event it takes back.
    """

    ref: str
    kind: str
    on: date
    recorded_at: datetime
    recorded_by: UUID | None
    undone: bool
    receipt_id: UUID | None
    told: tuple[tuple[str, object], ...]
    reference: str = ""
    papers: tuple[tuple[str, DocumentId], ...] = ()
    reverses: str = ""


def events_of(actor: Actor, loan_id: LoanId) -> tuple[EventView, ...]:
    """Every event of a loan, the newest day first; NotFound when it is not the actor's to see."""
    visible(actor, loan_id)
    rows = list(
        LoanEvent.objects.filter(loan_id=loan_id).select_related("reverses").order_by("-on", "-recorded_at", "id")
    )
    undone = {row.reverses_id for row in rows}
    papers: defaultdict[UUID, list[tuple[str, DocumentId]]] = defaultdict(list)
    for paper in EventPaper.objects.filter(event__loan_id=loan_id).order_by("language", "id"):
        papers[paper.event_id].append((paper.language, DocumentId(paper.document_id)))
    return tuple(
        EventView(
            row.key,
            row.kind,
            row.on,
            row.recorded_at,
            row.recorded_by,
            row.id in undone,
            row.receipt_id,
            tuple(_told_of(row.details)),
            row.sequence if row.kind in _ON_PAPER else "",
            tuple(papers[row.id]),
            row.reverses.kind if row.reverses else "",
        )
        for row in rows
    )


# Events whose place among others of their day is the reference of the paper they stand on.
_ON_PAPER = (
    rules.Suspended.kind,
    rules.Resumed.kind,
    rules.Halted.kind,
    rules.WrittenOff.kind,
    rules.Transferred.kind,
    rules.Reinstated.kind,
)


_AS_THEY_ARE = ("to", "ground", "halt", "change", "wish", "with_interest")


def _told_of(details: dict[str, object]) -> Iterator[tuple[str, object]]:
    """Amounts, days, rates and chosen values of an event, for people; its inner names and long tables left out."""
    for name, value in details.items():
        if name in ("amount", "amount_tiyn", "returned") and isinstance(value, int) and value:
            yield name.removesuffix("_tiyn"), Money(value)
        elif name == "rate" and isinstance(value, str):
            yield name, Rate.of(Fraction(value))
        elif name in ("until", "due_on") and isinstance(value, str):
            yield name, date.fromisoformat(value)
        elif name in ("forgiven", "parts") and isinstance(value, dict):
            yield from ((part, Money(tiyn)) for part, tiyn in value.items() if tiyn)
        elif name == "recourse" and details["kind"] == rules.WrittenOff.kind:
            yield name, bool(value)
        elif name in _AS_THEY_ARE and value not in ("", None):
            yield name, value
