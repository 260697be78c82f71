"""The limits of the Law on what a loan may cost: a gate before an offer and before a contract (clause 8.3)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from nesie.foundation.terms.rules.days import DENOMINATOR, DayCount
from nesie.foundation.terms.rules.gesv import Gesv
from nesie.foundation.terms.rules.schedule import Schedule
from nesie.foundation.terms.rules.terms import Terms
from nesie.kernel.money import Money
from nesie.kernel.rate import Rate
from nesie.kernel.refused import Refused, noop

# What a day costs by each day count; of act/act the dearer day is that of a common year.
_DAYS_OF_YEAR = {**DENOMINATOR, DayCount.ACT_ACT: 365}


class ProductClass(StrEnum):
    """Under which limits a product stands."""

    GENERAL = "general"
    SHORT_TERM = "short_term"  # up to 45 days and 45 MRP: a dearer regime of its own


@dataclass(frozen=True, slots=True)
class Caps:
    """The limits in force for a product class on a date; None where there is none.

    Attributes:
        gesv: the annual effective rate may not be above this ratio (unrounded).
        day_rate_below: the daily rate must be strictly less.
        most_days: longest term in days.
        most_amount: largest loan.
        overpayment: interest over the whole term may not be above this part of the loan.
    """

    gesv: Rate
    day_rate_below: Rate | None = None
    most_days: int | None = None
    most_amount: Money | None = None
    overpayment: Rate | None = None


class CapExceeded(Refused):
    """Base of the refusals by a legal limit on the cost or the size of a loan."""

    message: ClassVar[str] = noop("The loan would be above a limit of the Law.")


class GesvAboveCap(CapExceeded):
    message = noop("The annual effective rate would be {gesv} %, above the limit of {cap} %.")


class DayRateTooHigh(CapExceeded):
    message = noop("The daily rate would be {rate} %; the Law requires less than {cap} %.")


class TermTooLong(CapExceeded):
    message = noop("The term would be {days} days; at most {most} days are allowed.")


class AmountTooLarge(CapExceeded):
    message = noop("The amount would be {amount} tenge; at most {most} tenge are allowed.")


class OverpaymentTooLarge(CapExceeded):
    message = noop("The overpayment would be {overpayment} tenge; at most {most} tenge are allowed.")


def check_caps(terms: Terms, plan: Schedule, rate: Gesv, caps: Caps) -> None:
    """Refuse terms above any limit; the first limit broken is the reason. The shown, rounded rate is never tested."""
    days = (plan.last_due_on - plan.disbursed_on).days
    if caps.most_days is not None and days > caps.most_days:
        raise TermTooLong(days=days, most=caps.most_days)
    if caps.most_amount is not None and terms.principal > caps.most_amount:
        raise AmountTooLarge(amount=terms.principal, most=caps.most_amount)
    day_rate = Rate(terms.annual_rate.ratio / _DAYS_OF_YEAR[terms.day_count])
    if caps.day_rate_below is not None and day_rate >= caps.day_rate_below:
        raise DayRateTooHigh(rate=day_rate.as_percent(4), cap=caps.day_rate_below.as_percent(4))
    check_gesv(rate, caps)
    if caps.overpayment is not None and plan.overpayment.tiyn > terms.principal.tiyn * caps.overpayment.ratio:
        most = Money(int(terms.principal.tiyn * caps.overpayment.ratio))
        raise OverpaymentTooLarge(overpayment=plan.overpayment, most=most)


def check_gesv(rate: Gesv, caps: Caps) -> None:
    """The effective rate alone, of any real flows; the caps are those of the contract's date."""
    if Fraction(rate.unrounded_pct) > caps.gesv.ratio * 100:
        raise GesvAboveCap(gesv=rate.unrounded_pct.quantize(Decimal("0.0001")), cap=caps.gesv.as_percent(1))
