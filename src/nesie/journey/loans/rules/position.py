"""What a client sees of a loan (clause 7.5): debt by component, what comes next, what was paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nesie.journey.loans.rules.book import Book, Due, Status, days_past_due
from nesie.journey.loans.rules.expected import expected
from nesie.journey.loans.rules.paying import payoff_claims
from nesie.kernel.ids import ClientId, ContractId, LoanId
from nesie.kernel.money import ZERO, Money


class RowState(StrEnum):
    """An instalment as the schedule page shows it."""

    PAID = "paid"
    OVERDUE = "overdue"
    DUE = "due"  # today, or while a day off moves its last day
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One instalment: what it carries (interest of a later one as expected), what of it is paid, principal after it.

    `grace_until_on`: the last day on which its payment is not late.
    """

    number: int
    due_on: date
    grace_until_on: date
    principal: Money
    interest: Money
    principal_paid: Money
    interest_paid: Money
    balance: Money
    state: RowState

    @property
    def payment(self) -> Money:
        """The whole instalment."""
        return self.principal + self.interest

    @property
    def left(self) -> Money:
        """What of it is not paid."""
        return self.payment - self.principal_paid - self.interest_paid


@dataclass(frozen=True, slots=True)
class NextPayment:
    """What to pay and when, so that nothing is overdue: all that is claimed already, and the next instalment."""

    due_on: date
    grace_until_on: date  # the last day on which it is not late
    principal: Money
    interest: Money
    penalty: Money
    credit: Money  # the client's money that will be used

    @property
    def total(self) -> Money:
        """What still has to come in."""
        return max(ZERO, self.principal + self.interest + self.penalty - self.credit)


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in on a day and what it went to."""

    on: date
    amount: Money
    principal: Money
    interest: Money
    penalty: Money

    @property
    def credit(self) -> Money:
        """What was kept as the client's credit; below nothing when credit was used."""
        return self.amount - self.principal - self.interest - self.penalty


@dataclass(frozen=True, slots=True)
class PositionView:
    """A loan on a day, to the tiyn as the ledger has it."""

    loan_id: LoanId
    contract_id: ContractId
    client_id: ClientId
    number: str
    status: Status
    as_of: date
    amount: Money
    opened_on: date
    ends_on: date
    closed_on: date | None
    principal: Money
    interest: Money
    penalty: Money
    overdue_principal: Money
    overdue_interest: Money
    credit: Money
    days_past_due: int
    next_payment: NextPayment | None
    rows: tuple[ScheduleRow, ...]
    payments: tuple[Payment, ...]

    @property
    def debt(self) -> Money:
        """Principal, accrued interest and penalty not paid."""
        return self.principal + self.interest + self.penalty


@dataclass(frozen=True, slots=True)
class PayoffQuote:
    """What repays the loan in full on a day. Valid while nothing else is paid before."""

    on: date
    principal: Money
    interest: Money
    penalty: Money
    credit: Money

    @property
    def total(self) -> Money:
        """What has to come in on that day."""
        return max(ZERO, self.principal + self.interest + self.penalty - self.credit)


def payoff(book: Book) -> PayoffQuote:
    """The quote for the day the book stands on."""
    total = Money.total(claim.amount for claim in payoff_claims(book))
    if total != book.debt:
        raise AssertionError("what is claimed at a payoff is the whole debt")
    return PayoffQuote(book.accrued_on, book.principal, book.interest, book.penalty_owed, book.credit)


def schedule_rows(book: Book) -> tuple[ScheduleRow, ...]:
    """The schedule as it stands: settled interest where the due day has come, expected interest ahead."""
    rows: list[ScheduleRow] = []
    running = bool(book.debt)
    ahead = {one.number: one for one in expected(book)} if running else {}
    balance = Money.total(due.principal for due in book.dues)
    for due in book.dues:
        following = ahead.get(due.number)
        principal = following.principal if following else due.principal
        balance -= principal
        rows.append(
            ScheduleRow(
                due.number,
                due.due_on,
                due.grace_until_on,
                principal,
                following.interest if following else due.interest,
                due.principal_paid,
                due.interest_paid,
                balance,
                _state(due, book.delay_day, closed=not running),
            )
        )
    return tuple(rows)


def _state(due: Due, day: date, *, closed: bool) -> RowState:
    if closed or (due.due_on <= day and not due.left):
        return RowState.PAID
    if due.is_late(day):
        return RowState.OVERDUE
    return RowState.DUE if due.due_on <= day else RowState.AHEAD


def next_payment(book: Book) -> NextPayment | None:
    """What to pay next; None when nothing is owed. After the last due day everything is owed at once."""
    if not book.debt:
        return None
    claimed = [due for due in book.dues if due.number < book.period and (due.left or due.penalty_left)]
    principal = Money.total(due.principal_left for due in claimed)
    interest = Money.total(due.interest_left for due in claimed)
    penalty = book.penalty + Money.total(due.penalty_left for due in claimed)
    following = book.next_due
    payable = next((due for due in claimed if not due.is_late(book.delay_day)), None)
    if following is None:
        interest += book.period_accrued - book.period_paid
    elif payable is None:
        carried = expected(book)[0]
        principal += carried.principal - following.principal_paid
        interest += carried.interest - following.interest_paid
        penalty += following.penalty_left
    asked = payable or following
    due_on, last_on = (asked.due_on, asked.grace_until_on) if asked else (book.accrued_on, book.accrued_on)
    return NextPayment(due_on, last_on, principal, interest, penalty, book.credit)


def overdue(book: Book) -> tuple[Money, Money, int]:
    """Overdue principal, overdue interest, and for how many days."""
    late = [due for due in book.dues if due.is_late(book.delay_day)]
    return (
        Money.total(due.principal_left for due in late),
        Money.total(due.interest_left for due in late),
        days_past_due(book, book.accrued_on),
    )
