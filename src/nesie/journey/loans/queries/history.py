"""What happened to a loan: its events, and the schedule and days without delay it began with."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Sum

from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import Calendar
from nesie.foundation.terms import rules as terms
from nesie.journey.loans import rules
from nesie.journey.loans.models import (
    Allocation,
    Loan,
    LoanEvent,
    LoanState,
    LoanTransition,
    RepaymentWish,
    ScheduleVersion,
)
from nesie.journey.loans.queries.books import last_closed
from nesie.kernel.ids import LoanId, ReceiptId
from nesie.kernel.money import Money
from nesie.kernel.refused import NotFound


def events(loan_id: LoanId) -> tuple[rules.AnyEvent, ...]:
    """Every event of a loan, reversals among them, in the order of entry (which means nothing)."""
    rows = LoanEvent.objects.filter(loan_id=loan_id).order_by("recorded_at").values_list("details", flat=True)
    return tuple(rules.from_json(details) for details in rows)


def opening_plan(loan_id: LoanId) -> tuple[terms.Schedule, Calendar]:
    """The schedule a loan was opened with, and a calendar that says of its due days what was known then."""
    first = ScheduleVersion.objects.get(loan_id=loan_id, number=1)
    overrides = dict(norms.calendar().overrides)
    for due_on, grace_until_on in first.grace.items():
        overrides |= _frozen(date.fromisoformat(due_on), date.fromisoformat(grace_until_on))
    return terms.Schedule.from_json(first.schedule), Calendar(overrides)


def _frozen(due_on: date, grace_until_on: date) -> dict[date, bool]:
    days = (due_on + timedelta(days=number) for number in range((grace_until_on - due_on).days))
    return {**dict.fromkeys(days, False), grace_until_on: True}


def credit_used(loan_id: LoanId, on: date) -> bool:
    """True when the client's own credit paid something on a day by itself."""
    used = Allocation.objects.filter(loan_id=loan_id, on=on, event__isnull=True).aggregate(tiyn=Sum("credit_tiyn"))
    return bool(used["tiyn"])


def event(loan_id: LoanId, ref: str) -> rules.AnyEvent:
    """One event of a loan; NotFound when there is none of this name, AlreadyReversed when it was taken back."""
    row = LoanEvent.objects.filter(loan_id=loan_id, key=ref).select_related("reversed_by").first()
    if row is None:
        raise NotFound
    if hasattr(row, "reversed_by"):
        raise rules.AlreadyReversed
    return rules.from_json(row.details)


def receipt_event(loan_id: LoanId, receipt_id: ReceiptId) -> str:
    """The name under which a receipt counts in a loan now. NotFound, AlreadyReversed."""
    rows = LoanEvent.objects.filter(loan_id=loan_id, receipt_id=receipt_id, reverses__isnull=True)
    if not rows.exists():
        raise NotFound
    counts = rows.filter(reversed_by__isnull=True).first()
    if counts is None:
        raise rules.AlreadyReversed
    return str(counts.key)


def next_ref(loan_id: LoanId, receipt_id: ReceiptId) -> str:
    """A name for the next entry of a receipt that was put right."""
    times = LoanEvent.objects.filter(loan_id=loan_id, receipt_id=receipt_id, reverses__isnull=True).count()
    return f"receipt:{receipt_id}:{times + 1}"


def received_in_all(loan_id: LoanId) -> Money:
    """All the client has paid on a loan by what is known now, less what was given back of it."""
    rows = Allocation.objects.filter(loan_id=loan_id)
    came = rows.aggregate(tiyn=Sum("received_tiyn"))["tiyn"] or 0
    back = rows.filter(event__kind=rules.CreditRefunded.kind).aggregate(tiyn=Sum("credit_tiyn"))["tiyn"] or 0
    return Money(int(came) + int(back))


def wish(loan_id: LoanId, now: datetime) -> rules.Wish:
    """What the client wants done with money above what is claimed; to be kept when nothing was said."""
    last = RepaymentWish.objects.filter(loan_id=loan_id, said_at__lte=now).order_by("-said_at").first()
    return rules.Wish(last.wish) if last else rules.Wish.KEEP


def opened_on(loan_id: LoanId) -> date:
    """The day the loan's money was paid out."""
    found: date = Loan.objects.values_list("opened_on", flat=True).get(id=loan_id)
    return found


def written_off_on(loan_id: LoanId) -> date | None:
    """The day a loan went off the books; None when it is on them."""
    last = LoanTransition.objects.filter(loan_id=loan_id).order_by("-number").first()
    return last.on if last is not None and last.status == rules.Status.WRITTEN_OFF else None


def money_came(loan_id: LoanId, on: date) -> bool:
    """True when a receipt that counts takes effect on a day."""
    rows = LoanEvent.objects.filter(loan_id=loan_id, on=on, kind=rules.Received.kind)
    return rows.filter(reversed_by__isnull=True).exists()


def closed_for(loan_id: LoanId) -> date | None:
    """The last day closed for the loans that are closed together with this one; None before the first."""
    chunk = rules.chunk_of(LoanState.objects.values_list("serial", flat=True).get(loan_id=loan_id))
    return last_closed([chunk]).get(chunk)
