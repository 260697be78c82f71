"""What happened to a loan, as a caller writes it, and the engine's events that it comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, Strict, model_validator
from pydantic_core import PydanticCustomError

from nesie.entrypoints.calculator import Unfit
from nesie.entrypoints.calculator.terms import Planned
from nesie.entrypoints.calculator.words import Amount, Day, In, Percent
from nesie.foundation.terms import rules as terms
from nesie.foundation.terms.rules import TermsUnfit
from nesie.journey.loans import rules
from nesie.journey.loans.rules import AnyEvent, HaltKind, Keep, Life, LoanFacts, Parts, PlanRow, Wish
from nesie.kernel.money import ZERO, Money


class PartsIn(In):
    """Parts of a debt."""

    principal: Amount = ZERO
    interest: Amount = ZERO
    penalty: Amount = ZERO

    @property
    def parts(self) -> Parts:
        """The same as the rules know it."""
        return Parts(self.principal, self.interest, self.penalty)


class EventIn(In):
    """What happened on a day: exactly one of the fields below `on`, and what belongs to it.

    receipt: money of the client. `excess` says what is done with what is above the claims: it is kept, pays the next
      instalments ahead, or principal at once with smaller payments or fewer ones. Without it: on a due day the later
      payments get smaller, on another the next instalments are paid ahead.
    tranche: more money paid out; `keep` the term (payments grow) or the payment (instalments are added).
    suspend, resume: nothing accrues from the first day to the one before the second; `interest`: that of the pause is
      added on resumption.
    rate: the rate of that day's interest and of the days after; `keep` as for a tranche.
    extend: so many instalments more for what is left; grace: so many instalments without principal, beginning with the
      one due on `from` or the next, the term longer by as many; move: the instalment due on that day falls due on `to`,
      and the later ones follow in their steps.
    call: all is due that day. forgive, write_off, transfer: what leaves the books. recovery: money on a claim written
    off. refund: the client's money that lay with us goes back. halt: something stands still, to the day `until`.
    reverse: the event with that `id` never was. payoff_quote: what would repay the loan that day.
    """

    on: Day
    receipt: Amount | None = None
    tranche: Amount | None = None
    suspend: Literal[True] | None = None
    resume: Literal[True] | None = None
    rate: Percent | None = None
    extend: Annotated[int, Strict(), Field(ge=1, le=600)] | None = None
    grace: Annotated[int, Strict(), Field(ge=1, le=600)] | None = None
    move: Day | None = None
    call: Literal[True] | None = None
    forgive: PartsIn | None = None
    write_off: Literal[True] | None = None
    transfer: Literal[True] | None = None
    recovery: Amount | None = None
    refund: Amount | None = None
    halt: HaltKind | None = None
    reverse: Annotated[str, Field(max_length=60)] | None = None
    payoff_quote: Literal[True] | None = None

    id: Annotated[str, Field(max_length=60)] | None = None
    excess: Literal["keep", "ahead", "reduce_payment", "reduce_term"] | None = None
    keep: Keep = Keep.TERM
    interest: bool = True
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    until: Day | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> EventIn:
        if len(self.what) != 1:
            told = ", ".join(KINDS)
            raise PydanticCustomError("event", "exactly one is expected of: {kinds}", {"kinds": told})
        if (self.move is None) != (self.to is None):
            raise PydanticCustomError("event", "an instalment is moved from a day to a day: move, to")
        return self

    @property
    def what(self) -> list[str]:
        """The names of what happened."""
        return [kind for kind in KINDS if getattr(self, kind) is not None]


KINDS = (
    "receipt", "tranche", "suspend", "resume", "rate", "extend", "grace", "move", "call", "forgive", "write_off",
    "transfer", "recovery", "refund", "halt", "reverse", "payoff_quote",
)  # fmt: skip


# What has to look at the loan on its day: each costs a replay.
_LOOKING = ("extend", "grace", "move", "call", "payoff_quote")
MOST_LOOKS = 24


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan as asked."""

    facts: LoanFacts
    agreed: Planned
    calendar: rules.WorkingDays

    def until(self, events: Iterable[AnyEvent], day: date) -> Life:
        """The loan on a day."""
        return rules.replay(self.facts, self.agreed.plan, self.calendar, events, day)


def happened(loan: Loan, asked: list[EventIn]) -> list[AnyEvent]:
    """The events of the engine; those that need the book of their day are made in the order of their days."""
    found: list[AnyEvent] = []
    due_days = {row.due_on for row in loan.agreed.plan.rows}
    looks = sum(event.what[0] in _LOOKING for event in asked)
    if looks > MOST_LOOKS:
        raise Unfit(f"at most {MOST_LOOKS} new schedules and quotes in one question", "events")
    for place, event in sorted(enumerate(asked), key=lambda one: (one[1].on, one[0])):
        if event.on < loan.facts.opened_on:
            raise Unfit("nothing happens before the disbursement", f"events.{place}.on")
        if event.payoff_quote:
            continue
        ref = event.id or f"#{place}"
        try:
            one = _event(loan, event, ref, f"{place:06}", found, due_days)
        except (TermsUnfit, ValueError) as unfit:
            raise Unfit(str(unfit), f"events.{place}") from unfit
        found.append(one)
        if isinstance(one, rules.Rescheduled):
            due_days = {day for day in due_days if day <= event.on} | {row.due_on for row in one.rows}
    return found


def _event(
    loan: Loan, asked: EventIn, ref: str, sequence: str, before: list[AnyEvent], due_days: set[date]
) -> AnyEvent:
    here: dict[str, Any] = {"ref": ref, "on": asked.on, "sequence": sequence}
    (kind,) = asked.what
    if kind in _LOOKING:
        return _new_rows(loan, asked, ref, sequence, before)
    if kind == "receipt":
        usual = Wish.REDUCE_PAYMENT if asked.on in due_days else Wish.AHEAD
        here["wish"] = usual if asked.excess is None else Wish(asked.excess)
    if kind == "rate":
        # The day's own interest is by the new rate: the change comes after the day before it.
        here["on"] = max(loan.facts.opened_on, date.fromordinal(asked.on.toordinal() - 1))
    return _MADE[kind](asked, here)


_MADE: dict[str, Callable[[Any, dict[str, Any]], AnyEvent]] = {
    "receipt": lambda asked, here: rules.Received(amount=asked.receipt, **here),
    "tranche": lambda asked, here: rules.TranchePaid(amount=asked.tranche, keep=asked.keep, **here),
    "suspend": lambda asked, here: rules.Suspended(**here),
    "resume": lambda asked, here: rules.Resumed(with_interest=asked.interest, **here),
    "rate": lambda asked, here: rules.RateChanged(rate=asked.rate, keep=asked.keep, **here),
    "forgive": lambda asked, here: rules.Forgiven(parts=asked.forgive.parts, **here),
    "write_off": lambda asked, here: rules.WrittenOff(**here),
    "transfer": lambda asked, here: rules.Transferred(**here),
    "recovery": lambda asked, here: rules.Recovered(amount=asked.recovery, **here),
    "refund": lambda asked, here: rules.CreditRefunded(amount=asked.refund, **here),
    "halt": lambda asked, here: rules.Halted(halt=asked.halt, until=asked.until, **here),
    "reverse": lambda asked, here: rules.Reversed(of=asked.reverse, **here),
}


def _new_rows(loan: Loan, asked: EventIn, ref: str, sequence: str, before: list[AnyEvent]) -> AnyEvent:
    """A new schedule of what is owed: what is in arrears or runs already is payable with the first instalment."""
    book = loan.until(before, asked.on).book
    rows, change = _days_of(loan, book, asked)
    first = replace(rows[0], interest=book.interest, penalty=book.penalty_owed)
    return rules.Rescheduled(ref=ref, on=asked.on, sequence=sequence, change=change, rows=(first, *rows[1:]))


def _days_of(loan: Loan, book: rules.Book, asked: EventIn) -> tuple[list[PlanRow], rules.Change]:
    ahead = book.dues[book.period - 1 :]
    agreed = loan.agreed.terms
    days = [due.due_on for due in ahead]
    parts = [due.principal_left for due in ahead]
    arrears = book.principal - Money.total(parts)
    if asked.call:
        return [_row(loan, asked.on, book.principal)], rules.Change.CALLED
    if not ahead:
        raise ValueError("no instalment is ahead")
    parts[0] += arrears
    change = rules.Change.PROLONGED
    if asked.move is not None and asked.to is not None:
        if asked.move not in days or asked.to <= asked.on:
            raise ValueError("there is no such instalment ahead, or its new day has passed")
        place = days.index(asked.move)
        days[place:] = [terms.step(asked.to, agreed.unit, agreed.every * step) for step in range(len(days) - place)]
        change = rules.Change.RESTRUCTURED
    elif asked.grace is not None:
        start = asked.from_ or days[0]
        found = next((index for index, day in enumerate(days) if day >= start), None)
        if found is None:
            raise ValueError("no instalment is ahead on that day")
        days += _after(agreed, days[-1], asked.grace)
        parts[found:found] = [ZERO] * asked.grace
        change = rules.Change.DEFERRED
    else:
        days += _after(agreed, days[-1], asked.extend or 0)
        plan = terms.schedule(
            replace(
                agreed,
                principal=book.principal,
                annual_rate=book.annual_rate,
                instalments=len(days),
                first_due_on=days[0],
                payment=None,
                method=terms.Method.ANNUITY if agreed.method is terms.Method.FIXED_PAYMENT else agreed.method,
                grace_principal=0,
                grace_interest=0,
            ),
            book.period_start,
        )
        parts = [row.principal for row in plan.rows]
    return [_row(loan, day, part) for day, part in zip(days, parts, strict=True)], change


def _after(agreed: terms.Terms, last: date, count: int) -> list[date]:
    return [terms.step(last, agreed.unit, agreed.every * (number + 1)) for number in range(count)]


def _row(loan: Loan, day: date, principal: Money) -> PlanRow:
    return PlanRow(day, loan.calendar.working_day_from(day), principal)
