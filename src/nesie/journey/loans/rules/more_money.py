"""More money under a loan: whether it can take it, and what the payment of it does to the loan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from nesie.foundation.norms.rules import Calendar
from nesie.foundation.terms import rules as terms
from nesie.journey.contracts.rules import ChangeProposal, CreditLine, Draw, available
from nesie.journey.loans.rules.book import Book, Status, days_past_due
from nesie.journey.loans.rules.events import PlanRow, TranchePaid, from_json
from nesie.journey.loans.rules.remaining import arrears
from nesie.journey.payments.rules import TakesMoney
from nesie.kernel.money import ZERO, Money
from nesie.kernel.refused import Refused, noop


class TakesNoMoney(Refused):
    """The loan has ended, stands still, or something of it is overdue."""

    message = noop("No more money can be given under this loan now.")


def may_be_drawn_on(book: Book, line: CreditLine | None) -> bool:
    """True for a running loan, and for one repaid whose credit line is there to be drawn again."""
    return book.status is Status.ACTIVE or (book.status is Status.CLOSED and line is not None)


def takes_money(book: Book, *, line: CreditLine | None, amount: Money, on: date) -> TakesMoney:
    """Whether `amount` more can be paid out under the loan on a day, by its book of the last accrued one."""
    if not may_be_drawn_on(book, line):
        return TakesMoney.NEVER
    if line is not None and amount > left_of(line, book, on):
        return TakesMoney.NEVER
    late = arrears(book)
    stands_still = any(halt.holds(on) for halt in book.halts)
    if stands_still or late.principal or late.interest or late.penalty or days_past_due(book, on):
        return TakesMoney.NOT_NOW
    return TakesMoney.YES


def left_of(line: CreditLine, book: Book, on: date) -> Money:
    """What of a credit line can still be drawn on a day."""
    drawn = Draw(book.facts.contract_id, book.amount_issued, repaid=book.amount_issued - book.principal)
    return available(line, [drawn], on)


def refinanced_most(book: Book, on: date) -> Money | None:
    """The most that a new loan may give to repay this one: the principal left; None when it is not to be refinanced.

    It is not after its end, while it stands still, nor while interest or penalty of it is overdue: on those a new loan
    may bear no interest (Law 56-V, art. 4 p. 7). Overdue principal may be refinanced.
    """
    if book.status is not Status.ACTIVE or not book.principal:
        return None
    late = arrears(book)
    if late.interest or late.penalty or any(halt.holds(on) for halt in book.halts):
        return None
    return book.principal


def takes_refinancing(book: Book, amount: Money) -> TakesMoney:
    """Whether a new loan of `amount` may repay this one today."""
    if book.status is not Status.ACTIVE or amount > book.principal:
        return TakesMoney.NEVER
    return TakesMoney.YES if refinanced_most(book, book.accrued_on) is not None else TakesMoney.NOT_NOW


def check_takes_money(book: Book, line: CreditLine | None) -> None:
    """Raises TakesNoMoney."""
    if not may_be_drawn_on(book, line):
        raise TakesNoMoney


def paid_out(
    proposal: ChangeProposal, agreed: terms.Terms, calendar: Calendar, *, ref: str, on: date, amount: Money
) -> TranchePaid:
    """The event of a payment on a day, by the change that was signed.

    The instalments are those signed. Where the money came so late that the first of them is no later than it, they
    begin a step after the money, as many as were signed.
    """
    signed = from_json(dict(proposal.event))
    if not isinstance(signed, TranchePaid):
        raise TypeError(signed.kind)
    rows = signed.rows
    if rows and rows[0].due_on <= on:
        rows = rows_of(agreed, Money.total(row.principal for row in rows), on, calendar, instalments=len(rows))
    return TranchePaid(ref=ref, on=on, amount=amount, rows=rows, keep=signed.keep)


def rows_of(
    agreed: terms.Terms,
    principal: Money,
    on: date,
    calendar: Calendar,
    *,
    instalments: int,
    first_due_on: date | None = None,
    more: Mapping[str, Any] | None = None,
) -> tuple[PlanRow, ...]:
    """Instalments of a principal paid out on a day, by the contract's own terms."""
    wanted = replace(
        agreed,
        principal=principal,
        instalments=instalments,
        first_due_on=first_due_on,
        payment=None,
        principal_parts=None,
        method=agreed.method if agreed.method is not terms.Method.CUSTOM else terms.Method.ANNUITY,
        grace_principal=0,
        grace_interest=0,
        balloon=None,
        **(more or {}),
    )
    plan = terms.schedule(wanted, on, calendar=calendar)
    return tuple(PlanRow(row.due_on, calendar.working_day_from(row.due_on), row.principal, ZERO) for row in plan.rows)
