"""Every form of product on real PostgreSQL, from the first day to the last.

Some ninety loans stand in one database: under each form of product a client who pays to the day, a silent one, and by
turns one who is late, one who pays in parts and one in a hurry (all three under `make soak`). The day close takes them
all through five months with a year's end and a 29th of February. Whenever anything happened to a loan, its book is that
of the pure rules from its events alone; who pays to the day pays what the schedule said, to the tiyn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

import pytest

from nesie.foundation.ledger import actions as ledger_actions
from nesie.foundation.ledger import queries as ledger
from nesie.foundation.ledger.rules import Chart, Entry, credit, debit
from nesie.foundation.norms import queries as norms
from nesie.foundation.norms.rules import Calendar
from nesie.foundation.terms import rules as terms
from nesie.foundation.terms.rules import (
    DayCount,
    Method,
    NonWorkingDay,
    PeriodInterest,
    ProductClass,
    ProductDraft,
    ProductVersionView,
    Schedule,
    Unit,
)
from nesie.journey.contracts.rules import ContractTerms
from nesie.journey.loans import queries, rules
from nesie.journey.loans.actions import opening
from nesie.journey.loans.actions.recording import record
from nesie.kernel.ids import ApplicationId, ClientId, ContractId, LoanId, ProductVersionId, ReceiptId, new_id
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from tests.examples import examples
from tests.journey.loans.books import at, close_days, rolled_back

DAY = timedelta(days=1)
OPENED_ON = date(2027, 11, 30)
LAST_DAY = date(2028, 4, 28)
AMOUNT = Money.tenge(150_001)

MONTHLY = ProductDraft(
    code="form",
    product_class=ProductClass.GENERAL,
    names={"kk": "Несие", "ru": "Заём", "en": "Loan"},
    annual_rate=Rate.percent("36.5"),
    least_amount=AMOUNT,
    most_amount=AMOUNT,
    least_term=4,
    most_term=4,
    unit=Unit.MONTHS,
    single_payment=False,
    methods=(Method.ANNUITY,),
    valid_from=OPENED_ON,
    payment_step=Money.tenge(1),
)
EQUAL = replace(MONTHLY, period_interest=PeriodInterest.EQUAL)
FORMS: dict[str, ProductDraft] = {
    "annuity": MONTHLY,
    "annuity, equal months": EQUAL,
    "differentiated, 30/360": replace(MONTHLY, methods=(Method.DIFFERENTIATED,), day_count=DayCount.THIRTY_360),
    "flat": replace(MONTHLY, methods=(Method.FLAT,)),
    "flat, equal months, balloon": replace(EQUAL, methods=(Method.FLAT,), balloon=Rate.of("0.3")),
    "flat, coarse step": replace(MONTHLY, methods=(Method.FLAT,), payment_step=Money.tenge(90_000)),
    "custom parts": replace(MONTHLY, methods=(Method.CUSTOM,), parts=(1, 1, 2)),
    "custom parts, some nothing": replace(MONTHLY, methods=(Method.CUSTOM,), parts=(0, 3), day_count=DayCount.ACT_360),
    "fixed payment": replace(MONTHLY, methods=(Method.FIXED_PAYMENT,)),
    "bullet": replace(MONTHLY, methods=(Method.BULLET,)),
    "bullet, interest grace": replace(MONTHLY, methods=(Method.BULLET,), grace_interest=2),
    "one payment": replace(MONTHLY, unit=Unit.DAYS, single_payment=True, least_term=30, most_term=30),
    "principal grace": replace(MONTHLY, grace_principal=2),
    "interest grace": replace(MONTHLY, grace_interest=2, day_count=DayCount.ACT_ACT),
    "both graces, balloon": replace(EQUAL, grace_principal=2, grace_interest=1, balloon=Rate.of("0.25")),
    "flat, interest grace": replace(MONTHLY, methods=(Method.FLAT,), grace_interest=2),
    "balloon": replace(MONTHLY, balloon=Rate.of("0.5")),
    "balloon, differentiated": replace(MONTHLY, methods=(Method.DIFFERENTIATED,), balloon=Rate.of("0.5")),
    "weeks": replace(MONTHLY, unit=Unit.WEEKS, least_term=5, most_term=5),
    "every second week, act/364": replace(
        EQUAL, unit=Unit.WEEKS, every=2, least_term=8, most_term=8, day_count=DayCount.ACT_364
    ),
    "every ten days, moved on": replace(
        MONTHLY, unit=Unit.DAYS, every=10, least_term=50, most_term=50, non_working_day=NonWorkingDay.NEXT
    ),
    "due at month end": replace(MONTHLY, due_day=31),
    "due at month end, equal": replace(EQUAL, due_day=31, day_count=DayCount.THIRTY_360),
    "moved back": replace(MONTHLY, due_day=1, non_working_day=NonWorkingDay.PREVIOUS, day_count=DayCount.ACT_ACT),
    "moved on": replace(MONTHLY, due_day=1, non_working_day=NonWorkingDay.NEXT, methods=(Method.DIFFERENTIATED,)),
    "act/360": replace(MONTHLY, day_count=DayCount.ACT_360),
    "act/364": replace(MONTHLY, day_count=DayCount.ACT_364),
    "act/act": replace(EQUAL, unit=Unit.DAYS, every=25, least_term=100, most_term=100, day_count=DayCount.ACT_ACT),
    "without interest": replace(MONTHLY, annual_rate=Rate.percent(0)),
}


Payer = Callable[["Story", rules.Book], tuple[Money, rules.Wish]]


def claimed(book: rules.Book) -> Money:
    return Money.total(claim.amount for claim in rules.claims(book)) - book.credit


@dataclass
class Story:
    """One loan and the client who pays it. `plan`: by the terms; `began`: as the loan's own rows tell it."""

    form: str
    payer: Payer
    loan_id: LoanId
    plan: Schedule
    began: tuple[Schedule, Calendar]
    paid: list[tuple[date, Money]] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.form} | {self.payer.__name__}"

    @property
    def due_days(self) -> list[date]:
        return [row.due_on for row in self.plan.rows]

    @cached_property
    def comes_on(self) -> frozenset[date]:
        """The only days on which any of the clients pays something."""
        dues = self.due_days
        others = (OPENED_ON + 4 * DAY, dues[0] + DAY, dues[-1] + 14 * DAY, LAST_DAY)
        return frozenset((*dues, *(due + 6 * DAY for due in dues), *others))


def to_the_day(story: Story, book: rules.Book) -> tuple[Money, rules.Wish]:
    return (claimed(book) if book.accrued_on in story.due_days else ZERO), rules.Wish.KEEP


def late(story: Story, book: rules.Book) -> tuple[Money, rules.Wish]:
    """Six days after each instalment whatever is claimed then; by the end all that is left."""
    return (claimed(book) if book.accrued_on - 6 * DAY in story.due_days else ZERO), rules.Wish.KEEP


def in_parts(story: Story, book: rules.Book) -> tuple[Money, rules.Wish]:
    """Three fifths on each due day, and a fortnight after the last one the rest."""
    if book.accrued_on in story.due_days:
        return Money(claimed(book).tiyn * 3 // 5), rules.Wish.KEEP
    return (book.debt if book.accrued_on == story.due_days[-1] + 14 * DAY else ZERO), rules.Wish.KEEP


def silent(story: Story, book: rules.Book) -> tuple[Money, rules.Wish]:
    """Nothing, until what may be demanded of most of these loans has stopped growing."""
    return (book.debt - book.credit if book.accrued_on == LAST_DAY else ZERO), rules.Wish.KEEP


def in_a_hurry(story: Story, book: rules.Book) -> tuple[Money, rules.Wish]:
    """A third of the loan on the fourth day for smaller payments, some more after the first one for fewer of them."""
    if book.accrued_on == OPENED_ON + 4 * DAY:
        return Money(AMOUNT.tiyn // 3), rules.Wish.REDUCE_PAYMENT
    if len(story.due_days) > 1 and book.accrued_on == story.due_days[0] + DAY:
        return min(Money(AMOUNT.tiyn // 10), book.debt), rules.Wish.REDUCE_TERM
    return to_the_day(story, book)


BY_TURNS = (late, in_parts, in_a_hurry)


def payers() -> Iterator[tuple[str, Payer]]:
    for number, form in enumerate(FORMS):
        whoever = BY_TURNS if examples(10) > 10 else (BY_TURNS[number % len(BY_TURNS)],)
        yield from ((form, payer) for payer in (to_the_day, silent, *whoever))


def opened(form: str, payer: Payer) -> Story:
    """A loan of a contract under the product, its money paid out through the clearing account."""
    draft = FORMS[form]
    terms.check_form(draft)
    version = ProductVersionView(ProductVersionId(new_id()), 1, draft, released=True)
    wanted = terms.terms_for(version, amount=AMOUNT, term=draft.least_term, method=draft.methods[0])
    number = str(new_id())[-16:]
    agreed = ContractTerms(
        ContractId(new_id()), ClientId(new_id()), ApplicationId(new_id()), number, OPENED_ON, wanted,
        account_id=None, disbursement_method="bank", consumer=True, secured=False,
    )  # fmt: skip
    facts = opening.facts_of(agreed, AMOUNT, OPENED_ON)
    out = (*debit(Chart.DISBURSEMENTS_IN_TRANSIT, AMOUNT, facts.contract_id), *credit(Chart.CHARTER_CAPITAL, AMOUNT))
    ledger_actions.post(Entry(f"out:{number}", out, OPENED_ON, "test", facts.loan_id), at(OPENED_ON))
    opening.write_loan(facts, wanted, at(OPENED_ON))
    plan = terms.schedule(wanted, OPENED_ON, calendar=norms.calendar())
    return Story(form, payer, facts.loan_id, plan, queries.opening_plan(facts.loan_id))


def pay(story: Story, book: rules.Book, amount: Money, wish: rules.Wish) -> None:
    day, receipt_id = book.accrued_on, ReceiptId(new_id())
    booked = (*debit(Chart.FUNDING, amount), *credit(Chart.RECEIPTS_UNALLOCATED, amount, book.facts.contract_id))
    ledger_actions.post(Entry(f"receipt:{receipt_id}", booked, day, "test", receipt_id), at(day))
    event = rules.Received(ref=f"receipt:{receipt_id}", on=day, amount=amount, wish=wish)
    record(story.loan_id, event, at(day), receipt_id=receipt_id)
    story.paid.append((day, amount))


def by_its_events(story: Story, book: rules.Book) -> rules.Life:
    return rules.replay(book.facts, *story.began, queries.events(story.loan_id), book.accrued_on)


def read(stories: list[Story]) -> Iterator[tuple[Story, rules.Book]]:
    by_id = {story.loan_id: story for story in stories}
    return ((by_id[book.facts.loan_id], book) for book in queries.books(by_id))


def lived(stories: list[Story]) -> list[str]:
    """The five months; and every day on which a book was not that of its events."""
    wrong: list[str] = []
    day = OPENED_ON
    running = stories
    while day < LAST_DAY:
        day += DAY
        close_days(day)
        touched = []
        for story, book in read([story for story in running if day in story.comes_on]):
            amount, wish = story.payer(story, book)
            if amount > ZERO:
                pay(story, book, amount, wish)
                touched.append(story)
        looked_at = list(read(touched))
        wrong += [f"{story} {day}" for story, book in looked_at if by_its_events(story, book).book != book]
        ended = {story.loan_id for story, book in looked_at if book.status is not rules.Status.ACTIVE}
        running = [story for story in running if story.loan_id not in ended]
    assert not running, [str(story) for story in running]
    return wrong


@pytest.mark.clause("7.5", "8.3", "8.4")
def test_every_form_of_product_lives_in_the_database_as_in_the_rules(db: None) -> None:
    with rolled_back():
        stories = [opened(*one) for one in payers()]
        assert lived(stories) == []
        assert queries.differences() == ()
        assert ledger.trial_balance(LAST_DAY).difference == ZERO
        for story, book in read(stories):
            assert (book.debt, book.credit, book.status) == (ZERO, ZERO, rules.Status.CLOSED), story
            life = by_its_events(story, book)
            assert queries.days_written(story.loan_id) == life.days, story
            if story.payer is to_the_day:
                plan = story.plan
                assert story.paid == [(row.due_on, row.payment) for row in plan.rows if row.payment], story
                assert Money.total(day.interest for day in life.days) == plan.totals.interest, story
                assert [due.interest for due in book.dues] == [row.interest for row in plan.rows], story
            penalties = Money.total(day.penalty for day in life.days)
            assert (penalties > ZERO) is (story.payer in (late, in_parts, silent)), story
