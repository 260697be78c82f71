"""Draft schedules for the client's choice, each with its full cost and held against the caps (clauses 8.3, 8.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from nesie.foundation.terms.rules import (
    CapExceeded,
    Caps,
    Gesv,
    Method,
    ProductVersionView,
    Schedule,
    Terms,
    WorkingDays,
    check_caps,
    flows,
    gesv,
    schedule,
    terms_for,
)
from nesie.kernel.decision import Reason
from nesie.kernel.money import Money

OFFERS_SHOWN = 3  # differentiated, annuity, and the lender's own method
_OWN_METHODS = (Method.FIXED_PAYMENT, Method.BULLET, Method.FLAT, Method.CUSTOM)
_DAYS_OF_YEAR = 365
_MONTHS_OF_YEAR = 12


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft schedule with its full cost. Over a cap it is shown, and cannot be chosen."""

    terms: Terms
    plan: Schedule
    rate: Gesv
    reasons: tuple[Reason, ...]

    @property
    def method(self) -> Method:
        """How the principal comes back."""
        return self.terms.method

    @property
    def within_caps(self) -> bool:
        """True when no cap is broken."""
        return not self.reasons


def methods_offered(version: ProductVersionView) -> tuple[Method, ...]:
    """The methods to show, in order: differentiated, annuity, then the product's own one."""
    offered = version.draft.methods
    own = [method for method in _OWN_METHODS if method in offered][:1]
    return tuple(method for method in (Method.DIFFERENTIATED, Method.ANNUITY, *own) if method in offered)


def drafts(
    version: ProductVersionView,
    *,
    amount: Money,
    term: int,
    disbursed_on: date,
    caps: Caps,
    calendar: WorkingDays | None = None,
) -> tuple[Draft, ...]:
    """All drafts of a request. Refuses an amount or term outside the product (see terms.rules.terms_for).

    `calendar`: needed where the product moves instalments off days off.
    """
    return tuple(
        draft_of(terms_for(version, amount=amount, term=term, method=method), disbursed_on, caps, calendar)
        for method in methods_offered(version)
    )


def draft_of(terms: Terms, disbursed_on: date, caps: Caps, calendar: WorkingDays | None = None) -> Draft:
    """One draft, as if the money came on that day."""
    plan = schedule(terms, disbursed_on, calendar=calendar)
    rate = gesv(flows(plan))
    try:
        check_caps(terms, plan, rate, caps)
    except CapExceeded as exceeded:
        return Draft(terms, plan, rate, (Reason.of(exceeded.code),))
    return Draft(terms, plan, rate, ())


def monthly_equivalent(plans: tuple[Schedule, ...]) -> Money:
    """What the new loan adds to the monthly payments: its whole cost spread over its months, the dearest draft.

    A loan of a month or less is paid whole within the month. Rounded up to the tiyn, against the borrower's limit.
    """
    return max(_monthly(plan) for plan in plans)


def _monthly(plan: Schedule) -> Money:
    days = (plan.last_due_on - plan.disbursed_on).days
    months = max(Fraction(days * _MONTHS_OF_YEAR, _DAYS_OF_YEAR), Fraction(1))
    exact = plan.totals.payment.tiyn / months
    return Money(-(-exact.numerator // exact.denominator))
