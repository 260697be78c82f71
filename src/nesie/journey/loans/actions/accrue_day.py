"""The day close of loans: interest and penalties of a day, for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import rules
from nesie.journey.loans.actions.accrual import catch_up
from nesie.kernel.actor import Actor
from nesie.kernel.money import Money


@dataclass(frozen=True, slots=True)
class DayClosed:
    """What a run added: loan-days accrued (none when all was done before), interest and penalty."""

    day: date
    loan_days: int
    interest: Money
    penalty: Money


@use_case
def accrue_day(actor: Actor, now: datetime, *, day: date) -> DayClosed:
    """Accrue every running loan up to and including a day that has begun, catching up missed days; DayTooFar otherwise.

    Running it again adds nothing. Payments may go on meanwhile: each loan is moved under the lock of its own row.
    """
    rules.check_day(day, business_day(now))
    accrued = catch_up(day, now)
    return DayClosed(day, accrued.loan_days, accrued.interest, accrued.penalty)
