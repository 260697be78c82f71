"""The day close of loans: interest and penalties of a day, a chunk of them at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from nesie.foundation.audit.use_case import use_case
from nesie.foundation.norms.rules import business_day
from nesie.journey.loans import rules
from nesie.journey.loans.actions.accrual import close_chunk
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
def accrue_day(actor: Actor, now: datetime, *, day: date, chunk: int) -> DayClosed:
    """Accrue every running loan of a chunk up to and including a day that has begun, missed days first.

    Running it again adds nothing, nor does running it while another worker closes the same chunk. Payments may go on
    meanwhile: a write on a loan of the chunk waits for this act, or this act for it. Raises DayTooFar.
    """
    rules.check_day(day, business_day(now))
    accrued = close_chunk(chunk, day, now)
    return DayClosed(day, accrued.loan_days, accrued.interest, accrued.penalty)
