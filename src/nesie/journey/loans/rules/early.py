"""What an early payment in part would change: smaller payments or fewer of them, side by side before the choice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nesie.journey.loans.rules.book import Book
from nesie.journey.loans.rules.events import Received
from nesie.journey.loans.rules.paying import PRINCIPAL, Wish, claims
from nesie.journey.loans.rules.position import ScheduleRow, schedule_rows
from nesie.journey.loans.rules.replay import apply
from nesie.kernel.money import ZERO, Money
from nesie.kernel.refused import Refused, noop

WAYS = (Wish.REDUCE_PAYMENT, Wish.REDUCE_TERM)


class NothingEarly(Refused):
    """The amount does not go beyond what is claimed today, so nothing of it is early."""

    message = noop("Nothing of this amount would be early: {claimed} has to be paid today already.")


class ClosesTheLoan(Refused):
    """The amount covers the whole debt."""

    message = noop("This amount repays the whole loan: there is no choice to make.")


@dataclass(frozen=True, slots=True)
class EarlyWay:
    """One way of using an early payment. `wish` is None for the schedule without it.

    Attributes:
        rows: the instalments ahead.
        applied: what of the payment goes to principal of instalments ahead.
        interest: of the instalments ahead, if each is paid on its day.
        saved: by how much that is less than without the payment.
    """

    wish: Wish | None
    rows: tuple[ScheduleRow, ...]
    applied: Money
    interest: Money
    saved: Money

    @property
    def ends_on(self) -> date:
        """The last due day."""
        return self.rows[-1].due_on

    @property
    def payment(self) -> Money:
        """The next payment by the schedule."""
        return self.rows[0].payment

    @property
    def payments(self) -> tuple[Money, Money]:
        """The smallest and the largest of the whole payments ahead: the first is of the broken period, the last takes
        what rounding left; of one or two instalments these are all."""
        whole = self.rows[1:-1] or self.rows
        return min(row.payment for row in whole), max(row.payment for row in whole)


def early_ways(book: Book, amount: Money) -> tuple[EarlyWay, ...]:
    """The schedule as it is, and by each wish, if so much comes in on the day of the book.

    Raises NothingEarly, ClosesTheLoan.
    """
    if amount + book.credit >= book.debt:
        raise ClosesTheLoan(field="amount")
    now = _way(None, book, ZERO, None)
    found = [now]
    for wish in WAYS:
        done = apply(book, Received(ref="early", on=book.accrued_on, amount=amount, wish=wish))
        applied = Money.total(
            part.amount
            for move in done.moves
            for part in move.paid
            if part.number is None and part.component in PRINCIPAL
        )
        if not applied:
            raise NothingEarly(field="amount", claimed=Money.total(claim.amount for claim in claims(book)))
        found.append(_way(wish, done.book, applied, now.interest))
    return tuple(found)


def _way(wish: Wish | None, book: Book, applied: Money, before: Money | None) -> EarlyWay:
    rows = tuple(row for row in schedule_rows(book) if row.number >= book.period and row.payment)
    interest = Money.total(row.interest for row in rows)
    return EarlyWay(wish, rows, applied, interest, before - interest if before is not None else ZERO)
