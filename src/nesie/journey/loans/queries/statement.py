"""The history of a loan: each day and each payment, and what it was counted from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.db import connection

from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import rules
from nesie.journey.loans.models import (
    AccrualCorrection,
    Allocation,
    AllocationPart,
    LoanEvent,
)
from nesie.journey.loans.queries.books import accruals_of, book, days_written
from nesie.journey.loans.queries.position import visible
from nesie.kernel.actor import Actor
from nesie.kernel.ids import LoanId
from nesie.kernel.money import Money
from nesie.kernel.rate import Rate


def statement(actor: Actor, loan_id: LoanId) -> tuple[rules.StatementLine, ...]:
    """Every accrual, payment and change of a loan with the balances after it; NotFound when not the actor's to see."""
    loan = visible(actor, loan_id)
    found = book(loan_id)
    events = tuple(LoanEvent.objects.filter(loan_id=loan_id).order_by("recorded_at", "id"))
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
            *_accrued(found.facts, _Heard(found.facts, events)),
            *_corrected(loan_id),
            *_fallen_due(found),
            *_moved(loan_id, _ending_held(events)),
            *_told(loan_id, events),
        )
    )


def _accrued(facts: rules.LoanFacts, heard: _Heard) -> Iterator[rules.StatementLine]:
    """Interest of each day, and its penalty where something was overdue: claimed, held, or noted only."""
    for day in days_written(facts.loan_id):
        found = heard.when_written(day.day)
        ground, rate = rules.interest_rule(day, found, facts.delay)
        yield rules.StatementLine(
            since=day.day,
            on=day.day,
            kind=rules.LineKind.INTEREST,
            ground=ground,
            interest=day.interest,
            held=day.held,
            memo_interest=day.memo_interest,
            base=day.principal,
            rate=rate,
            days_past_due=day.days_past_due,
        )
        if day.overdue or day.penalty or day.memo_penalty:
            ground, rate = rules.penalty_rule(day, found, facts.delay)
            yield rules.StatementLine(
                since=day.day,
                on=day.day,
                kind=rules.LineKind.PENALTY,
                ground=ground,
                penalty=day.penalty,
                memo_penalty=day.memo_penalty,
                base=day.overdue,
                rate=rate,
                days_past_due=day.days_past_due,
            )


class _Heard:
    """What was known when a day was written: the events entered before the first that made the day be counted anew."""

    def __init__(self, facts: rules.LoanFacts, events: tuple[LoanEvent, ...]) -> None:
        self._facts = facts
        self._events = tuple(rules.from_json(event.details) for event in events)
        places = {event.id: place for place, event in enumerate(events)}
        self._first: dict[date, int] = {}
        rows = AccrualCorrection.objects.filter(loan_id=facts.loan_id).values_list("day", "event_id")
        for day, event_id in rows:
            self._first[day] = min(places[event_id], self._first.get(day, len(events)))
        self._found: dict[int, rules.InForce] = {}

    def when_written(self, day: date) -> rules.InForce:
        """What was in force by what was known."""
        count = self._first.get(day, len(self._events))
        if count not in self._found:
            self._found[count] = rules.known(self._facts, self._events[:count])
        return self._found[count]


def _corrected(loan_id: LoanId) -> Iterator[rules.StatementLine]:
    """The differences of days counted anew, each with the event that caused it."""
    for row in AccrualCorrection.objects.filter(loan_id=loan_id).select_related("event").order_by("day", "id"):
        line = rules.StatementLine(
            since=row.day,
            on=row.day,
            kind=rules.LineKind.INTEREST,
            ground=rules.LineGround.RECALCULATED,
            recorded_on=business_day(row.event.recorded_at),
            event=row.event.kind,
        )
        if row.interest_tiyn or row.held_tiyn or row.memo_interest_tiyn:
            yield replace(
                line,
                interest=Money(row.interest_tiyn),
                held=Money(row.held_tiyn),
                memo_interest=Money(row.memo_interest_tiyn),
            )
        if row.penalty_tiyn or row.memo_penalty_tiyn:
            yield replace(
                line,
                kind=rules.LineKind.PENALTY,
                penalty=Money(row.penalty_tiyn),
                memo_penalty=Money(row.memo_penalty_tiyn),
            )


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


_ENDING_HELD = (rules.Resumed.kind, rules.WrittenOff.kind, rules.Transferred.kind)


def _ending_held(events: Iterable[LoanEvent]) -> frozenset[UUID]:
    """The events in force after which no interest is held: it became a claim, or nothing."""
    told = list(events)
    undone = {event.reverses_id for event in told}
    return frozenset(event.id for event in told if event.kind in _ENDING_HELD and event.id not in undone)


def _moved(loan_id: LoanId, ending_held: frozenset[UUID]) -> Iterator[rules.StatementLine]:
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
            memo_interest=Money(row.memo_interest_tiyn),
            memo_penalty=Money(row.memo_penalty_tiyn),
            recorded_on=business_day(row.at),
            parts=paid,
            event=_event_behind(row, anew=anew, known=known),
            rate=None if known or anew else _new_rate(row.event),
            ends_held=row.event_id in ending_held,
        )


def _new_rate(event: LoanEvent | None) -> Rate | None:
    """The rate an event put in force; None for one that put none."""
    told = event.details.get("rate") if event is not None else None
    return Rate(Fraction(told)) if told else None


def _event_behind(row: Allocation, *, anew: bool, known: bool) -> str:
    """The kind to be named: of a plain payment none, of one counted anew the cause's."""
    if known:
        return row.cause.kind if anew and row.cause else ""
    return row.event.kind if row.event else row.kind


def _told(loan_id: LoanId, events: tuple[LoanEvent, ...]) -> Iterator[rules.StatementLine]:
    """Events that moved no money: a suspension, a new rate, a receipt reversed."""
    ending_held = _ending_held(events)
    moved = set(Allocation.objects.filter(loan_id=loan_id, event__isnull=False).values_list("event_id", flat=True))
    for event in sorted(events, key=lambda one: one.on):
        if event.id not in moved:
            yield rules.StatementLine(
                since=event.on,
                on=event.on,
                kind=rules.LineKind.CHANGED,
                ground=rules.LineGround.CHANGE,
                recorded_on=business_day(event.recorded_at),
                event=event.kind,
                rate=_new_rate(event),
                ends_held=event.id in ending_held,
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


# In plain SQL: asked in every round of the worker, mostly for nothing.
_WITHOUT_STATEMENT = """
SELECT state.loan_id FROM loans_loanstate AS state
JOIN LATERAL (
  SELECT number, status FROM loans_loantransition AS move WHERE move.loan_id = state.loan_id
  ORDER BY number DESC LIMIT 1
) AS ended ON ended.status = 'closed'
WHERE state.closed_on IS NOT NULL AND (
  SELECT count(*) FROM loans_statement AS made
  WHERE made.loan_id = state.loan_id AND made.closing AND made.closed_number = ended.number
) < 2
ORDER BY state.closed_on
"""


def without_closing_statement() -> tuple[LoanId, ...]:
    """Closed loans whose closing statements are not made yet, in both languages; oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_STATEMENT)
        return tuple(LoanId(loan_id) for (loan_id,) in cursor.fetchall())
