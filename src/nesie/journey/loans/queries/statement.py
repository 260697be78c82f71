"""The history of a loan: each day and each payment, and what it was counted from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery

from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import rules
from nesie.journey.loans.models import (
    Accrual,
    AccrualCorrection,
    Allocation,
    AllocationPart,
    LoanEvent,
    LoanState,
    LoanTransition,
    Statement,
)
from nesie.journey.loans.queries.books import accruals_of, book
from nesie.journey.loans.queries.position import visible
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate


def statement(actor: Actor, loan_id: LoanId) -> tuple[rules.StatementLine, ...]:
    """Every accrual, payment and change of a loan with the balances after it; NotFound when not the actor's to see."""
    loan = visible(actor, loan_id)
    found = book(loan_id)
    events = tuple(LoanEvent.objects.filter(loan_id=loan_id).order_by("on", "recorded_at", "id"))
    opened = rules.StatementLine(
        since=loan.opened_on,
        on=loan.opened_on,
        kind=rules.LineKind.OPENED,
        ground=rules.LineGround.DISBURSED,
        amount=Money(loan.amount_tiyn),
        principal=Money(loan.amount_tiyn),
        recorded_on=business_day(loan.opened_at),
    )
    return rules.in_order(
        (
            opened,
            *_accrued(found.facts, _paused_days(events)),
            *_corrected(loan_id),
            *_fallen_due(found),
            *_moved(loan_id),
            *_told(loan_id, events),
        )
    )


def _accrued(facts: rules.LoanFacts, pauses: tuple[_Days, ...]) -> Iterator[rules.StatementLine]:
    """Interest of each day, and its penalty where something was overdue."""
    for row in accruals_of(facts.loan_id):
        ground = _why(row, facts, pauses)
        interest = rules.StatementLine(
            since=row.day,
            on=row.day,
            kind=rules.LineKind.INTEREST,
            ground=ground or rules.LineGround.INTEREST,
            interest=Money(row.interest_tiyn),
            base=Money(row.principal_tiyn),
            rate=None if ground else facts.annual_rate,
            days_past_due=row.days_past_due,
        )
        yield interest
        if row.overdue_tiyn or row.penalty_tiyn:
            yield replace(
                interest,
                kind=rules.LineKind.PENALTY,
                ground=ground or rules.LineGround.PENALTY,
                interest=ZERO,
                penalty=Money(row.penalty_tiyn),
                base=Money(row.overdue_tiyn),
                rate=None if ground else _penalty_rate(row, facts.delay),
            )


_Days = tuple[date, date | None]  # from a day on, to before another (None: not over)


def _paused_days(events: Iterable[LoanEvent]) -> tuple[_Days, ...]:
    """When accrual was suspended, by the events that were not reversed."""
    told = list(events)
    undone = {event.reverses_id for event in told}
    found: list[_Days] = []
    since: date | None = None
    for event in told:
        if event.id in undone:
            continue
        if event.kind == "suspended" and since is None:
            since = event.on
        elif event.kind == "resumed" and since is not None:
            found.append((since, event.on))
            since = None
    return (*found, (since, None)) if since else tuple(found)


def _why(row: Accrual, facts: rules.LoanFacts, pauses: tuple[_Days, ...]) -> rules.LineGround | None:
    """Why a day added nothing; None for a day counted as usual."""
    if row.interest_tiyn or row.penalty_tiyn:
        return None
    if any(since <= row.day and (until is None or row.day < until) for since, until in pauses):
        return rules.LineGround.PAUSED
    stop = facts.delay.stop_days
    return rules.LineGround.STOPPED if stop is not None and row.days_past_due > stop else None


def _penalty_rate(row: Accrual, norms: rules.DelayNorms) -> Rate | None:
    """The rate of the day when there was one for all that was overdue; instalments of different age may have two."""
    if row.days_past_due <= norms.switch_days:
        return Rate.of(norms.first_day_rate)
    later = Rate.of(norms.later_day_rate)
    return later if abs(row.penalty_tiyn - row.overdue_tiyn * later.ratio) <= 1 else None


def _corrected(loan_id: LoanId) -> Iterator[rules.StatementLine]:
    """The differences of days counted anew, each with the event that caused it."""
    for row in AccrualCorrection.objects.filter(loan_id=loan_id).select_related("event").order_by("day", "id"):
        line = rules.StatementLine(
            since=row.day,
            on=row.day,
            kind=rules.LineKind.INTEREST,
            ground=rules.LineGround.RECALCULATED,
            interest=Money(row.interest_tiyn),
            recorded_on=business_day(row.event.recorded_at),
            event=row.event.kind,
        )
        if row.interest_tiyn:
            yield line
        if row.penalty_tiyn:
            yield replace(line, kind=rules.LineKind.PENALTY, interest=ZERO, penalty=Money(row.penalty_tiyn))


def _fallen_due(found: rules.Book) -> Iterator[rules.StatementLine]:
    for due in found.dues:
        if due.due_on <= found.accrued_on and (due.principal or due.interest):
            yield rules.StatementLine(
                since=due.due_on,
                on=due.due_on,
                kind=rules.LineKind.FELL_DUE,
                ground=rules.LineGround.FALL_DUE,
                amount=due.principal + due.interest,
                number=due.number,
            )


_MONEY = {
    rules.LineKind.RECEIVED.value: rules.LineGround.ORDER,
    rules.LineKind.CREDIT_USED.value: rules.LineGround.OWN_MONEY,
}


def _moved(loan_id: LoanId) -> Iterator[rules.StatementLine]:
    """Each row of an allocation by itself: what was first written, and every difference found later."""
    parts: defaultdict[UUID, list[rules.Paid]] = defaultdict(list)
    for part in AllocationPart.objects.filter(allocation__loan_id=loan_id).order_by("id"):
        parts[part.allocation_id].append(
            rules.Paid(rules.Component(part.component), part.number, Money(part.amount_tiyn))
        )
    rows = Allocation.objects.filter(loan_id=loan_id).select_related("event", "cause").order_by("on", "at", "id")
    for row in rows:
        paid = tuple(parts[row.id])
        anew = row.cause is not None and row.cause_id != row.event_id
        known = row.kind in _MONEY
        usual = _MONEY.get(row.kind, rules.LineGround.CHANGE)
        yield rules.StatementLine(
            since=row.on,
            on=row.on,
            kind=rules.LineKind(row.kind) if known else rules.LineKind.CHANGED,
            ground=rules.LineGround.RECALCULATED if anew else usual,
            amount=Money(row.received_tiyn),
            principal=Money(row.principal_tiyn),
            interest=Money(row.interest_tiyn),
            penalty=Money(row.penalty_tiyn),
            credit=Money(row.credit_tiyn),
            recorded_on=business_day(row.at),
            parts=paid,
            event=(row.cause.kind if anew and row.cause else "")
            if known
            else (row.event.kind if row.event else row.kind),
        )


def _event_behind(row: Allocation, *, anew: bool, known: bool) -> str:
    """The kind to be named: of a plain payment none, of one counted anew the cause's."""
    if known:
        return row.cause.kind if anew and row.cause else ""
    return row.event.kind if row.event else row.kind


def _told(loan_id: LoanId, events: tuple[LoanEvent, ...]) -> Iterator[rules.StatementLine]:
    """Events that moved no money: a suspension, a new rate, a receipt reversed."""
    moved = set(Allocation.objects.filter(loan_id=loan_id, event__isnull=False).values_list("event_id", flat=True))
    for event in events:
        if event.id not in moved:
            yield rules.StatementLine(
                since=event.on,
                on=event.on,
                kind=rules.LineKind.CHANGED,
                ground=rules.LineGround.CHANGE,
                recorded_on=business_day(event.recorded_at),
                event=event.kind,
            )


@dataclass(frozen=True, slots=True)
class AccrualView:
    """Why a day's figures are what they are: the bases they were counted from."""

    day: date
    principal: Money
    interest: Money
    overdue: Money
    penalty: Money
    days_past_due: int


def accruals(actor: Actor, loan_id: LoanId) -> tuple[AccrualView, ...]:
    """Each accrued day of a loan with its bases; NotFound when it is not the actor's to see."""
    visible(actor, loan_id)
    return tuple(
        AccrualView(
            row.day,
            Money(row.principal_tiyn),
            Money(row.interest_tiyn),
            Money(row.overdue_tiyn),
            Money(row.penalty_tiyn),
            row.days_past_due,
        )
        for row in accruals_of(loan_id)
    )


@dataclass(frozen=True, slots=True)
class EventView:
    """Something that happened to a loan. `told`: its figures and days by name; no words anybody typed."""

    ref: str
    kind: str
    on: date
    recorded_at: datetime
    recorded_by: UUID | None
    undone: bool
    receipt_id: UUID | None
    told: tuple[tuple[str, object], ...]


def events_of(actor: Actor, loan_id: LoanId) -> tuple[EventView, ...]:
    """Every event of a loan, the newest day first; NotFound when it is not the actor's to see."""
    visible(actor, loan_id)
    rows = list(LoanEvent.objects.filter(loan_id=loan_id).order_by("-on", "-recorded_at", "id"))
    undone = {row.reverses_id for row in rows}
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
        )
        for row in rows
    )


def _told_of(details: dict[str, object]) -> Iterator[tuple[str, object]]:
    """Amounts, days, rates and chosen values of an event, for people; its inner names and long tables left out."""
    for name, value in details.items():
        if name in ("amount", "amount_tiyn", "returned") and isinstance(value, int):
            yield name.removesuffix("_tiyn"), Money(value)
        elif name == "rate" and isinstance(value, str):
            yield name, Rate.of(Fraction(value))
        elif name in ("until", "due_on") and isinstance(value, str):
            yield name, date.fromisoformat(value)
        elif name in ("ground", "halt", "change", "wish", "with_interest") and value not in ("", None):
            yield name, value


def without_closing_statement() -> tuple[LoanId, ...]:
    """Closed loans whose closing statements are not made yet, in both languages; oldest first."""
    moves = LoanTransition.objects.filter(loan_id=OuterRef("loan_id")).order_by("-number")
    made = Statement.objects.filter(loan_id=OuterRef("loan_id"), closing=True, closed_number=OuterRef("closed_number"))
    closed = (
        LoanState.objects.filter(closed_on__isnull=False)
        .annotate(closed_number=Subquery(moves.values("number")[:1]), ended=Subquery(moves.values("status")[:1]))
        .filter(ended=rules.Status.CLOSED.value)
        .annotate(languages=Subquery(made.values("loan_id").annotate(made=Count("id")).values("made")))
        .filter(Q(languages__isnull=True) | Q(languages__lt=2))
    )
    return tuple(LoanId(loan_id) for loan_id in closed.order_by("closed_on").values_list("loan_id", flat=True))
