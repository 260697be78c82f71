"""The statement of a loan: every accrual and payment with the debt after it, and how a document shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from nesie.journey.loans.rules.position import PositionView, Status
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate


class LineKind(StrEnum):
    """What a line of the statement tells."""

    OPENED = "opened"
    ACCRUED = "accrued"
    RECEIVED = "received"
    CREDIT_USED = "credit_used"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One move of the loan. `amount` was paid out or received; the three parts change the debt, with their sign."""

    since: date
    on: date
    kind: LineKind
    amount: Money
    principal: Money
    interest: Money
    penalty: Money
    debt: Money = ZERO  # after the line

    @property
    def change(self) -> Money:
        """By how much the debt moved."""
        return self.principal + self.interest + self.penalty


def with_debt(moves: Iterable[StatementLine]) -> tuple[StatementLine, ...]:
    """The moves in their order, each with the debt after it."""
    debt, lines = ZERO, []
    for move in moves:
        debt += move.change
        lines.append(replace(move, debt=debt))
    return tuple(lines)


def folded(lines: Iterable[StatementLine]) -> tuple[StatementLine, ...]:
    """Neighbouring days of accrual as one line each: the paper shows periods, the page shows days."""
    found: list[StatementLine] = []
    for line in lines:
        last = found[-1] if found else None
        if last is not None and last.kind is line.kind is LineKind.ACCRUED:
            found[-1] = replace(
                line, since=last.since, interest=last.interest + line.interest, penalty=last.penalty + line.penalty
            )
        else:
            found.append(line)
    return tuple(found)


def statement_data(
    view: PositionView,
    lines: tuple[StatementLine, ...],
    *,
    lender: dict[str, Any],
    borrower: str,
    contract_on: date,
    annual_rate: Rate,
) -> dict[str, Any]:
    """What the template `loans/statement` shows."""
    received = Money.total(payment.amount for payment in view.payments)
    overpaid = Money.total(payment.interest + payment.penalty for payment in view.payments)
    return {
        "lender": lender,
        "number": view.number,
        "contract_on": contract_on,
        "as_of": view.as_of,
        "closed_on": view.closed_on,
        "closing": view.status is Status.CLOSED,
        "borrower": borrower,
        "amount": view.amount,
        "rate": str(annual_rate).removesuffix(" %"),
        "opened_on": view.opened_on,
        "ends_on": view.ends_on,
        "principal": view.principal,
        "interest": view.interest,
        "penalty": view.penalty,
        "debt": view.debt,
        "credit": view.credit,
        "received": received,
        "overpaid": overpaid,
        "days_past_due": view.days_past_due,
        "lines": [{name: getattr(line, name) for name in StatementLine.__slots__} for line in folded(lines)],
        "rows": [
            {
                "number": row.number,
                "due_on": row.due_on,
                "payment": row.payment,
                "interest": row.interest,
                "principal": row.principal,
                "balance": row.balance,
                "state": row.state,
            }
            for row in view.rows
        ],
    }
