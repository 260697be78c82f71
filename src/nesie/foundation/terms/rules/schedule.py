"""What is paid and when: the schedule of a loan by its terms. Amounts in tiyn, exact until the one rounding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Self

from nesie.foundation.terms.rules.days import DayCount, Unit, step, year_fraction
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate

MOST_INSTALMENTS = 600
ONE_TIYN = Money(1)


class Method(StrEnum):
    """How the principal comes back."""

    ANNUITY = "annuity"  # equal payments
    DIFFERENTIATED = "differentiated"  # equal parts of principal
    BULLET = "bullet"  # interest each period, the whole principal with the last instalment
    FIXED_PAYMENT = "fixed_payment"  # a payment named (or rounded up to the step); the last one is smaller


class TermsUnfit(ValueError):
    """These terms give no schedule; says why. A product must not let them through."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything the figures of a loan follow from; a contract keeps it for ever.

    `annual_rate` is a ratio of one a year. `payment_step`: payments (or, for differentiated, parts of principal)
    are multiples of it, the last instalment takes the residue. `payment`: only for FIXED_PAYMENT.
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

    def __post_init__(self) -> None:
        if self.principal <= ZERO:
            raise TermsUnfit("the principal must be more than nothing")
        if self.annual_rate.ratio < 0:
            raise TermsUnfit("the rate cannot be negative")
        if not 1 <= self.instalments <= MOST_INSTALMENTS:
            raise TermsUnfit(f"from 1 to {MOST_INSTALMENTS} instalments")
        if self.every < 1:
            raise TermsUnfit("instalments must be at least one unit apart")
        if self.payment_step <= ZERO:
            raise TermsUnfit("the payment step must be more than nothing")
        if self.payment is not None and self.method is not Method.FIXED_PAYMENT:
            raise TermsUnfit("only the fixed-payment method takes a payment")

    def to_json(self) -> dict[str, Any]:
        """A JSON-able dict that `from_json` reads back exactly; money in tiyn."""
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
            "payment_tiyn": self.payment.tiyn if self.payment is not None else None,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Terms as `to_json` wrote them; KeyError or ValueError when they are not."""
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
            payment=Money(data["payment_tiyn"]) if data["payment_tiyn"] is not None else None,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One instalment; `balance` is the principal left after it."""

    number: int
    due_on: date
    payment: Money
    interest: Money
    principal: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the whole schedule."""

    payment: Money
    interest: Money
    principal: Money


@dataclass(frozen=True, slots=True)
class Schedule:
    """The rows in order, from the actual day of disbursement."""

    disbursed_on: date
    rows: tuple[Row, ...]

    @property
    def totals(self) -> Totals:
        """Sums of payments, interest and principal."""
        return Totals(
            Money.total(row.payment for row in self.rows),
            Money.total(row.interest for row in self.rows),
            Money.total(row.principal for row in self.rows),
        )

    @property
    def overpayment(self) -> Money:
        """What is paid above the principal when every payment is made on its day."""
        return Money.total(row.interest for row in self.rows)

    @property
    def last_due_on(self) -> date:
        """The day the loan ends by its schedule."""
        return self.rows[-1].due_on

    def to_json(self) -> dict[str, Any]:
        """A JSON-able dict; money in tiyn."""
        return {
            "disbursed_on": self.disbursed_on.isoformat(),
            "rows": [
                {
                    "number": row.number,
                    "due_on": row.due_on.isoformat(),
                    "payment_tiyn": row.payment.tiyn,
                    "interest_tiyn": row.interest.tiyn,
                    "principal_tiyn": row.principal.tiyn,
                    "balance_tiyn": row.balance.tiyn,
                }
                for row in self.rows
            ],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """A schedule as `to_json` wrote it."""
        return cls(
            date.fromisoformat(data["disbursed_on"]),
            tuple(
                Row(
                    row["number"],
                    date.fromisoformat(row["due_on"]),
                    Money(row["payment_tiyn"]),
                    Money(row["interest_tiyn"]),
                    Money(row["principal_tiyn"]),
                    Money(row["balance_tiyn"]),
                )
                for row in data["rows"]
            ),
        )


def due_days(terms: Terms, disbursed_on: date) -> tuple[date, ...]:
    """The due day of each instalment, reckoned from the first one so that a month end does not creep."""
    first = terms.first_due_on or step(disbursed_on, terms.unit, terms.every)
    if first <= disbursed_on:
        raise TermsUnfit("the first instalment must be due after the day of disbursement")
    if terms.first_due_on is None:
        return tuple(step(disbursed_on, terms.unit, terms.every * n) for n in range(1, terms.instalments + 1))
    return tuple(step(first, terms.unit, terms.every * n) for n in range(terms.instalments))


def interest(principal: Money, annual_rate: Rate, fraction_of_year: Fraction) -> Money:
    """Interest on a balance that stands for a part of a year, rounded once to the tiyn."""
    return Money.rounded(principal.tiyn * annual_rate.ratio * fraction_of_year)


def schedule(terms: Terms, disbursed_on: date) -> Schedule:
    """The schedule of the loan (Rules, 8.3, 8.4); TermsUnfit when the terms give none.

    Principal sums to the loan exactly; the number of rows is always the number of instalments agreed.
    """
    days = due_days(terms, disbursed_on)
    starts = (disbursed_on, *days[:-1])
    fractions = tuple(year_fraction(terms.day_count, start, end) for start, end in zip(starts, days, strict=True))
    return Schedule(disbursed_on, _rows(terms, days, fractions, _principal_of(terms, fractions)))


# From the balance and the interest of a period, how much principal is paid; never asked for the last row.
PrincipalOf = Callable[[Money, Money], Money]


def _rows(
    terms: Terms, days: tuple[date, ...], fractions: tuple[Fraction, ...], principal_of: PrincipalOf
) -> tuple[Row, ...]:
    rows: list[Row] = []
    balance = terms.principal
    for number, (due_on, fraction) in enumerate(zip(days, fractions, strict=True), start=1):
        charged = interest(balance, terms.annual_rate, fraction)
        paid = balance if number == terms.instalments else principal_of(balance, charged)
        balance -= paid
        rows.append(Row(number, due_on, charged + paid, charged, paid, balance))
    return tuple(rows)


def _principal_of(terms: Terms, fractions: tuple[Fraction, ...]) -> PrincipalOf:
    match terms.method:
        case Method.BULLET:
            return _principal_at_the_end
        case Method.DIFFERENTIATED:
            return _equal_principal(terms)
        case Method.ANNUITY:
            return _level(_annuity_payment(terms, fractions))
        case Method.FIXED_PAYMENT:
            return _level(_fixed_payment(terms, fractions))


def _principal_at_the_end(balance: Money, charged: Money) -> Money:
    return ZERO


def _equal_principal(terms: Terms) -> PrincipalOf:
    # Rounded down: the last part is then never smaller than nothing, whatever the step.
    part = _to_step(Fraction(terms.principal.tiyn, terms.instalments), terms.payment_step, up=False)
    return lambda balance, charged: part


def _level(payment: Money) -> PrincipalOf:
    # A payment below the interest of a long first period pays no principal; one above the balance pays it all.
    return lambda balance, charged: max(ZERO, min(balance, payment - charged))


def _exact_annuity(terms: Terms, fractions: tuple[Fraction, ...]) -> Fraction:
    """The payment, in exact tiyn, that brings the balance to nothing if no interest were rounded."""
    grown = Fraction(terms.principal.tiyn)
    paid_by_one = Fraction(0)
    for fraction in fractions:
        growth = 1 + terms.annual_rate.ratio * fraction
        grown *= growth
        paid_by_one = paid_by_one * growth + 1
    return grown / paid_by_one


def _annuity_payment(terms: Terms, fractions: tuple[Fraction, ...]) -> Money:
    """Of the multiples of the step nearest to the exact payment, the one whose last payment differs least."""
    exact = _exact_annuity(terms, fractions)
    down = _to_step(exact, terms.payment_step, up=False)
    up = down + terms.payment_step
    if not down:
        return up  # a step above the payment itself
    return min((down, up), key=lambda payment: abs(_last_payment(terms, fractions, payment) - payment.tiyn))


def _fixed_payment(terms: Terms, fractions: tuple[Fraction, ...]) -> Money:
    payment = terms.payment or _to_step(_exact_annuity(terms, fractions), terms.payment_step, up=True)
    if _last_payment(terms, fractions, payment) <= 0:
        raise TermsUnfit("the payment repays the loan before its last instalment")
    return payment


def _last_payment(terms: Terms, fractions: tuple[Fraction, ...], payment: Money) -> int:
    """The last payment in tiyn if the others are `payment`; 0 when nothing is left for it."""
    balance = terms.principal
    part = _level(payment)
    for fraction in fractions[:-1]:
        balance -= part(balance, interest(balance, terms.annual_rate, fraction))
    return (balance + interest(balance, terms.annual_rate, fractions[-1])).tiyn


def _to_step(exact_tiyn: Fraction, payment_step: Money, *, up: bool) -> Money:
    steps = exact_tiyn / payment_step.tiyn
    whole = -((-steps.numerator) // steps.denominator) if up else steps.numerator // steps.denominator
    return payment_step * whole
