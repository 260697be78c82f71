"""Changes agreed with the client: what is proposed of a loan, and the event it becomes when it is signed.

The new conditions are what the engine itself makes of the event on the effective day, so that the signed paper and the
loan cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from nesie.foundation.norms.rules import Calendar
from nesie.foundation.terms import rules as terms
from nesie.journey.contracts.rules import (
    GIVES_MONEY,
    ChangeClaim,
    ChangeKind,
    ChangeProposal,
    ChangeUnfit,
    Conditions,
    Forgiven,
    Standing,
)
from nesie.journey.loans.rules.book import Book, Parts, Status
from nesie.journey.loans.rules.desk import PENALTY_UNIT
from nesie.journey.loans.rules.events import (
    AnyEvent,
    Change,
    Keep,
    PenaltyLowered,
    PlanRow,
    RateChanged,
    Rescheduled,
    TranchePaid,
)
from nesie.journey.loans.rules.more_money import rows_of
from nesie.journey.loans.rules.paying import advance
from nesie.journey.loans.rules.remaining import arrears, plan_ahead, running_interest
from nesie.journey.loans.rules.replay import apply
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate

_NAMES: dict[ChangeKind, Change] = {
    ChangeKind.RESTRUCTURING: Change.RESTRUCTURED,
    ChangeKind.PROLONGATION: Change.PROLONGED,
    ChangeKind.DEFERRAL: Change.DEFERRED,
    ChangeKind.PAYMENT_REDUCTION: Change.PAYMENT_REDUCED,
    ChangeKind.DUE_DAY: Change.RESTRUCTURED,
    ChangeKind.FORGIVENESS: Change.RESTRUCTURED,
}
# Improvements the lender makes alone: no signature, but days to refuse (Law, art. 3 p. 6).
_BY_THE_LENDER = frozenset({ChangeKind.RATE_REDUCTION, ChangeKind.PENALTY_REDUCTION, ChangeKind.CONSCRIPT_DEFERRAL})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What staff want changed; None leaves it as it is. `instalments` counts those after the change."""

    kind: ChangeKind
    effective_on: date
    instalments: int | None = None
    first_due_on: date | None = None
    annual_rate: Rate | None = None
    forgiven: Forgiven = Forgiven()  # noqa: RUF009 - frozen
    amount: Money = ZERO  # to be paid out on top
    penalty_rates: tuple[Rate, Rate] | None = None  # a day: the first, the later
    deferred_until: date | None = None  # the last day of a deferral for military service


def proposal(book: Book, agreed: terms.Terms, calendar: Calendar, wanted: Wanted, *, ref: str) -> ChangeProposal:
    """The change as `contracts` puts it before the client. `agreed` are the contract's terms.

    Raises ChangeUnfit (nothing is left to change, or the engine does not know this kind), TermsUnfit.
    """
    standing_book = advance(book, wanted.effective_on, book.facts.repayment_order)
    gives_money = wanted.kind in GIVES_MONEY
    if gives_money is not bool(wanted.amount):
        raise ChangeUnfit(field="amount")
    if not gives_money and (standing_book.status is not Status.ACTIVE or not standing_book.debt):
        raise ChangeUnfit(field="kind")
    event, carried = _event(standing_book, agreed, calendar, wanted, ref)
    after = apply(standing_book, event).book
    late = arrears(standing_book)
    rates = _penalty_rates(standing_book)
    return ChangeProposal(
        contract_id=book.facts.contract_id,
        kind=wanted.kind,
        granted_on=book.facts.opened_on,
        effective_on=wanted.effective_on,
        standing=Standing(
            standing_book.principal,
            late.principal,
            running_interest(standing_book),
            standing_book.interest - running_interest(standing_book),
            standing_book.penalty_owed,
        ),
        before=Conditions(
            standing_book.annual_rate, agreed.method, _plan(standing_book), _claims(standing_book), *rates
        ),
        after=Conditions(
            after.annual_rate, agreed.method, _plan(after, carried), _claims(after, carried), *_penalty_rates(after)
        ),
        event=event.to_json(),
        forgiven=wanted.forgiven,
        one_sided=wanted.kind in _BY_THE_LENDER,
        payout=wanted.amount,
    )


def still_fits(book: Book, standing: Standing) -> bool:
    """True when the loan may take the signed change: it runs, and owes no more principal than was signed."""
    return book.status is Status.ACTIVE and ZERO < book.principal <= standing.principal


def _event(book: Book, agreed: terms.Terms, calendar: Calendar, wanted: Wanted, ref: str) -> tuple[AnyEvent, Money]:
    """The event, and the interest of the period it breaks off: the first row pays that as its own."""
    if wanted.kind is ChangeKind.RATE_REDUCTION:
        if wanted.annual_rate is None:
            raise ChangeUnfit(field="annual_rate")
        return RateChanged(ref=ref, on=wanted.effective_on, rate=wanted.annual_rate, keep=Keep.TERM), ZERO
    if wanted.kind is ChangeKind.PENALTY_REDUCTION:
        if wanted.penalty_rates is None or not _kept_exactly(wanted.penalty_rates):
            raise ChangeUnfit(field="penalty_rates")
        first, later = wanted.penalty_rates
        return PenaltyLowered(ref=ref, on=wanted.effective_on, first_rate=first, later_rate=later), ZERO
    if wanted.kind is ChangeKind.CONSCRIPT_DEFERRAL:
        carried = running_interest(book)
        rows = _put_off(book, agreed, calendar, wanted)
        return Rescheduled(ref=ref, on=wanted.effective_on, change=Change.DEFERRED, rows=rows), carried
    if wanted.kind in GIVES_MONEY:
        return _tranche(book, agreed, calendar, wanted, ref), ZERO
    if wanted.kind not in _NAMES:
        raise ChangeUnfit(field="kind")
    gone = wanted.forgiven
    running = running_interest(book)
    carried = max(ZERO, running - max(ZERO, gone.interest - (book.interest - running)))
    event = Rescheduled(
        ref=ref,
        on=wanted.effective_on,
        change=_NAMES[wanted.kind],
        rows=_rows(book, agreed, calendar, wanted, carried),
        rate=wanted.annual_rate,
        forgiven=Parts(gone.principal, gone.interest, gone.penalty),
    )
    return event, carried


def _kept_exactly(rates: tuple[Rate, Rate]) -> bool:
    return all(rate.ratio >= 0 and (rate.ratio * PENALTY_UNIT).denominator == 1 for rate in rates)


def _put_off(book: Book, agreed: terms.Terms, calendar: Calendar, wanted: Wanted) -> tuple[PlanRow, ...]:
    """The instalments ahead as they are, whole steps later, the first of them after the deferral.

    What fell due and is not paid, and the interest and penalty of before, go with the first: nothing grows on those.
    """
    until = wanted.deferred_until
    ahead = book.dues[book.period - 1 :]
    if until is None or until < wanted.effective_on:
        raise ChangeUnfit(field="deferred_until")
    if not ahead:
        last = terms.step(until, agreed.unit, agreed.every)
        return (PlanRow(last, calendar.working_day_from(last), book.principal, book.interest, book.penalty_owed),)
    steps = next(
        number
        for number in range(terms.MOST_INSTALMENTS * 31)
        if terms.step(ahead[0].due_on, agreed.unit, agreed.every * number) > until
    )
    days = [terms.step(due.due_on, agreed.unit, agreed.every * steps) for due in ahead]
    late = book.principal - Money.total(due.principal_left for due in ahead)
    return tuple(
        PlanRow(
            day,
            calendar.working_day_from(day),
            due.principal_left + (late if place == 0 else ZERO),
            book.interest if place == 0 else ZERO,
            book.penalty_owed if place == 0 else ZERO,
        )
        for place, (day, due) in enumerate(zip(days, ahead, strict=True))
    )


def _tranche(book: Book, agreed: terms.Terms, calendar: Calendar, wanted: Wanted, ref: str) -> TranchePaid:
    """More money: over the instalments ahead as they stand, or over new ones where none is ahead or others are wanted.

    The rate stays the contract's; what is owed besides the principal stays where it is.
    """
    if wanted.annual_rate is not None or wanted.forgiven.total:
        raise ChangeUnfit(field="annual_rate")
    ahead = [due for due in book.dues[book.period - 1 :] if book.status is Status.ACTIVE]
    rows: tuple[PlanRow, ...] = ()
    if not ahead or wanted.instalments or wanted.first_due_on:
        following = next((due.due_on for due in ahead if due.due_on > wanted.effective_on), None)
        rows = rows_of(
            agreed,
            Money.total(due.principal_left for due in ahead) + wanted.amount,
            wanted.effective_on,
            calendar,
            instalments=wanted.instalments or len(ahead) or agreed.instalments,
            first_due_on=wanted.first_due_on or following,
            more={"annual_rate": book.annual_rate, "due_day": None},
        )
    return TranchePaid(ref=ref, on=wanted.effective_on, amount=wanted.amount, rows=rows)


def _rows(book: Book, agreed: terms.Terms, calendar: Calendar, wanted: Wanted, carried: Money) -> tuple[PlanRow, ...]:
    """Principal by a schedule of its own; overdue interest and penalty in equal parts beside it, as what they are."""
    gone = wanted.forgiven
    overdue_interest = book.interest - gone.interest - carried
    penalty = book.penalty_owed - gone.penalty
    left = book.principal - gone.principal
    plan = terms.schedule(
        _terms(book, agreed, wanted, left), wanted.effective_on, accrued=Fraction(carried.tiyn), calendar=calendar
    )
    interests, penalties = _even(overdue_interest, len(plan.rows)), _even(penalty, len(plan.rows))
    return tuple(
        PlanRow(
            row.due_on,
            calendar.working_day_from(row.due_on),
            row.principal,
            interests[place] + (carried if place == 0 else ZERO),
            penalties[place],
        )
        for place, row in enumerate(plan.rows)
    )


def _terms(book: Book, agreed: terms.Terms, wanted: Wanted, left: Money) -> terms.Terms:
    ahead = book.dues[book.period - 1 :]
    following = next((due.due_on for due in ahead if due.due_on > wanted.effective_on), None)
    return replace(
        agreed,
        principal=left,
        annual_rate=wanted.annual_rate or book.annual_rate,
        method=agreed.method if agreed.method is not terms.Method.CUSTOM else terms.Method.ANNUITY,
        instalments=wanted.instalments or max(1, len(ahead)),
        first_due_on=wanted.first_due_on or following,
        payment=None,
        grace_principal=0,
        grace_interest=0,
        principal_parts=None,
        balloon=None,
        due_day=None,
    )


def _even(whole: Money, parts: int) -> list[Money]:
    """Equal parts, what rounding leaves with the last."""
    each = Money(whole.tiyn // parts)
    return [*([each] * (parts - 1)), whole - Money(each.tiyn * (parts - 1))]


def _plan(book: Book, carried: Money = ZERO) -> terms.Schedule:
    """What is paid by schedule; the overdue interest in its rows stands apart, among the claims."""
    plan = plan_ahead(book, without_carried=True)
    if not plan.rows or not carried:
        return plan
    first = plan.rows[0]
    first = replace(first, interest=first.interest + carried, payment=first.payment + carried)
    return terms.Schedule(plan.disbursed_on, (first, *plan.rows[1:]))


def _claims(book: Book, carried: Money = ZERO) -> tuple[ChangeClaim, ...]:
    """Overdue interest and penalty: to be paid at once as it stands; by the rows of a new schedule."""
    late = arrears(book)
    found = [ChangeClaim(book.accrued_on, late.interest, late.penalty)] if late.interest or late.penalty else []
    for place, due in enumerate(book.dues[book.period - 1 :]):
        interest = due.interest_left - (carried if place == 0 else ZERO)
        if interest or due.penalty_left:
            found.append(ChangeClaim(due.due_on, interest, due.penalty_left))
    return tuple(found)


def _penalty_rates(book: Book) -> tuple[Rate, Rate]:
    return Rate(Fraction(book.delay.first_day_rate)), Rate(Fraction(book.delay.later_day_rate))
