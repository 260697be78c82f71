"""A loan on the desk: its book in whole numbers, with sums kept, so that a day costs little however long the schedule.

Everything that moves a loan moves it here; `Book` is its frozen form. `desk.book()` of `Desk(book)` is the same book.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from nesie.foundation.terms import rules as terms
from nesie.journey.loans.rules.book import Book, Due, Goes, Halt, Parts, Status, counted_day
from nesie.journey.loans.rules.norms import contract_year
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate

ONE_DAY = timedelta(days=1)
# Penalties are kept exact in parts of a tiyn; rates of norms have at most as many decimals.
_PENALTY_DIGITS = 8
PENALTY_UNIT = 10**_PENALTY_DIGITS
# Where interest goes when several things stand in its way: the first of these.
_STRICTEST = (Goes.NOTHING, Goes.MEMO, Goes.HELD, Goes.ACCRUED)


class Desk:
    """A book being worked on. Money in tiyn, penalties exact in 1/PENALTY_UNIT of a tiyn.

    Sums kept: `principal_left` of all instalments, `interest_left` and `penalty_left` of the instalments, and of the
    late ones what is left by the rate of penalty. Instalments before index `oldest` are behind us: fallen due and paid.
    """

    def __init__(self, book: Book) -> None:
        facts = book.facts
        self.facts = facts
        self.dues = list(book.dues)
        self.accrued_on = book.accrued_on
        self.period = book.period
        self.period_from = book.period_from
        self.period_weight = book.period_weight
        self.period_accrued = book.period_accrued.tiyn
        self.period_paid = book.period_paid.tiyn
        self.period_held = book.period_held.tiyn
        self.penalty = book.penalty.tiyn
        self.penalty_year = book.penalty_year
        self.penalty_exact: int = _in_units(book.penalty_exact)
        self.penalty_year_accrued = book.penalty_year_accrued.tiyn
        self.credit = book.credit.tiyn
        self.status = book.status
        self.rate = book.rate
        self.issued = book.issued
        self.memo_interest = book.memo_interest.tiyn
        self.memo_penalty = book.memo_penalty.tiyn
        self.halts = book.halts
        self.delay_stopped_since = book.delay_stopped_since
        self.recourse = book.recourse
        self.grace_over = book.grace_over
        self.penalty_rates = book.penalty_rates
        self.first_rate = _in_units(book.delay.first_day_rate)
        self.later_rate = _in_units(book.delay.later_day_rate)
        self.penalty_most: int = facts.delay.most_penalty_a_year(book.amount_issued).tiyn
        self.scale()
        self.turn(self.accrued_on)
        self.scan()

    def book(self) -> Book:
        """The book as it stands now."""
        return Book(
            facts=self.facts,
            dues=tuple(self.dues),
            accrued_on=self.accrued_on,
            period=self.period,
            period_weight=self.period_weight,
            period_accrued=Money(self.period_accrued),
            period_paid=Money(self.period_paid),
            penalty=Money(self.penalty),
            penalty_year=self.penalty_year,
            penalty_exact=Decimal(self.penalty_exact).scaleb(-_PENALTY_DIGITS),
            penalty_year_accrued=Money(self.penalty_year_accrued),
            credit=Money(self.credit),
            status=self.status,
            rate=self.rate,
            issued=self.issued,
            period_from=self.period_from,
            period_held=Money(self.period_held),
            memo_interest=Money(self.memo_interest),
            memo_penalty=Money(self.memo_penalty),
            halts=self.halts,
            delay_stopped_since=self.delay_stopped_since,
            recourse=self.recourse,
            grace_over=self.grace_over,
            penalty_rates=self.penalty_rates,
        )

    # --- sums -------------------------------------------------------------------------------------------------------

    def scan(self) -> None:
        """Reckon all sums anew: after the instalments themselves were changed."""
        dues = self.dues
        self.principal_left = sum(due.principal.tiyn - due.principal_paid.tiyn for due in dues)
        self.interest_left = sum(due.interest.tiyn - due.interest_paid.tiyn for due in dues)
        self.penalty_left = sum(due.penalty.tiyn - due.penalty_paid.tiyn for due in dues)
        self.oldest = 0
        self.pass_paid()
        self.late_end = self.switch_end = self.oldest
        self.late_first = self.late_later = 0
        self.age(counted_day(self.accrued_on, self.delay_stopped_since))

    def pass_paid(self) -> None:
        """Move past the oldest instalments that fell due and are paid."""
        dues, fallen = self.dues, self.period - 1
        while self.oldest < fallen:
            due = dues[self.oldest]
            if due.left.tiyn or due.penalty_left.tiyn or due.held.tiyn:
                return
            self.oldest += 1

    def age(self, counted: date) -> None:
        """Take into the late sums what is late on a day, and into the later rate what is late for long."""
        dues = self.dues
        fallen = self.period - 1
        while self.late_end < fallen and dues[self.late_end].grace_until_on < counted:
            self.late_first += dues[self.late_end].left.tiyn
            self.late_end += 1
        days = self.facts.delay.switch_days
        while self.switch_end < self.late_end and (counted - dues[self.switch_end].grace_until_on).days > days:
            left = dues[self.switch_end].left.tiyn
            self.late_first -= left
            self.late_later += left
            self.switch_end += 1

    def put(self, index: int, due: Due) -> None:
        """One instalment anew, sums with it; not its days."""
        old = self.dues[index]
        self.dues[index] = due
        change = due.left.tiyn - old.left.tiyn
        if index < self.switch_end:
            self.late_later += change
        elif index < self.late_end:
            self.late_first += change
        self.principal_left += due.principal_left.tiyn - old.principal_left.tiyn
        self.interest_left += due.interest_left.tiyn - old.interest_left.tiyn
        self.penalty_left += due.penalty_left.tiyn - old.penalty_left.tiyn

    def overdue_since(self) -> date | None:
        """The last day without delay of the oldest late instalment with something left."""
        for index in range(self.oldest, self.late_end):
            if self.dues[index].left.tiyn:
                return self.dues[index].grace_until_on
        return None

    @property
    def interest(self) -> int:
        """Interest accrued and not paid."""
        return self.interest_left + self.period_accrued - self.period_paid

    @property
    def penalty_owed(self) -> int:
        """All penalty not paid."""
        return self.penalty + self.penalty_left

    @property
    def debt(self) -> int:
        """All that is owed."""
        return self.principal_left + self.interest + self.penalty_owed

    @property
    def parts(self) -> Parts:
        """What is owed, by what it is of."""
        return Parts(Money(self.principal_left), Money(self.interest), Money(self.penalty_owed))

    # --- interest ---------------------------------------------------------------------------------------------------

    def scale(self) -> None:
        """Make ready what a day of the running period weighs, at the rate in force."""
        rate = (self.facts.annual_rate if self.rate is None else self.rate).ratio
        self.day_part: int | None = None
        per_year = terms.DENOMINATOR[self.facts.day_count]
        agreed = self.facts.terms
        if agreed is not None and self.facts.equal_periods and self.period <= len(self.dues):
            start, end = self.period_start, self.dues[self.period - 1].due_on
            days = (end - start).days
            if days:  # what is called is due on the day its period begins
                part = period_part(agreed, start, end)
                self.day_part, per_year = part.numerator, part.denominator * days
        self.numerator, self.denominator = rate.numerator, rate.denominator * per_year
        self.period_rounded = self.rounded(self.period_weight)

    @property
    def period_start(self) -> date:
        """The day the running period began."""
        if self.period_from is not None:
            return self.period_from
        return self.dues[self.period - 2].due_on if self.period > 1 else self.facts.opened_on

    def rounded(self, weight: int) -> int:
        """Interest in tiyn of a weight of the period, half up."""
        return (2 * self.numerator * weight + self.denominator) // (2 * self.denominator)

    @property
    def base(self) -> int:
        """What interest is reckoned from; flat: the amount issued, to the last due day, while any of it is left."""
        if not self.facts.flat or not self.principal_left:
            return self.principal_left
        if self.period > len(self.dues):
            return 0
        return (self.facts.amount if self.issued is None else self.issued).tiyn

    def day_weight(self, start: date, end: date) -> int:
        """Parts of a year in the days after `start` up to `end`, in the units of the running period."""
        if self.day_part is not None:
            return self.day_part * (end - start).days
        return terms.weight(self.facts.day_count, start, end)

    def claimed_part(self, start: date, end: date) -> Fraction:
        """Which part of the weight of the days after `start` up to `end` becomes claims, by the halts known today.

        Days of a halt whose end is not known count as if it ended today: nobody can say otherwise.
        """
        whole = self.day_weight(start, end)
        if not whole:
            return Fraction(1)
        idle, last = 0, start
        for halt in self.halts:
            if halt.until is None or halt.interest not in (Goes.NOTHING, Goes.MEMO):
                continue
            since, until = max(halt.since - ONE_DAY, last), min(halt.until, end)
            if since < until:
                idle += self.day_weight(since, until)
                last = until
        return Fraction(whole - idle, whole)

    # --- what stands still ------------------------------------------------------------------------------------------

    def turn(self, day: date) -> None:
        """Make ready what stands still on a day; see `begin_day` for delay that starts or stops standing still."""
        held = [halt for halt in self.halts if halt.holds(day)]
        wanted = {halt.interest for halt in held}
        self.interest_goes = next((goes for goes in _STRICTEST if goes in wanted), Goes.ACCRUED)
        self.penalty_stopped = any(halt.stops_penalty for halt in held)
        self.delay_stopped = any(halt.stops_delay for halt in held)
        following = [halt.since for halt in self.halts if halt.since > day]
        following += [halt.until + ONE_DAY for halt in self.halts if halt.until is not None and halt.until >= day]
        self.next_turn = min((on for on in following if on > day), default=None)

    def begin_day(self, day: date) -> None:
        """What begins or ends with a day, before anything of it is reckoned."""
        self.turn(day)
        if self.delay_stopped and self.delay_stopped_since is None:
            self.delay_stopped_since = day
        elif not self.delay_stopped and self.delay_stopped_since is not None:
            self._count_delay_again(self.delay_stopped_since, day)

    def _count_delay_again(self, since: date, day: date) -> None:
        """Days on which delay stood still are none of delay; what fell due in them can be paid today without delay."""
        pause = day - since
        for index in range(self.oldest, self.period - 1):
            due = self.dues[index]
            until = due.grace_until_on + pause if due.grace_until_on < since else max(due.grace_until_on, day)
            self.dues[index] = replace(due, grace_until_on=until)
        self.delay_stopped_since = None
        self.scan()

    def halt(self, halt: Halt) -> None:
        """Something stands still from its day on."""
        self.halts = tuple(sorted((*self.halts, halt), key=lambda one: (one.since, one.ref)))
        self.turn(self.accrued_on)

    def release(self, ref: str, last_day: date) -> None:
        """The halt holds to the end of `last_day`; it leaves the book when it never held a day."""
        self.halts = tuple(
            replace(halt, until=last_day) if halt.ref == ref else halt
            for halt in self.halts
            if halt.ref != ref or halt.since <= last_day
        )
        self.turn(self.accrued_on)


def _in_units(exact: Decimal) -> int:
    units = exact.scaleb(_PENALTY_DIGITS)
    if units != int(units):
        raise ValueError(f"more than {_PENALTY_DIGITS} decimals: {exact}")
    return int(units)


def in_penalty_units(rate: Rate) -> int:
    """A rate of penalty a day in 1/PENALTY_UNIT; ValueError when it has more decimals than are kept."""
    units = rate.ratio * PENALTY_UNIT
    if units.denominator != 1:
        raise ValueError(f"more than {_PENALTY_DIGITS} decimals: {rate}")
    return int(units)


def period_part(agreed: terms.Terms, start: date, end: date) -> Fraction:
    """The part of a year an equal period counts for."""
    (part,) = terms.fractions(agreed, start, (end,), (end,))
    return part


def year_of(desk: Desk, day: date) -> int:
    """The contract year of a day."""
    return contract_year(desk.facts.contract_on, day)


def new_rate(desk: Desk, rate: Rate) -> None:
    """Another rate from tomorrow's interest on; what the period cost so far stays as it was rounded."""
    desk.rate = rate
    desk.period_weight = 0
    desk.scale()


def end_all(desk: Desk, status: Status) -> Parts:
    """Take everything owed off the loan; what it was."""
    was = desk.parts
    desk.dues = [
        replace(due, principal=due.principal_paid, interest=due.interest_paid, penalty=due.penalty_paid, held=ZERO)
        for due in desk.dues
    ]
    desk.period = len(desk.dues) + 1
    desk.period_from = None
    desk.period_weight = desk.period_accrued = desk.period_paid = desk.period_held = desk.penalty = 0
    desk.status = status
    desk.scale()
    desk.scan()
    return was
