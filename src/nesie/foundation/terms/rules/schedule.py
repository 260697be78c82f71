"""What is paid and when: the schedule of a loan by its terms. Amounts in tiyn, exact until the one rounding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any, Self

from nesie.foundation.terms.rules.dates import WorkingDays, agreed_days, due_days, fractions
from nesie.foundation.terms.rules.terms import Method, Terms, TermsUnfit
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from nesie.kernel.refused import noop


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


def interest(principal: Money, annual_rate: Rate, fraction_of_year: Fraction) -> Money:
    """Interest on a balance that stands for a part of a year, rounded once to the tiyn."""
    return Money.rounded(principal.tiyn * annual_rate.ratio * fraction_of_year)


def schedule(
    terms: Terms, disbursed_on: date, *, calendar: WorkingDays | None = None, accrued: Fraction = Fraction(0)
) -> Schedule:
    """The schedule of the loan (Rules, 8.3, 8.4); TermsUnfit when the terms give none.

    Principal sums to the loan exactly; the number of rows is always the number of instalments agreed. `calendar` is
    needed only when the terms move instalments off days off. `accrued`: interest of the first period that stands
    already when the plan begins in its middle, in exact tiyn; it is paid with the first instalment.
    """
    agreed = agreed_days(terms, disbursed_on)
    days = due_days(terms, disbursed_on, calendar)
    periods = Periods(terms, fractions(terms, disbursed_on, agreed, days), accrued)
    return Schedule(disbursed_on, _rows(periods, days, _principal_of(periods)))


@dataclass(frozen=True, slots=True)
class Periods:
    """The terms with what part of a year each period counts for, and interest that stood before the first."""

    terms: Terms
    fractions: tuple[Fraction, ...]
    accrued: Fraction

    def interest(self, index: int, balance: Money) -> Money:
        """Interest of a period on the balance at its start, rounded once.

        Flat: on the whole loan, as long as anything of it is left: nothing can fall due of a loan that is repaid.
        """
        base = self.terms.principal if self.terms.method is Method.FLAT and balance else balance
        exact = base.tiyn * self.terms.annual_rate.ratio * self.fractions[index]
        return Money.rounded(exact + self.accrued if index == 0 else exact)

    @property
    def repaying(self) -> range:
        """The periods whose instalments repay principal."""
        return range(self.terms.grace_principal, self.terms.instalments)


# From the number of the period, the balance and the interest, how much principal is paid; never asked for the last one
# or in grace.
PrincipalOf = Callable[[int, Money, Money], Money]


def _walk(periods: Periods, principal_of: PrincipalOf) -> list[tuple[Money, Money]]:
    """Interest charged and principal paid of each period."""
    balance = periods.terms.principal
    last = periods.terms.instalments - 1
    found = []
    for index in range(periods.terms.instalments):
        charged = periods.interest(index, balance)
        if index == last:
            paid = balance
        else:
            paid = principal_of(index, balance, charged) if index in periods.repaying else ZERO
        balance -= paid
        found.append((charged, paid))
    return found


def _rows(periods: Periods, days: tuple[date, ...], principal_of: PrincipalOf) -> tuple[Row, ...]:
    rows: list[Row] = []
    balance, waiting = periods.terms.principal, ZERO
    for index, (charged, paid) in enumerate(_walk(periods, principal_of)):
        balance -= paid
        waiting += charged
        asked = ZERO if index < periods.terms.grace_interest else waiting
        waiting -= asked
        rows.append(Row(index + 1, days[index], asked + paid, asked, paid, balance))
    return tuple(rows)


def _principal_of(periods: Periods) -> PrincipalOf:
    terms = periods.terms
    if terms.principal_parts is not None:
        parts = terms.principal_parts
        return lambda index, balance, charged: parts[index]
    match terms.method:
        case Method.DIFFERENTIATED:
            return _equal_principal(terms)
        case Method.ANNUITY | Method.FLAT:
            return _level(terms, _nearest_payment(periods))
        case Method.FIXED_PAYMENT:
            return _level(terms, _fixed_payment(periods))
    return lambda index, balance, charged: ZERO  # bullet: all with the last


def _equal_principal(terms: Terms) -> PrincipalOf:
    # Rounded down: the last part is then never smaller than nothing, whatever the step.
    spread = terms.principal - (terms.balloon or ZERO)
    exact = Fraction(spread.tiyn, terms.instalments - terms.grace_principal)
    part = _to_step(exact, terms.payment_step, up=False)
    return lambda index, balance, charged: part


def _level(terms: Terms, payment: Money) -> PrincipalOf:
    # A payment below the interest of a long first period pays no principal; one above the balance pays it all.
    balloon = terms.balloon or ZERO
    return lambda index, balance, charged: max(ZERO, min(balance - balloon, payment - charged))


def level_payment(periods: Periods) -> Fraction:
    """The payment, in exact tiyn, that brings the balance to the balloon if no interest were rounded."""
    parts = [periods.terms.annual_rate.ratio * periods.fractions[index] for index in periods.repaying]
    # Interest that stood before counts only if the first payment repays principal; in grace it is paid by itself.
    return _level_of(periods.terms, parts, periods.accrued if not periods.terms.grace_principal else Fraction(0))


def _level_of(terms: Terms, parts: list[Fraction], accrued: Fraction) -> Fraction:
    """Whole numbers over one common denominator: exact, and quick for thousands of instalments."""
    balloon = (terms.balloon or ZERO).tiyn
    if terms.method is Method.FLAT:
        return (terms.principal.tiyn * (1 + sum(parts)) + accrued - balloon) / len(parts)
    unit = lcm(accrued.denominator, *(part.denominator for part in parts))
    # After n periods the balance is (grown - payment * paid) / scale.
    grown, paid, scale = terms.principal.tiyn, 0, 1
    standing = int(accrued * unit)
    for part in parts:
        growth = unit + part.numerator * (unit // part.denominator)
        grown, paid, scale = grown * growth + standing * scale, paid * growth + scale * unit, scale * unit
        standing = 0  # it stood once, before the first payment
    return Fraction(grown - balloon * scale, paid)


def _nearest_payment(periods: Periods) -> Money:
    """One of the two multiples of the step around the exact payment.

    It is the one to which the plain formula (every period like the first) rounds, when it is one of the two; else the
    one whose last payment differs least. Flat interest is reckoned to the end of the term, so there the loan must not
    be repaid before it if a multiple can help it.
    """
    exact, payment_step = level_payment(periods), periods.terms.payment_step
    down = _to_step(exact, payment_step, up=False)
    up = down + payment_step
    if not down:
        return up  # a step above the payment itself
    if periods.terms.method is Method.FLAT and periods.terms.annual_rate.ratio and not _lasts(periods, up):
        return down
    plain = _plain_payment(periods)
    if plain in (down, up):
        return plain
    return min((down, up), key=lambda payment: abs(_last_payment(periods, payment) - payment.tiyn))


def _plain_payment(periods: Periods) -> Money:
    """What a borrower's own calculator says, rounded to the nearest multiple of the step."""
    first = periods.terms.annual_rate.ratio * periods.fractions[periods.repaying.start]
    if not periods.repaying.start:
        first += periods.accrued / periods.terms.principal.tiyn  # the part of the period that is over already
    exact = _level_of(periods.terms, [first] * len(periods.repaying), Fraction(0))
    return _to_step(exact + Fraction(periods.terms.payment_step.tiyn, 2), periods.terms.payment_step, up=False)


def _fixed_payment(periods: Periods) -> Money:
    terms = periods.terms
    payment = terms.payment or _to_step(level_payment(periods), terms.payment_step, up=True)
    if _last_payment(periods, payment) <= 0:
        raise TermsUnfit(noop("the payment repays the loan before its last instalment"), "payment")
    return payment


def _last_payment(periods: Periods, payment: Money) -> int:
    """The last payment without the balloon, in tiyn, if the others are `payment`; 0 when nothing is left for it."""
    charged, paid = _walk(periods, _level(periods.terms, payment))[-1]
    return (charged + paid - (periods.terms.balloon or ZERO)).tiyn


def _lasts(periods: Periods, payment: Money) -> bool:
    """True when some principal is left for the last instalment if the others are `payment`."""
    _, paid = _walk(periods, _level(periods.terms, payment))[-1]
    return paid > ZERO


def _to_step(exact_tiyn: Fraction, payment_step: Money, *, up: bool) -> Money:
    steps = exact_tiyn / payment_step.tiyn
    whole = -((-steps.numerator) // steps.denominator) if up else steps.numerator // steps.denominator
    return payment_step * whole
