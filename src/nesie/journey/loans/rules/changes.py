"""What each event does to a loan on the desk. Each gives the moves it made, for the books and the statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from nesie.foundation.terms import rules as terms
from nesie.journey.loans.rules import events as happened
from nesie.journey.loans.rules.book import Due, Goes, Halt, HaltKind, Parts, Status
from nesie.journey.loans.rules.day import fall_due, keep_level
from nesie.journey.loans.rules.desk import ONE_DAY, Desk, end_all, in_penalty_units, new_rate
from nesie.journey.loans.rules.events import AnyEvent, Keep, PlanRow
from nesie.journey.loans.rules.journal import Lines, Move, Word, lines_of, memo, paid_parts, receivables, written_off
from nesie.journey.loans.rules.later import (
    agree_payments,
    agreed_payment,
    lengthen,
    payment_now,
    principal_ahead,
    remake,
)
from nesie.journey.loans.rules.norms import Component
from nesie.journey.loans.rules.paying import (
    INTEREST,
    PRINCIPAL,
    Claim,
    Paid,
    Wish,
    allocate,
    claims_on,
    close_if_paid,
    pay_on,
    payoff_claims_on,
    settle_on,
)
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate

# What stands still by a fact: interest, penalty, delay. Rules, 13; Law 56-V, art. 7 p. 2 sub 11-2 (no interest
# of a conscript); art. 9-2 p. 8 (a collector works: no interest demanded, no penalty). No source known to us says it of
# a bankruptcy or of a court: there the act of the case does, and nothing stands still that it does not name.
HALTS: dict[HaltKind, tuple[Goes, bool, bool]] = {
    HaltKind.SUSPENSION: (Goes.HELD, True, True),
    HaltKind.CONSCRIPT: (Goes.NOTHING, True, True),
    HaltKind.BANKRUPTCY: (Goes.ACCRUED, False, False),
    HaltKind.COLLECTOR: (Goes.MEMO, True, False),
    HaltKind.COURT: (Goes.ACCRUED, False, False),
}


def do(desk: Desk, event: AnyEvent) -> list[Move]:
    """Let an event happen to the loan on the desk."""
    return _DO[type(event)](desk, event)


def use_credit(desk: Desk) -> list[Move]:
    """The client's money that lies with us pays what is claimed today."""
    if not desk.credit or desk.status is not Status.ACTIVE or not claims_on(desk):
        return []
    return [_settled(desk, "loan.credit_used", "", ZERO, {}, lambda: settle_on(desk, ZERO, _order(desk)))]


def _order(desk: Desk) -> tuple[Component, ...]:
    return desk.facts.repayment_order


def _move(desk: Desk, code: str, event: AnyEvent, *lines: Lines) -> list[Move]:
    return [
        Move(
            desk.accrued_on,
            code,
            event.ref,
            lines_of(*lines),
            credit_before=Money(desk.credit),
            credit_after=Money(desk.credit),
        )
    ]


def _settled(
    desk: Desk, code: str, ref: str, received: Money, source: Lines, pay: Callable[[], tuple[Paid, ...]]
) -> Move:
    """Money from `source` and the client's credit pays; a loan closed by it has no memo figures any more."""
    before = desk.credit
    paid = pay()
    lines: list[Lines] = [source, receivables(paid_parts(paid), -1), {Word.CLIENT_CREDIT: before - desk.credit}]
    if desk.status is Status.CLOSED:
        lines.append(_without_memo(desk))
    return Move(desk.accrued_on, code, ref, lines_of(*lines), received, paid, Money(before), Money(desk.credit))


def _without_memo(desk: Desk) -> Lines:
    lines = memo(-desk.memo_interest, -desk.memo_penalty)
    desk.memo_interest = desk.memo_penalty = 0
    return lines


# --- money ----------------------------------------------------------------------------------------------------------


def _received(desk: Desk, event: happened.Received) -> list[Move]:
    def pay() -> tuple[Paid, ...]:
        paid = settle_on(desk, event.amount, _order(desk))
        return (*paid, *_early(desk, event.wish))

    source = {Word.RECEIPTS_UNALLOCATED: event.amount.tiyn}
    return [_settled(desk, "loan.receipt_allocated", event.ref, event.amount, source, pay)]


def _early(desk: Desk, wish: Wish) -> tuple[Paid, ...]:
    """Money above what is claimed pays principal of later instalments when the client wants it (art. 9 p. 1 sub 4)."""
    if wish is Wish.KEEP or not desk.credit or desk.status is not Status.ACTIVE:
        return ()
    ahead = principal_ahead(desk)
    part = min(desk.credit, ahead)
    if not part:
        return ()
    desk.credit -= part
    if wish is Wish.AHEAD:
        next_ones = [
            Claim(Component.CURRENT_PRINCIPAL, due.number, due.principal_left)
            for due in desk.dues[desk.period - 1 :]
            if due.principal_left
        ]
        paid, _ = allocate(Money(part), next_ones, (Component.CURRENT_PRINCIPAL,))
        pay_on(desk, paid)
    else:
        remake(desk, ahead - part, Keep.PAYMENT if wish is Wish.REDUCE_TERM else Keep.TERM)
        paid = (Paid(Component.CURRENT_PRINCIPAL, None, Money(part)),)
    close_if_paid(desk)
    return paid


def _credit_refunded(desk: Desk, event: happened.CreditRefunded) -> list[Move]:
    amount = min(event.amount.tiyn, desk.credit)
    before = Money(desk.credit)
    desk.credit -= amount
    (move,) = _move(desk, "loan.credit_refunded", event, {Word.CLIENT_CREDIT: amount, Word.REFUNDS_DUE: -amount})
    return [replace(move, credit_before=before)]


def _recovered(desk: Desk, event: happened.Recovered) -> list[Move]:
    claim = desk.recourse
    owed = (
        Claim(Component.CURRENT_PRINCIPAL, None, claim.principal),
        Claim(Component.CURRENT_INTEREST, None, claim.interest),
        Claim(Component.PENALTY, None, claim.penalty),
    )
    paid, rest = allocate(
        event.amount, owed, (Component.CURRENT_PRINCIPAL, Component.CURRENT_INTEREST, Component.PENALTY)
    )
    got = paid_parts(paid)
    desk.recourse = _less(claim, got)
    before = Money(desk.credit)
    desk.credit += rest.tiyn
    lines = {
        Word.RECEIPTS_UNALLOCATED: event.amount.tiyn,
        Word.RECOVERIES: -got.total.tiyn,
        Word.CLIENT_CREDIT: -rest.tiyn,
    }
    (move,) = _move(desk, "loan.recovered", event, lines, written_off(got, -1))
    return [replace(move, received=event.amount, credit_before=before)]


def _refinanced(desk: Desk, event: happened.Refinanced) -> list[Move]:
    amount = Money(min(event.amount.tiyn, desk.debt))
    before = desk.credit

    def pay() -> tuple[Paid, ...]:
        # The client's own money stays his: only the new loan pays.
        desk.credit = 0
        paid = settle_on(desk, amount, _order(desk))
        paid = (*paid, *_early(desk, Wish.REDUCE_PAYMENT))
        desk.credit += before
        return paid

    return [_settled(desk, "loan.refinanced", event.ref, amount, {Word.REFINANCED: amount.tiyn}, pay)]


# --- what stands still ----------------------------------------------------------------------------------------------


def _suspended(desk: Desk, event: happened.Suspended) -> list[Move]:
    return _begin(desk, event, HaltKind.SUSPENSION, None, HALTS[HaltKind.SUSPENSION])


def _halted(desk: Desk, event: happened.Halted) -> list[Move]:
    return _begin(desk, event, event.halt, event.until, halt_effect(event))


def halt_effect(event: happened.Halted) -> tuple[Goes, bool, bool]:
    """What stands still by the event: interest, penalty, delay."""
    interest, penalty, delay = HALTS[event.halt]
    return (
        interest if event.interest is None else event.interest,
        penalty if event.stops_penalty is None else event.stops_penalty,
        delay if event.stops_delay is None else event.stops_delay,
    )


def _begin(
    desk: Desk, event: AnyEvent, kind: HaltKind, until: date | None, effect: tuple[Goes, bool, bool]
) -> list[Move]:
    desk.halt(Halt(event.ref, kind, event.on, until, *effect))
    return []


def _released(desk: Desk, event: happened.Released) -> list[Move]:
    desk.release(event.of, event.on - ONE_DAY)
    return []


def _resumed(desk: Desk, event: happened.Resumed) -> list[Move]:
    for halt in desk.halts:
        if halt.kind is HaltKind.SUSPENSION and halt.until is None:
            desk.release(halt.ref, event.on - ONE_DAY)
    # A loan repaid in full during the pause owes nothing any more: its held interest is let go.
    adds = event.with_interest and desk.status is Status.ACTIVE
    added = desk.period_held
    desk.period_accrued += desk.period_held if adds else 0
    desk.period_held = 0
    for index, due in enumerate(desk.dues):
        if due.held:
            added += due.held.tiyn
            interest = due.interest + due.held if adds else due.interest
            desk.put(index, replace(due, interest=interest, held=ZERO))
            keep_level(desk, index)
    desk.pass_paid()
    if not adds or not added:
        return []
    lines = {Word.INTEREST_RECEIVABLE: added, Word.INTEREST_INCOME: -added}
    # It begins with the day, whose own accrual comes after.
    return [replace(move, on=event.on) for move in _move(desk, "loan.pause_interest_added", event, lines)]


# --- terms ----------------------------------------------------------------------------------------------------------


def _rate_changed(desk: Desk, event: happened.RateChanged) -> list[Move]:
    ahead = principal_ahead(desk)
    # The payment to keep is the one by the rate before.
    payment = payment_now(desk) if ahead else None
    new_rate(desk, event.rate)
    if ahead and event.keep is not Keep.PRINCIPAL:
        remake(desk, ahead, event.keep, payment=payment)
    return _move(desk, "loan.rate_changed", event)


def _penalty_lowered(desk: Desk, event: happened.PenaltyLowered) -> list[Move]:
    desk.penalty_rates = (event.first_rate, event.later_rate)
    desk.first_rate, desk.later_rate = (in_penalty_units(rate) for rate in desk.penalty_rates)
    return _move(desk, "loan.penalty_lowered", event)


def _rescheduled(desk: Desk, event: happened.Rescheduled) -> list[Move]:
    forgiven = _forgive(desk, event.forgiven)
    owed = desk.parts
    held = desk.period_held
    # What fell due and is not paid, and the interest of the running period, go into the new rows as what they are.
    kept = [
        replace(due, principal=due.principal_paid, interest=due.interest_paid, penalty=due.penalty_paid)
        for due in desk.dues[: desk.period - 1]
    ]
    desk.dues = kept
    desk.period = len(kept) + 1
    desk.dues += _laid(event.rows, owed, desk.period)
    desk.period_from = desk.accrued_on
    desk.period_weight = desk.period_accrued = desk.period_paid = desk.penalty = 0
    desk.period_held = held
    if event.rate is not None:
        desk.rate = event.rate
    desk.grace_over = True
    desk.scale()
    desk.scan()
    agree_payments(desk)
    fall_due(desk)  # what is called is due today
    close_if_paid(desk)
    return _move(desk, f"loan.{event.change.value}", event, *_forgiven_lines(forgiven))


def _laid(rows: tuple[PlanRow, ...], owed: Parts, number: int) -> list[Due]:
    """The rows with the debt as it really is: less is taken off the last ones, more is added to the last."""
    principal = _fitted([row.principal.tiyn for row in rows], owed.principal.tiyn)
    interest = _fitted([row.interest.tiyn for row in rows], owed.interest.tiyn)
    penalty = _fitted([row.penalty.tiyn for row in rows], owed.penalty.tiyn)
    return [
        Due(
            number + place,
            row.due_on,
            row.grace_until_on,
            Money(principal[place]),
            interest=Money(interest[place]),
            penalty=Money(penalty[place]),
        )
        for place, row in enumerate(rows)
    ]


def _fitted(parts: list[int], whole: int) -> list[int]:
    change = whole - sum(parts)
    if change > 0:
        parts[-1] += change
    for place in range(len(parts) - 1, -1, -1):
        cut = min(parts[place], max(0, -change))
        parts[place] -= cut
        change += cut
    return parts


def _tranche_paid(desk: Desk, event: happened.TranchePaid) -> list[Move]:
    issued = desk.facts.amount if desk.issued is None else desk.issued
    desk.issued = issued + event.amount
    desk.penalty_most = desk.facts.delay.most_penalty_a_year(desk.issued).tiyn
    desk.status = Status.ACTIVE
    ahead = principal_ahead(desk) + event.amount.tiyn
    first = desk.period - 1
    rows = event.rows
    if not rows and first == len(desk.dues):
        # Nothing is ahead any more: one instalment, a step from now.
        agreed = desk.facts.terms
        unit, every = (agreed.unit, agreed.every) if agreed is not None else (terms.Unit.MONTHS, 1)
        on = terms.step(desk.accrued_on, unit, every)
        rows = (PlanRow(on, on, event.amount),)
    if rows:
        later = desk.dues[first:]
        interest = Money.total(due.interest_left for due in later)
        if not later:
            # Interest since the last due day is payable with the new instalments.
            interest = Money(desk.period_accrued - desk.period_paid)
            desk.period_from = desk.accrued_on
            desk.period_weight = desk.period_accrued = desk.period_paid = 0
        owed = Parts(Money(ahead), interest, Money.total(due.penalty_left for due in later))
        desk.dues[first:] = _laid(rows, owed, desk.period)
        desk.grace_over = True
        desk.scale()
        desk.scan()
        agree_payments(desk)
    else:
        if event.keep is Keep.PAYMENT:
            lengthen(desk, ahead)
        remake(desk, ahead, event.keep, payment=agreed_payment(desk))
    amount = event.amount.tiyn
    return _move(
        desk,
        "loan.tranche_paid",
        event,
        {Word.PRINCIPAL_RECEIVABLE: amount, Word.DISBURSEMENTS_IN_TRANSIT: -amount},
    )


# --- the end of claims ----------------------------------------------------------------------------------------------


def _forgiven(desk: Desk, event: happened.Forgiven) -> list[Move]:
    parts = _forgive(desk, event.parts)
    close_if_paid(desk)
    lines = _forgiven_lines(parts)
    if desk.status is Status.CLOSED:
        lines = (*lines, _without_memo(desk))
    return _move(desk, "loan.forgiven", event, *lines)


def _forgiven_lines(parts: Parts) -> tuple[Lines, ...]:
    return receivables(parts, -1), {Word.FORGIVEN_DEBTS: parts.total.tiyn}


def _forgive(desk: Desk, parts: Parts) -> Parts:
    """Let go of parts of the debt, the oldest first; what really was let go."""
    let_go: list[Paid] = []
    for amount, components in (
        (parts.principal, PRINCIPAL),
        (parts.interest, INTEREST),
        (parts.penalty, (Component.PENALTY,)),
    ):
        owed = [claim for claim in payoff_claims_on(desk) if claim.component in components]
        let_go += allocate(amount, owed, components)[0]
    for part in let_go:
        _let_go(desk, part)
    desk.pass_paid()
    return paid_parts(let_go)


def _let_go(desk: Desk, part: Paid) -> None:
    """Not paid: the claim itself gets smaller."""
    if part.number is None:
        if part.component is Component.PENALTY:
            desk.penalty -= part.amount.tiyn
        else:
            desk.period_accrued -= part.amount.tiyn
        return
    due = desk.dues[part.number - 1]
    if part.component in PRINCIPAL:
        due = replace(due, principal=due.principal - part.amount)
    elif part.component in INTEREST:
        due = replace(due, interest=due.interest - part.amount)
    else:
        due = replace(due, penalty=due.penalty - part.amount)
    desk.put(part.number - 1, due)


def _written_off(desk: Desk, event: happened.WrittenOff) -> list[Move]:
    without_memo = _without_memo(desk)
    was = end_all(desk, Status.WRITTEN_OFF)
    lines: list[Lines] = [
        receivables(was, -1),
        {Word.CREDIT_LOSSES: was.total.tiyn + event.returned.tiyn, Word.REFUNDS_DUE: -event.returned.tiyn},
        without_memo,
    ]
    if event.recourse:
        desk.recourse = _less(desk.recourse, was, -1)
        lines.append(written_off(was, 1))
    return _move(desk, "loan.written_off", event, *lines)


def _reinstated(desk: Desk, event: happened.Reinstated) -> list[Move]:
    if desk.status is Status.ACTIVE or not desk.recourse.total:
        return []  # nothing is off the books
    was, desk.recourse = desk.recourse, Parts()
    row = PlanRow(event.due_on, event.due_on, was.principal, was.interest, was.penalty)
    desk.period = len(desk.dues) + 1
    desk.dues += _laid((row,), was, desk.period)
    desk.period_from = desk.accrued_on
    desk.rate = Rate.percent(0)
    desk.status = Status.ACTIVE
    desk.scale()
    desk.scan()
    lines = receivables(was, 1), {Word.RECOVERIES: -was.total.tiyn}, written_off(was, -1)
    return _move(desk, "loan.reinstated", event, *lines)


def _transferred(desk: Desk, event: happened.Transferred) -> list[Move]:
    without_memo = _without_memo(desk)
    was = end_all(desk, Status.TRANSFERRED)
    return _move(
        desk,
        "loan.transferred",
        event,
        receivables(was, -1),
        {Word.CLAIMS_TRANSFERRED: was.total.tiyn},
        without_memo,
    )


def _less(parts: Parts, by: Parts, times: int = 1) -> Parts:
    return Parts(
        parts.principal - by.principal * times, parts.interest - by.interest * times, parts.penalty - by.penalty * times
    )


_DO: dict[type, Callable[[Desk, Any], list[Move]]] = {
    happened.Received: _received,
    happened.CreditRefunded: _credit_refunded,
    happened.Recovered: _recovered,
    happened.Refinanced: _refinanced,
    happened.Suspended: _suspended,
    happened.Halted: _halted,
    happened.Released: _released,
    happened.Resumed: _resumed,
    happened.RateChanged: _rate_changed,
    happened.PenaltyLowered: _penalty_lowered,
    happened.Rescheduled: _rescheduled,
    happened.TranchePaid: _tranche_paid,
    happened.Forgiven: _forgiven,
    happened.WrittenOff: _written_off,
    happened.Reinstated: _reinstated,
    happened.Transferred: _transferred,
}
