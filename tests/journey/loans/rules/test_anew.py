"""Instalments made anew, against the schedule's own arithmetic: a change of what is left is a loan of what is left."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from nesie.foundation.terms.rules import Method, PeriodInterest, Schedule, Terms, Unit, rest, schedule, shortened
from nesie.journey.loans import rules
from nesie.journey.loans.rules import Book, Keep, Wish
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from tests.journey.loans.rules.thousandth import DAY, LAW, OPENED_ON, TERMS, after, feb, mar, opened, paid, t, to

LEVEL = replace(TERMS, method=Method.ANNUITY, principal_parts=None, instalments=6)
FORMS: dict[str, Terms] = {
    "annuity": LEVEL,
    "annuity, whole tenge": replace(LEVEL, payment_step=t(1)),
    "annuity, a hundred tenge": replace(LEVEL, payment_step=t(100)),
    "annuity, months": replace(LEVEL, unit=Unit.MONTHS, every=1),
    "annuity, equal months": replace(LEVEL, unit=Unit.MONTHS, every=1, period_interest=PeriodInterest.EQUAL),
    "annuity, balloon": replace(LEVEL, balloon=t(40_000)),
    "annuity, grace": replace(LEVEL, grace_principal=3),
    "annuity, both": replace(LEVEL, grace_principal=3, balloon=t(40_000)),
    "differentiated": replace(LEVEL, method=Method.DIFFERENTIATED),
    "differentiated, balloon": replace(LEVEL, method=Method.DIFFERENTIATED, balloon=t(40_000), payment_step=t(100)),
    "differentiated, grace": replace(LEVEL, method=Method.DIFFERENTIATED, grace_principal=3),
    "bullet": replace(LEVEL, method=Method.BULLET),
    "without interest": replace(LEVEL, annual_rate=Rate.percent(0)),
}
DAYS = (OPENED_ON, feb(6), feb(12), feb(17))


def on_time(terms: Terms, day: date) -> tuple[Book, Schedule]:
    """The loan on a day, everything paid that fell due."""
    plan = schedule(terms, OPENED_ON)
    book = opened(terms, replace(LAW, stop_days=None))
    for row in plan.rows:
        if row.due_on <= day:
            book = to(row.due_on, book)
            book = after(book, paid(book, str(row.payment.tiyn / 100)))
    book = to(day, book)
    assert (book.credit, rules.claims(book)) == (ZERO, ())
    return book, plan


def standing(book: Book) -> Fraction:
    """Interest of the running period so far, exact."""
    return Fraction(rules.bases(book).numerator * book.period_weight, rules.bases(book).denominator)


def ahead(book: Book) -> list[tuple[date, Money]]:
    return [(due.due_on, due.principal) for due in book.dues[book.period - 1 :]]


def rows(plan: Schedule) -> list[tuple[date, Money]]:
    return [(row.due_on, row.principal) for row in plan.rows]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("day", DAYS)
def test_smaller_payments_are_the_schedule_of_what_is_left(form: str, day: date) -> None:
    book, plan = on_time(FORMS[form], day)
    left = book.principal - t(25_000)
    done = after(book, paid(book, 25_000, wish=Wish.REDUCE_PAYMENT))
    accrued = standing(book)
    wanted = rest(FORMS[form], plan, day, left, accrued=accrued)
    near(done, schedule(wanted, day, accrued=accrued), FORMS[form])


@pytest.mark.parametrize("form", [form for form, terms in FORMS.items() if terms.method is not Method.BULLET])
@pytest.mark.parametrize("day", DAYS)
def test_a_shorter_term_keeps_the_payment(form: str, day: date) -> None:
    book, plan = on_time(FORMS[form], day)
    done = after(book, paid(book, 45_000, wish=Wish.REDUCE_TERM))
    accrued = standing(book)
    if FORMS[form].balloon is None:
        wanted = shortened(FORMS[form], plan, day, done.principal, accrued=accrued)
        found = rows(schedule(wanted, day, accrued=accrued))
        assert [day for day, _ in ahead(done)] == [day for day, _ in found]
        close(ahead(done), found)
    # By the agreed payments in any case: each but the last is what it was, or nothing is left for it.
    was = [row.payment for row in plan.rows[book.period - 1 :]]
    now = [one.principal + one.interest for one in rules.expected(done)]
    if FORMS[form].method is Method.ANNUITY and FORMS[form].balloon is None:
        grace = max(0, FORMS[form].grace_principal - book.period + 1)
        kept = list(zip(was, now, strict=False))[grace : len(now) - 1]
        assert all(abs((a - b).tiyn) <= 1 for a, b in kept if b > t(1))


@pytest.mark.parametrize("form", [form for form, terms in FORMS.items() if terms.annual_rate.ratio])
@pytest.mark.parametrize("day", DAYS)
def test_another_rate_over_the_same_days_is_the_schedule_at_that_rate(form: str, day: date) -> None:
    book, plan = on_time(FORMS[form], day)
    lower = Rate.percent("18.25")
    done = after(book, rules.RateChanged(ref="r", on=day, rate=lower, keep=Keep.TERM))
    assert (done.annual_rate, done.period_weight) == (lower, 0)
    accrued = Fraction(book.period_accrued.tiyn)
    wanted = rest(replace(FORMS[form], annual_rate=lower), plan, day, book.principal, accrued=accrued)
    near(done, schedule(wanted, day, accrued=accrued), FORMS[form])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("day", DAYS)
def test_more_money_over_the_same_days_is_the_schedule_of_all_of_it(form: str, day: date) -> None:
    book, plan = on_time(FORMS[form], day)
    done = after(book, rules.TranchePaid(ref="m", on=day, amount=t(60_000)))
    accrued = standing(book)
    wanted = rest(FORMS[form], plan, day, book.principal + t(60_000), accrued=accrued)
    near(done, schedule(wanted, day, accrued=accrued), FORMS[form])


def near(done: Book, plan: Schedule, terms: Terms) -> None:
    """The same days, and payments by the nearest multiple of the step: of the two nearest it may be the other."""
    assert [day for day, _ in ahead(done)] == [row.due_on for row in plan.rows]
    assert sum(part.tiyn for _, part in ahead(done)) == plan.totals.principal.tiyn
    now = [one.principal + one.interest for one in rules.expected(done)]
    step = terms.payment_step.tiyn
    for number, (mine, row) in enumerate(zip(now, plan.rows, strict=True)):
        slack = step if number < len(now) - 1 else step * len(now)
        assert abs(mine.tiyn - row.payment.tiyn) <= slack + 1, number
    level = {payment for payment, (_, part) in list(zip(now, ahead(done), strict=True))[:-1] if part}
    if terms.method is Method.ANNUITY and terms.payment_step > Money(1):
        assert all(payment.tiyn % step == 0 for payment in level)
        assert len(level) <= 1
    if step == 1:
        close(ahead(done), rows(plan), of=len(now) + 1)


def close(mine: list[tuple[date, Money]], other: list[tuple[date, Money]], of: int = 2) -> None:
    assert len(mine) == len(other)
    for (_, one), (_, another) in zip(mine, other, strict=True):
        assert abs((one - another).tiyn) <= of


class TestByHead:
    """Without interest everything is by head: 120,000 in six parts of 20,000."""

    free = FORMS["without interest"]

    def parts(self, event: rules.AnyEvent, terms: Terms | None = None, **more: Any) -> list[int]:
        book = after(opened(terms or self.free, **more), event)
        return [due.principal.tiyn // 100 for due in book.dues]

    @pytest.mark.parametrize(
        ("keep", "found"),
        [
            (Keep.TERM, [30_000] * 6),
            (Keep.PAYMENT, [20_000] * 9),
            (Keep.PRINCIPAL, [20_000] * 5 + [80_000]),
        ],
    )
    def test_sixty_thousand_more_by_what_is_kept(self, keep: Keep, found: list[int]) -> None:
        assert self.parts(rules.TranchePaid(ref="m", on=OPENED_ON, amount=t(60_000), keep=keep)) == found

    def test_a_payment_named_is_kept_and_what_is_left_of_it_comes_last(self) -> None:
        fixed = replace(self.free, method=Method.FIXED_PAYMENT, payment=t(23_000))
        event = rules.TranchePaid(ref="m", on=OPENED_ON, amount=t(50_000), keep=Keep.PAYMENT)
        assert self.parts(event, fixed) == [23_000] * 7 + [9_000]
        book = after(opened(fixed), event)
        assert [due.number for due in book.dues] == list(range(1, 9))
        assert book.dues[7].due_on == OPENED_ON + 80 * DAY

    def test_fewer_where_the_payment_stays(self) -> None:
        book = opened(self.free)
        assert [due.principal for due in after(book, paid(book, 50_000, wish=Wish.REDUCE_TERM)).dues] == [
            t(20_000), t(20_000), t(20_000), t(10_000),
        ]  # fmt: skip

    def test_equal_parts_keep_their_size_or_their_number(self) -> None:
        terms = replace(self.free, method=Method.DIFFERENTIATED, payment_step=t(1_000))
        book = opened(terms)
        assert [due.principal for due in after(book, paid(book, 50_000, wish=Wish.REDUCE_TERM)).dues] == [
            t(20_000), t(20_000), t(20_000), t(10_000),
        ]  # fmt: skip
        assert [due.principal for due in after(book, paid(book, 50_000, wish=Wish.REDUCE_PAYMENT)).dues] == [
            t(11_000)] * 5 + [t(15_000)]  # fmt: skip

    def test_what_stays_for_the_end_stays_while_there_is_so_much(self) -> None:
        balloon = replace(self.free, balloon=t(60_000))
        assert [due.principal for due in opened(balloon).dues] == [t(10_000)] * 5 + [t(70_000)]
        book = opened(balloon)
        found = after(book, paid(book, 30_000, wish=Wish.REDUCE_PAYMENT))
        assert [due.principal for due in found.dues] == [t(5_000)] * 5 + [t(65_000)]
        found = after(book, paid(book, 80_000, wish=Wish.REDUCE_PAYMENT))
        assert [due.principal for due in found.dues] == [ZERO] * 5 + [t(40_000)]

    def test_grace_that_is_left_is_kept_and_no_more(self) -> None:
        grace = replace(self.free, grace_principal=3)
        book = opened(grace)
        found = after(book, paid(book, 30_000, wish=Wish.REDUCE_PAYMENT))
        assert [due.principal for due in found.dues] == [ZERO] * 3 + [t(30_000)] * 3
        book = to(feb(22), book)
        found = after(book, paid(book, 30_000, wish=Wish.REDUCE_PAYMENT))
        assert [due.principal for due in found.dues] == [ZERO] * 3 + [t(30_000)] * 3
        book = to(mar(4), book)
        found = after(book, paid(book, 30_000, wish=Wish.REDUCE_PAYMENT))
        assert [due.principal for due in found.dues[3:]] == [t(30_000)] * 3

    def test_after_a_new_schedule_neither_grace_nor_balloon_of_the_old_one_counts(self) -> None:
        terms = replace(self.free, method=Method.DIFFERENTIATED, grace_principal=3, balloon=t(40_000))
        days = [OPENED_ON + number * 10 * DAY for number in (1, 2, 3, 4)]
        rows = tuple(rules.PlanRow(day, day, t(30_000)) for day in days)
        event = rules.Rescheduled(ref="n", on=OPENED_ON, change=rules.Change.PROLONGED, rows=rows)
        book = after(opened(terms), event)
        found = after(book, paid(book, 60_000, wish=Wish.REDUCE_PAYMENT))
        assert [due.principal for due in found.dues] == [t(15_000)] * 4

    def test_more_money_when_nothing_is_ahead_is_due_a_step_on(self) -> None:
        book = to(OPENED_ON + 62 * DAY, opened(self.free))
        assert book.next_due is None
        found = after(book, rules.TranchePaid(ref="m", on=book.accrued_on, amount=t(7_000)))
        last = OPENED_ON + 72 * DAY
        assert found.dues[6] == rules.Due(7, last, last, t(7_000))
        assert (found.period, found.period_from) == (7, OPENED_ON + 62 * DAY)

    def test_more_money_over_rows_of_its_own(self) -> None:
        rows = (rules.PlanRow(mar(1), mar(2), t(100_000)), rules.PlanRow(mar(9), mar(9), t(80_000)))
        book = to(feb(20), opened(replace(self.free, annual_rate=TERMS.annual_rate)))
        found = after(book, rules.TranchePaid(ref="m", on=feb(20), amount=t(60_000), rows=rows))
        left = book.principal - book.dues[0].principal + t(60_000)
        assert [(due.number, due.due_on) for due in found.dues] == [(1, feb(12)), (2, mar(1)), (3, mar(9))]
        assert found.dues[0] == book.dues[0]
        assert found.dues[1].principal + found.dues[2].principal == left
        assert (found.period, found.period_from, found.period_accrued) == (2, None, book.period_accrued)

    def test_level_payments_become_what_the_new_rows_come_to(self) -> None:
        book = opened(LEVEL, level=True)
        found = after(book, paid(book, 60_000, wish=Wish.REDUCE_PAYMENT))
        payments = {due.payment for due in found.dues}
        assert None not in payments
        for due, one in zip(found.dues, rules.expected(found), strict=True):
            assert due.payment == one.principal + one.interest

    def test_a_payment_that_would_never_repay_it_leaves_the_rest_for_the_last(self) -> None:
        tiny = replace(TERMS, method=Method.FIXED_PAYMENT, principal_parts=None, payment=t(1_100))
        book = rules.open_book(opened(tiny).facts, schedule(TERMS, OPENED_ON), _EVERY)
        found = after(book, rules.TranchePaid(ref="m", on=OPENED_ON, amount=t(1_000), keep=Keep.PAYMENT))
        assert len(found.dues) == 4
        assert found.dues[3].principal == t(121_000)


class _Every:
    def working_day_from(self, day: date) -> date:
        return day


_EVERY = _Every()


def test_what_is_to_come_counts_a_known_standstill() -> None:
    halted = rules.Halted(ref="h", on=feb(4), halt=rules.HaltKind.CONSCRIPT, until=feb(8))
    book = after(to(feb(3)), halted)
    assert [one.interest for one in rules.expected(book)] == [t(600), t(900), t(600), t(300)]
    assert rules.expected(book)[0].interest == to(feb(12), book).dues[0].interest
    later = rules.Halted(ref="h", on=feb(4), halt=rules.HaltKind.CONSCRIPT, until=feb(14))
    found = rules.expected(after(to(feb(3)), later))
    assert [one.interest for one in found] == [t(120), t(720), t(600), t(300)]
    collector = rules.Halted(ref="h", on=feb(14), halt=rules.HaltKind.COLLECTOR, until=feb(15))
    assert rules.expected(after(to(feb(13)), collector))[0].interest == t(960)
    open_end = rules.Halted(ref="h", on=feb(4), halt=rules.HaltKind.CONSCRIPT)
    assert rules.expected(after(to(feb(3)), open_end))[0].interest == t(1200)


def test_what_is_to_come_if_the_arrears_are_paid_today() -> None:
    book = to(feb(24))
    assert [one.interest for one in rules.expected(book)] == [t(1200), t(300)]
    assert [one.interest for one in rules.expected(book, arrears_paid=True)] == [t(240 + 8 * 60), t(300)]
    plan = rules.plan_ahead(book)
    assert [(row.due_on, row.principal, row.interest) for row in plan.rows] == [
        (feb(24), t(60_000), ZERO), (mar(4), t(30_000), t(720)), (mar(14), t(30_000), t(300)),
    ]  # fmt: skip
    assert [row.balance for row in plan.rows] == [t(60_000), t(30_000), ZERO]
    late = rules.arrears(book)
    assert (late.principal, late.interest, late.penalty) == (t(60_000), t(2400), t(2028))
    assert rules.running_interest(book) == t(240)
    ended = to(mar(20), opened(delay=replace(LAW, stop_days=None)))
    assert rules.arrears(ended).interest == t(4 * 1200 + 720)
    assert rules.running_interest(ended) == ZERO


def test_another_rate_after_the_last_day_touches_no_instalment() -> None:
    book = to(mar(20), opened(delay=replace(LAW, stop_days=None)))
    done = after(book, rules.RateChanged(ref="r", on=mar(20), rate=Rate.percent("18.25")))
    assert done.dues == book.dues
    assert (done.period_accrued, done.interest) == (book.period_accrued, book.interest)
    assert to(mar(21), done).interest - done.interest == t(60)


def test_what_was_paid_ahead_is_no_more_to_come() -> None:
    book = to(feb(6))
    done = after(book, paid(book, 40_000, wish=Wish.AHEAD))
    plan = rules.plan_ahead(done)
    assert [(row.principal, row.interest, row.balance) for row in plan.rows] == [
        (ZERO, t(480 + 6 * 80), t(80_000)), (t(20_000), t(800), t(60_000)), (t(30_000), t(600), t(30_000)),
        (t(30_000), t(300), ZERO),
    ]  # fmt: skip
    row = (rules.PlanRow(mar(6), mar(6), t(120_000), t(480)),)
    carried = after(book, rules.Rescheduled(ref="x", on=feb(6), change=rules.Change.PROLONGED, rows=row))
    assert rules.plan_ahead(carried).rows[0].interest == t(480 + 28 * 120)
    assert rules.plan_ahead(carried, without_carried=True).rows[0].interest == t(28 * 120)
    assert rules.running_interest(carried) == ZERO
    next_one = rules.next_payment(done)
    assert next_one is not None
    assert (next_one.principal, next_one.interest) == (ZERO, t(960))


def test_another_schedule_is_told_from_the_same() -> None:
    book = to(feb(6))
    assert not rules.reschedules(book, to(feb(13), book))
    assert not rules.reschedules(book, after(book, paid(book, 500)))
    assert rules.reschedules(book, after(book, paid(book, 500, wish=Wish.REDUCE_PAYMENT)))
    assert rules.reschedules(book, after(book, rules.RateChanged(ref="r", on=feb(6), rate=Rate.percent(9))))
    assert not rules.reschedules(book, after(book, paid(book, 120_480)))
    last = to(mar(14), opened(delay=replace(LAW, stop_days=None)))
    assert not rules.reschedules(book, last)
