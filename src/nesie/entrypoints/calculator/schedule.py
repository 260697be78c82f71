"""What is paid and when, and what it costs."""

from __future__ import annotations

from nesie.entrypoints.calculator.terms import TermsIn, planned
from nesie.entrypoints.calculator.words import AmountOut, DayOut, Out, PercentOut
from nesie.foundation.terms import rules


class ScheduleIn(TermsIn):
    """The terms of the loan to plan."""


class RowOut(Out):
    """One instalment; `balance` is the principal left after it."""

    due_on: DayOut
    payment: AmountOut
    interest: AmountOut
    principal: AmountOut
    balance: AmountOut


class TotalsOut(Out):
    """Sums over the whole schedule."""

    payment: AmountOut
    interest: AmountOut
    principal: AmountOut


class ScheduleOut(Out):
    """The schedule and its cost; the rates are null for a loan whose rate is beyond all sense."""

    rows: list[RowOut]
    totals: TotalsOut
    gesv_pct: PercentOut | None
    gesv_unrounded: PercentOut | None
    overpayment: AmountOut


Asked, Answer = ScheduleIn, ScheduleOut


def calculate(asked: ScheduleIn) -> ScheduleOut:
    """The schedule of the terms (Rules, 8.3, 8.4) with its annual effective rate and overpayment."""
    plan = planned(asked).plan
    try:
        rate = rules.gesv(rules.flows(plan))
    except rules.NoGesv:
        rate = None
    return ScheduleOut(
        rows=[row_out(row) for row in plan.rows],
        totals=TotalsOut(
            payment=str(plan.totals.payment),
            interest=str(plan.totals.interest),
            principal=str(plan.totals.principal),
        ),
        gesv_pct=str(rate.shown_pct) if rate else None,
        gesv_unrounded=format(rate.unrounded_pct, "f") if rate else None,
        overpayment=str(plan.overpayment),
    )


def row_out(row: rules.Row) -> RowOut:
    """One instalment in text."""
    return RowOut(
        due_on=row.due_on.isoformat(),
        payment=str(row.payment),
        interest=str(row.interest),
        principal=str(row.principal),
        balance=str(row.balance),
    )
