"""Whatever a product offers, a loan under it costs what its schedule said: from the offer to the last payment. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from nesie.foundation.norms.rules import Calendar
from nesie.foundation.terms.rules import (
    ConditionsUnfit,
    DayCount,
    LimitsInDisorder,
    Method,
    NonWorkingDay,
    PeriodInterest,
    ProductClass,
    ProductDraft,
    ProductVersionView,
    Schedule,
    TermNotWhole,
    Terms,
    TermsUnfit,
    Unit,
    check_form,
    schedule,
    terms_for,
)
from nesie.journey.loans.rules import (
    Book,
    Change,
    DelayNorms,
    LoanFacts,
    PlanRow,
    Received,
    Rescheduled,
    Status,
    Wish,
    accrue_day,
    apply,
    bases,
    expected,
    fields_of,
    open_book,
    replay,
    schedule_rows,
    unusual,
)
from nesie.kernel.ids import ClientId, ContractId, LoanId, ProductVersionId, new_id
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate

CALENDAR = Calendar({})
PLAIN = ProductDraft(
    code="any",
    product_class=ProductClass.GENERAL,
    names={"kk": "Несие", "ru": "Заём", "en": "Loan"},
    annual_rate=Rate.percent(36),
    least_amount=Money.tenge(1_000),
    most_amount=Money.tenge(5_000_000),
    least_term=1,
    most_term=24,
    unit=Unit.MONTHS,
    single_payment=False,
    methods=(Method.ANNUITY,),
    valid_from=date(2026, 1, 5),
)
DELAY = DelayNorms(Decimal("0.005"), Decimal("0.0003"), 90, Decimal("0.1"), 90)


@st.composite
def products(draw: st.DrawFn) -> tuple[ProductDraft, int, Money, date]:
    """A product's conditions, and a loan asked for under it."""
    every = draw(st.sampled_from([1, 1, 2, 3]))
    term = draw(st.integers(1, 12)) * every
    draft = replace(
        PLAIN,
        annual_rate=draw(st.sampled_from([Rate.percent("36.5"), Rate.percent(0), Rate.percent("12.37")])),
        methods=(draw(st.sampled_from(Method)),),
        unit=draw(st.sampled_from(Unit)),
        every=every,
        least_term=term,
        most_term=term,
        day_count=draw(st.sampled_from(DayCount)),
        payment_step=draw(st.sampled_from([Money(1), Money.tenge(1), Money.tenge(100)])),
        fixed_payment_step=Money.tenge(10),
        period_interest=draw(st.sampled_from(PeriodInterest)),
        due_day=draw(st.sampled_from([None, None, 1, 15, 31])),
        non_working_day=draw(st.sampled_from(NonWorkingDay)),
        grace_principal=draw(st.integers(0, 3)),
        grace_interest=draw(st.integers(0, 3)),
        balloon=draw(st.sampled_from([None, None, Rate.of("0.3")])),
        parts=draw(st.sampled_from([(1,), (1, 1, 2), (0, 3)])),
    )
    amount = draw(st.integers(100_000, 200_000_000))
    opened_on = draw(st.dates(date(2024, 1, 28), date(2028, 3, 2)))
    return draft, term, Money(amount), opened_on


def terms_of(draft: ProductDraft, term: int, amount: Money, opened_on: date) -> tuple[Terms, Schedule]:
    """What is agreed, when the conditions give a schedule at all."""
    try:
        check_form(draft)
        version = ProductVersionView(ProductVersionId(new_id()), 1, draft, released=True)
        terms = terms_for(version, amount=amount, term=term, method=draft.methods[0])
        return terms, schedule(terms, opened_on, calendar=CALENDAR)
    except (ConditionsUnfit, LimitsInDisorder, TermNotWhole, TermsUnfit):
        assume(False)
        raise


def opened(terms: Terms, plan: Schedule) -> tuple[LoanFacts, Book]:
    facts = LoanFacts(
        loan_id=LoanId(new_id()),
        contract_id=ContractId(new_id()),
        client_id=ClientId(new_id()),
        number="2026-000001-1",
        amount=terms.principal,
        annual_rate=terms.annual_rate,
        day_count=terms.day_count,
        opened_on=plan.disbursed_on,
        contract_on=plan.disbursed_on,
        consumer=True,
        delay=DELAY,
        terms=terms,
    )
    return facts, open_book(facts, plan, CALENDAR)


GRACE = replace(PLAIN, grace_interest=2, grace_principal=2, balloon=Rate.of("0.3"), least_term=6, most_term=6)


class TestAnyProduct:
    @example((GRACE, 6, Money.tenge(100_000), date(2026, 1, 31)))
    @example((replace(GRACE, methods=(Method.FLAT,)), 6, Money.tenge(100_000), date(2026, 1, 31)))
    @given(products())
    def test_paid_by_its_schedule_it_costs_its_schedule_to_the_tiyn(
        self, asked: tuple[ProductDraft, int, Money, date]
    ) -> None:
        terms, plan = terms_of(*asked)
        facts, book = opened(terms, plan)
        assert [(row.interest, row.principal, row.payment) for row in schedule_rows(book)] == [
            (row.interest, row.principal, row.payment) for row in plan.rows
        ], "what is expected on the first day"
        paid = [
            Received(ref=str(row.number), on=row.due_on, amount=row.payment, wish=Wish.KEEP)
            for row in plan.rows
            if row.payment
        ]
        life = replay(facts, plan, CALENDAR, paid, plan.last_due_on)
        assert [(due.principal, due.interest) for due in life.book.dues] == [
            (row.principal, row.interest) for row in plan.rows
        ]
        assert (life.book.debt, life.book.credit, life.book.status) == (ZERO, ZERO, Status.CLOSED)
        assert Money.total(day.interest for day in life.days) == plan.totals.interest

    @example((GRACE, 6, Money.tenge(100_000), date(2026, 1, 31)), 40)
    @given(products(), st.integers(1, 120))
    def test_on_any_day_what_is_expected_makes_up_the_debt_and_the_book_is_stored_and_read_alike(
        self, asked: tuple[ProductDraft, int, Money, date], days: int
    ) -> None:
        terms, plan = terms_of(*asked)
        _, book = opened(terms, plan)
        for _ in range(min(days, (plan.last_due_on - plan.disbursed_on).days - 1)):
            book, _ = accrue_day(book)
            kept = fields_of(unusual(book) or {})
            assert all(getattr(book, name) == value for name, value in kept.items())
        ahead = expected(book)
        assert Money.total(one.principal for one in ahead) + Money.total(
            due.principal for due in book.dues[: book.period - 1]
        ) == terms.principal  # fmt: skip
        pace = bases(book)
        if book.next_due is not None:
            assert pace.next_change_on is not None
            assert pace.next_change_on <= book.next_due.due_on

    @given(products(), st.sampled_from([Wish.REDUCE_PAYMENT, Wish.REDUCE_TERM]), st.integers(1, 9))
    def test_an_early_payment_leaves_a_schedule_that_pays_exactly_the_rest(
        self, asked: tuple[ProductDraft, int, Money, date], wish: Wish, tenths: int
    ) -> None:
        terms, plan = terms_of(*asked)
        _, book = opened(terms, plan)
        amount = Money(terms.principal.tiyn * tenths // 10)
        after = apply(book, Received(ref="early", on=book.accrued_on, amount=amount, wish=wish)).book
        assert after.principal == terms.principal - amount
        assert min(due.principal_left for due in after.dues) >= ZERO
        if len(plan.rows) > terms.grace_principal + 1 and terms.method is Method.ANNUITY:
            kept = after.dues[: terms.grace_principal]
            assert all(due.principal_left == ZERO for due in kept), "grace stays grace"


def test_in_grace_the_interest_is_paid_with_the_first_instalment_after_it() -> None:
    terms, plan = terms_of(GRACE, 6, Money.tenge(100_000), date(2026, 1, 31))
    _, book = opened(terms, plan)
    while book.accrued_on < plan.rows[1].due_on:
        book, _ = accrue_day(book)
    assert [due.interest for due in book.dues[:2]] == [ZERO, ZERO]
    assert book.dues[2].interest == book.interest > ZERO
    assert [row.interest for row in plan.rows[:2]] == [ZERO, ZERO]
    assert schedule_rows(book)[2].interest == plan.rows[2].interest


def test_a_new_schedule_ends_the_grace() -> None:
    terms, plan = terms_of(GRACE, 6, Money.tenge(100_000), date(2026, 1, 31))
    _, book = opened(terms, plan)
    while book.accrued_on < plan.rows[0].due_on:
        book, _ = accrue_day(book)
    owed = book.interest
    first, last = date(2026, 4, 1), date(2026, 5, 1)
    rows = (PlanRow(first, first, Money.tenge(50_000), owed), PlanRow(last, last, Money.tenge(50_000)))
    event = Rescheduled(ref="r", on=book.accrued_on, change=Change.RESTRUCTURED, rows=rows)
    book = apply(book, event).book
    assert book.grace_over
    while book.accrued_on < first:
        book, _ = accrue_day(book)
    assert book.dues[1].interest > owed, "due with its own instalment"


@pytest.mark.parametrize("level", [False, True])
def test_level_payments_are_set_on_the_rows_of_a_new_schedule(level: bool) -> None:
    terms, plan = terms_of(replace(PLAIN, least_term=6, most_term=6), 6, Money.tenge(100_000), date(2026, 1, 5))
    facts, _ = opened(terms, plan)
    book = open_book(replace(facts, level=level), plan, CALENDAR)
    days = (date(2026, 3, 5), date(2026, 4, 5), date(2026, 5, 5))
    rows = tuple(
        PlanRow(day, day, part) for day, part in zip(days, map(Money.tenge, (33_000, 33_000, 34_000)), strict=True)
    )
    event = Rescheduled(ref="r", on=book.accrued_on, change=Change.RESTRUCTURED, rows=rows)
    after = apply(book, event).book
    ahead = expected(after)
    assert [due.payment for due in after.dues] == (
        [one.principal + one.interest for one in ahead] if level else [None] * 3
    )
