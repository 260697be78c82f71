"""The one way anything happens to a loan: an event is written down, and the book becomes what its events make it.

Plain joined functions. An event of today goes on top of today's book. One heard of late makes the loan be lived again
from its first day, without it and with it, and only the difference is written: entries of the ledger on the days of
effect, corrections of days, corrections of moves. Rows that were written are never changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nesie.foundation.ledger import actions as ledger
from nesie.foundation.ledger import queries as ledger_queries
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import postings, queries, rules
from nesie.journey.loans.actions.accrual import brought_to
from nesie.journey.loans.actions.writing import keep, write_moves
from nesie.journey.loans.models import AccrualCorrection, LoanEvent
from nesie.kernel.ids import LoanId, ReceiptId, new_id
from nesie.kernel.money import Money


class BookDiffers(RuntimeError):
    """A bug: the stored book is not what the loan's events make it. Nothing may be written on top of it."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event written down: its row, the book before and after, and all it moved. `fresh` False: it was known."""

    event_id: UUID
    before: rules.Book
    after: rules.Book
    effect: rules.Effect
    fresh: bool


def record(
    loan_id: LoanId,
    event: rules.AnyEvent,
    now: datetime,
    *,
    by: UUID | None = None,
    receipt_id: ReceiptId | None = None,
) -> Recorded:
    """Write an event down and let it take effect on its day; the same `ref` again changes nothing.

    Raises EventInFuture, EventBeforeLoan, EventDiffers (the same ref with other contents), and what the ledger refuses.
    """
    today = business_day(now)
    rules.check_event_day(event.on, today)
    before = brought_to(loan_id, event.on, now)
    rules.check_since_opening(event.on, before.facts.opened_on)
    known = LoanEvent.objects.filter(key=event.ref).first()
    if known is not None:
        rules.check_same_event(known.loan_id == loan_id, known.details, event)
        return Recorded(known.id, before, before, rules.Effect((), ()), fresh=False)
    after, effect = _lived(before, event)
    row = _write_event(loan_id, event, now, by, receipt_id)
    keep(before, after, now)
    write_moves(loan_id, effect.moves, now, cause=row)
    _write_corrections(loan_id, effect, row)
    _post(after.facts, effect, event.ref, now)
    return Recorded(row.id, before, after, effect, fresh=True)


def _lived(before: rules.Book, event: rules.AnyEvent) -> tuple[rules.Book, rules.Effect]:
    loan_id = before.facts.loan_id
    history = queries.events(loan_id)
    same_day = [one for one in rules.in_force(history) if one.on == event.on]
    if rules.fits(event, same_day, credit_used=queries.credit_used(loan_id, event.on)):
        try:
            applied = rules.apply(before, event)
        except rules.NeedsReplay:
            pass
        else:
            if not _missed_days(before, applied.book):
                return applied.book, rules.at_once(applied)
    return _lived_again(before, history, event)


def _missed_days(before: rules.Book, after: rules.Book) -> bool:
    """True when a loan runs again from a day of the past: the days its neighbours were closed for are its own, too."""
    if before.status is rules.Status.ACTIVE or after.status is not rules.Status.ACTIVE:
        return False
    closed = queries.closed_for(after.facts.loan_id)
    return closed is not None and after.accrued_on < closed


def _lived_again(
    before: rules.Book, history: tuple[rules.AnyEvent, ...], event: rules.AnyEvent
) -> tuple[rules.Book, rules.Effect]:
    facts = before.facts
    plan, calendar = queries.opening_plan(facts.loan_id)
    without = rules.replay(facts, plan, calendar, history, before.accrued_on)
    if without.book != before:
        raise BookDiffers(str(facts.loan_id))
    until = max(before.accrued_on, event.on)
    life = rules.replay(facts, plan, calendar, (*history, event), until)
    if before.status is not rules.Status.ACTIVE and life.book.status is rules.Status.ACTIVE:
        # It runs again: the days its neighbours were closed for meanwhile are its own, too.
        until = max(until, queries.closed_for(facts.loan_id) or until)
        life = rules.replay(facts, plan, calendar, (*history, event), until)
    return life.book, rules.heard_late(without, life, event.ref)


def _write_event(
    loan_id: LoanId, event: rules.AnyEvent, now: datetime, by: UUID | None, receipt_id: ReceiptId | None
) -> LoanEvent:
    reversed_ref = event.of if isinstance(event, rules.Reversed) else None
    return LoanEvent.objects.create(
        id=new_id(),
        loan_id=loan_id,
        key=event.ref,
        kind=event.kind,
        on=event.on,
        sequence=event.sequence,
        details=event.to_json(),
        receipt_id=receipt_id,
        reverses=LoanEvent.objects.get(loan_id=loan_id, key=reversed_ref) if reversed_ref else None,
        recorded_at=now,
        recorded_by=by,
    )


def _write_corrections(loan_id: LoanId, effect: rules.Effect, cause: LoanEvent) -> None:
    AccrualCorrection.objects.bulk_create(
        AccrualCorrection(
            loan_id=loan_id,
            day=day,
            event=cause,
            principal_tiyn=change.principal,
            interest_tiyn=change.interest,
            overdue_tiyn=change.overdue,
            penalty_tiyn=change.penalty,
            days_past_due=change.days_past_due,
            held_tiyn=change.held,
            memo_interest_tiyn=change.memo_interest,
            memo_penalty_tiyn=change.memo_penalty,
        )
        for day, change in effect.days.items()
    )


def _post(facts: rules.LoanFacts, effect: rules.Effect, ref: str, now: datetime) -> None:
    last_closed = ledger_queries.last_closed_month()
    own = [postings.moved(facts, one, last_closed=last_closed) for one in effect.own]
    put_right = postings.corrected(facts, effect.corrections, ref=ref, last_closed=last_closed)
    ledger.post_many([entry for entry in (*own, *put_right) if entry is not None], now)


def paid(effect: rules.Effect, ref: str) -> dict[str, Money]:
    """What the event itself paid, by principal, interest and penalty."""
    mine = [one for one in effect.moves if one.ref == ref]
    return {
        "principal": Money(-sum(one.principal for one in mine)),
        "interest": Money(-sum(one.interest for one in mine)),
        "penalty": Money(-sum(one.penalty for one in mine)),
    }
