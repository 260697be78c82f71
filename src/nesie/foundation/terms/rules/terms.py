"""The terms of a loan: everything its figures follow from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Self

from nesie.foundation.terms.rules.days import DayCount, Unit
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from nesie.kernel.refused import noop

MOST_INSTALMENTS = 3000
MOST_DAY_OF_MONTH = 31
ONE_TIYN = Money(1)


class Method(StrEnum):
    """How the principal comes back."""

    ANNUITY = "annuity"  # equal payments
    DIFFERENTIATED = "differentiated"  # equal parts of principal
    BULLET = "bullet"  # interest each period, the whole principal with the last instalment
    FLAT = "flat"  # interest on the whole loan to its end, equal payments
    FIXED_PAYMENT = "fixed_payment"  # a payment named (or rounded up to the step); the last one is smaller
    CUSTOM = "custom"  # the principal of each instalment is named


class PeriodInterest(StrEnum):
    """How the interest of a period between two instalments is reckoned."""

    DAILY = "daily"  # by its days and the day count
    EQUAL = "equal"  # a month is a twelfth of the year, however long; weeks and days by their number


class NonWorkingDay(StrEnum):
    """Where an instalment goes that would be due on a day off."""

    LEAVE = "leave"
    NEXT = "next"
    PREVIOUS = "previous"


class TermsUnfit(ValueError):
    """These terms give no schedule; says why, and by which field. A product must not let them through."""

    def __init__(self, message: str, field: str = "", **params: object) -> None:
        super().__init__(message.format(**params))
        self.message = message  # as the catalogues know it
        self.field = field
        self.params = params


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything the figures of a loan follow from; a contract keeps it for ever.

    Attributes:
        annual_rate: a ratio of one a year.
        first_due_on: the first instalment's day when it is not one step after the disbursement.
        payment_step: payments (for differentiated: parts of principal) are multiples of it; the last instalment
            takes the residue.
        payment: for FIXED_PAYMENT only.
        grace_principal: so many first instalments repay no principal.
        grace_interest: so many first instalments pay no interest; the next one pays theirs with its own, and nothing
            is charged on it meanwhile.
        principal_parts: the principal of every instalment; for CUSTOM, and for FLAT if wished.
        balloon: principal that stays for the last instalment, above its share.
        due_day: the number of the day of the month on which instalments fall due; the last day of a shorter month.
    """

    principal: Money
    annual_rate: Rate
    method: Method
    instalments: int
    every: int = 1
    unit: Unit = Unit.MONTHS
    first_due_on: date | None = None
    day_count: DayCount = DayCount.ACT_365
    payment_step: Money = ONE_TIYN
    payment: Money | None = None
    period_interest: PeriodInterest = PeriodInterest.DAILY
    grace_principal: int = 0
    grace_interest: int = 0
    principal_parts: tuple[Money, ...] | None = None
    balloon: Money | None = None
    due_day: int | None = None
    non_working_day: NonWorkingDay = NonWorkingDay.LEAVE

    def __post_init__(self) -> None:
        if self.principal <= ZERO:
            raise TermsUnfit(noop("the principal must be more than nothing"), "principal")
        if self.annual_rate.ratio < 0:
            raise TermsUnfit(noop("the rate cannot be negative"), "annual_rate")
        if not 1 <= self.instalments <= MOST_INSTALMENTS:
            raise TermsUnfit(noop("from 1 to {most} instalments"), "instalments", most=MOST_INSTALMENTS)
        if self.every < 1:
            raise TermsUnfit(noop("instalments must be at least one unit apart"), "every")
        if self.payment_step <= ZERO:
            raise TermsUnfit(noop("the payment step must be more than nothing"), "payment_step")
        if self.due_day is not None:
            _check_due_day(self.due_day, self.unit)
        _check_payment(self)
        _check_grace(self)
        _check_parts(self)
        _check_balloon(self)

    def to_json(self) -> dict[str, Any]:
        """A JSON-able dict that `from_json` reads back exactly; money in tiyn."""
        parts = self.principal_parts
        return {
            "principal_tiyn": self.principal.tiyn,
            "annual_rate": str(self.annual_rate.ratio),
            "method": self.method.value,
            "instalments": self.instalments,
            "every": self.every,
            "unit": self.unit.value,
            "first_due_on": self.first_due_on.isoformat() if self.first_due_on else None,
            "day_count": self.day_count.value,
            "payment_step_tiyn": self.payment_step.tiyn,
            "payment_tiyn": _tiyn(self.payment),
            "period_interest": self.period_interest.value,
            "grace_principal": self.grace_principal,
            "grace_interest": self.grace_interest,
            "principal_parts_tiyn": [part.tiyn for part in parts] if parts is not None else None,
            "balloon_tiyn": _tiyn(self.balloon),
            "due_day": self.due_day,
            "non_working_day": self.non_working_day.value,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Terms as `to_json` wrote them, or with fewer fields before; KeyError or ValueError if not."""
        parts = data.get("principal_parts_tiyn")
        return cls(
            principal=Money(data["principal_tiyn"]),
            annual_rate=Rate(Fraction(data["annual_rate"])),
            method=Method(data["method"]),
            instalments=data["instalments"],
            every=data["every"],
            unit=Unit(data["unit"]),
            first_due_on=date.fromisoformat(data["first_due_on"]) if data["first_due_on"] else None,
            day_count=DayCount(data["day_count"]),
            payment_step=Money(data["payment_step_tiyn"]),
            payment=_money(data["payment_tiyn"]),
            period_interest=PeriodInterest(data.get("period_interest", PeriodInterest.DAILY)),
            grace_principal=data.get("grace_principal", 0),
            grace_interest=data.get("grace_interest", 0),
            principal_parts=tuple(map(Money, parts)) if parts is not None else None,
            balloon=_money(data.get("balloon_tiyn")),
            due_day=data.get("due_day"),
            non_working_day=NonWorkingDay(data.get("non_working_day", NonWorkingDay.LEAVE)),
        )


def _tiyn(amount: Money | None) -> int | None:
    return amount.tiyn if amount is not None else None


def _money(tiyn: int | None) -> Money | None:
    return Money(tiyn) if tiyn is not None else None


def _check_due_day(due_day: int, unit: Unit) -> None:
    if unit is not Unit.MONTHS:
        raise TermsUnfit(noop("only instalments counted in months have a day of the month"), "due_day")
    if not 1 <= due_day <= MOST_DAY_OF_MONTH:
        raise TermsUnfit(noop("a day of the month is from 1 to {most}"), "due_day", most=MOST_DAY_OF_MONTH)


def _check_payment(terms: Terms) -> None:
    if terms.payment is None:
        return
    if terms.method is not Method.FIXED_PAYMENT:
        raise TermsUnfit(noop("only the fixed-payment method takes a payment"), "payment")
    if terms.payment <= ZERO:
        raise TermsUnfit(noop("the payment must be more than nothing"), "payment")


def _check_grace(terms: Terms) -> None:
    for field in ("grace_principal", "grace_interest"):
        if not 0 <= getattr(terms, field) < terms.instalments:
            raise TermsUnfit(noop("grace must leave at least the last instalment"), field)


def _check_parts(terms: Terms) -> None:
    parts = terms.principal_parts
    if parts is None:
        if terms.method is Method.CUSTOM:
            raise TermsUnfit(noop("the custom method needs the principal of each instalment"), "principal_parts")
        return
    if terms.method not in (Method.CUSTOM, Method.FLAT):
        raise TermsUnfit(noop("only the custom and the flat method take parts of principal"), "principal_parts")
    if terms.grace_principal:
        raise TermsUnfit(noop("with parts of principal named, grace is a part of nothing"), "grace_principal")
    if len(parts) != terms.instalments:
        raise TermsUnfit(noop("as many parts of principal as instalments"), "principal_parts")
    if min(parts) < ZERO:
        raise TermsUnfit(noop("a part of principal cannot be negative"), "principal_parts")
    if Money.total(parts) != terms.principal:
        raise TermsUnfit(noop("the parts of principal must add up to it"), "principal_parts")


def _check_balloon(terms: Terms) -> None:
    if terms.balloon is None:
        return
    if terms.method in (Method.BULLET, Method.CUSTOM) or terms.principal_parts is not None or terms.payment is not None:
        raise TermsUnfit(noop("what stays for the last instalment follows from the other terms"), "balloon")
    if not ZERO <= terms.balloon <= terms.principal:
        raise TermsUnfit(noop("a balloon is a part of the principal"), "balloon")
