"""Day by day, in figures that can be checked by head (see `thousandth`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from nesie.foundation.terms.rules import Method, PeriodInterest, Unit
from nesie.journey.loans import rules
from nesie.journey.loans.rules import Component, Goes, HaltKind, RowState, Status
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from tests.journey.loans.rules.thousandth import (
    DAY,
    LAW,
    OPENED_ON,
    TERMS,
    after,
    days_to,
    feb,
    mar,
    opened,
    paid,
    t,
    to,
)

# When nobody pays: principal, interest, overdue, penalty, days past due, memo interest, memo penalty; in tenge.
NOBODY_PAYS = {
    feb(3): (120_000, 120, 0, 0, 0, 0, 0),
    feb(12): (120_000, 120, 0, 0, 0, 0, 0),
    feb(13): (120_000, 120, 31_200, 156, 1, 0, 0),
    feb(22): (120_000, 120, 31_200, 156, 10, 0, 0),
    feb(23): (120_000, 120, 31_200, 156, 11, 0, 0),  # the second may still be paid in time
    feb(24): (120_000, 120, 62_400, 312, 12, 0, 0),
    feb(27): (120_000, 120, 62_400, 312, 15, 0, 0),
    feb(28): (120_000, 120, 62_400, "165.36", 16, 0, 0),  # the first is late for more than 15 days
    mar(4): (120_000, 120, 62_400, "165.36", 20, 0, 0),
    mar(5): (120_000, 0, 0, 0, 21, 120, "321.36"),  # three are late, and nothing is demanded any more
    mar(10): (120_000, 0, 0, 0, 26, 120, "321.36"),  # the second is late for 15 days
    mar(11): (120_000, 0, 0, 0, 27, 120, "174.72"),
    mar(14): (120_000, 0, 0, 0, 30, 120, "174.72"),
    mar(16): (120_000, 0, 0, 0, 32, 120, "174.72"),
    mar(17): (120_000, 0, 0, 0, 33, 120, "324.72"),  # the fourth bears no interest that is claimed
}


def test_each_day_of_a_loan_that_nobody_pays() -> None:
    told = {one.day: one for one in days_to(mar(17))}
    assert [day for day in told] == [OPENED_ON + n * DAY for n in range(1, len(told) + 1)]
    for day, (principal, interest, overdue, penalty, late, memo_interest, memo_penalty) in NOBODY_PAYS.items():
        assert told[day] == rules.DayAccrued(
            day, t(principal), t(interest), t(overdue), t(penalty), late, ZERO, t(memo_interest), t(memo_penalty)
        ), day


def test_where_it_stands_then() -> None:
    book = to(mar(17))
    assert [(due.interest, due.left) for due in book.dues] == [
        (t(1200), t(31_200)), (t(1200), t(31_200)), (t(1200), t(31_200)), (ZERO, t(30_000)),
    ]  # fmt: skip
    assert (book.principal, book.interest, book.debt - book.penalty) == (t(120_000), t(3600), t(123_600))
    assert book.penalty == t(11 * 156 + 4 * 312) + t("165.36") * 5
    assert (book.memo_interest, book.memo_penalty) == (t(13 * 120), t("321.36") * 6 + t("174.72") * 6 + t("324.72"))
    assert (book.period, book.next_due) == (5, None)
    assert rules.overdue(book) == (t(120_000), t(3600), 33)
    assert rules.days_past_due(book, mar(20)) == 36


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (feb(12), [("current_principal", 1, 30_000), ("current_interest", 1, 1200)]),
        (
            feb(23),
            [
                ("overdue_principal", 1, 30_000), ("overdue_interest", 1, 1200), ("current_principal", 2, 30_000),
                ("current_interest", 2, 1200), ("penalty", None, 1716),
            ],
        ),
        (
            feb(24),
            [
                ("overdue_principal", 1, 30_000), ("overdue_interest", 1, 1200), ("overdue_principal", 2, 30_000),
                ("overdue_interest", 2, 1200), ("penalty", None, 2028),
            ],
        ),
    ],
)  # fmt: skip
def test_what_is_claimed(day: date, found: list[tuple[str, int | None, int]]) -> None:
    book = to(day)
    assert [(one.component.value, one.number, one.amount) for one in rules.claims(book)] == [
        (component, number, t(amount)) for component, number, amount in found
    ]
    # All that is owed besides, on that day: principal ahead, then the interest of the period that runs.
    ahead = [(due.number, due.principal) for due in book.dues[book.period - 1 :]]
    running = [] if day in (feb(12), feb(22)) else [(None, t(120) * ((day - book.period_start).days))]
    rest = rules.payoff_claims(book)[len(found) :]
    assert [(one.number, one.amount) for one in rest] == [*ahead, *running]
    assert {one.component for one in rest} <= {Component.CURRENT_PRINCIPAL, Component.CURRENT_INTEREST}


def test_after_the_last_day_interest_runs_on_and_is_claimed_by_itself() -> None:
    book = to(mar(14), opened(delay=replace(LAW, stop_days=None)))
    assert book.dues[3].interest == t(1200)
    book = to(mar(20), book)
    assert (book.period_accrued, book.period_start) == (t(720), mar(14))
    assert rules.claims(book)[-1] == rules.Claim(Component.CURRENT_INTEREST, None, t(720))
    assert rules.claims(book)[-2].component is Component.PENALTY
    following = rules.next_payment(book)
    assert following is not None
    assert (following.due_on, following.grace_until_on) == (mar(20), mar(20))
    assert (following.principal, following.interest) == (t(120_000), t(5520))


def test_penalties_of_a_year_of_the_contract_stop_at_a_tenth() -> None:
    book = opened(delay=replace(LAW, stop_days=None, switch_days=400))
    found = days_to(date(2027, 2, 3), book)
    by_year = {year: sum(one.penalty.tiyn for one in found if one.day < date(2027, 2, 2)) for year in (0,)}
    assert by_year == {0: t(12_000).tiyn}
    last = next(one for one in reversed(found) if one.penalty and one.day < date(2027, 2, 2))
    assert last.penalty < t(624), "the last of them is what was left of it"
    overdue = found[-1].overdue
    assert overdue == t(4 * 31_200)
    assert [one.penalty for one in found[-2:]] == [Money(overdue.tiyn // 200)] * 2, "a new year begins on its very day"
    assert [rules.contract_year(OPENED_ON, day) for day in (date(2027, 2, 1), date(2027, 2, 2), date(2028, 2, 2))] == [
        0, 1, 2,
    ]  # fmt: skip


class TestStandingStill:
    """From the 17th of February to the end of the 20th, by each fact that makes something stand still."""

    @pytest.mark.parametrize(
        ("kind", "interest", "penalty", "late", "goes"),
        [
            (HaltKind.SUSPENSION, 0, 0, 4, "held"),
            (HaltKind.CONSCRIPT, 0, 0, 4, ""),
            (HaltKind.COLLECTOR, 0, 0, 8, "memo_interest"),
            (HaltKind.COURT, 120, 156, 8, ""),
            (HaltKind.BANKRUPTCY, 120, 156, 8, ""),
        ],
    )
    def test_what_does(self, kind: HaltKind, interest: int, penalty: int, late: int, goes: str) -> None:
        halted = rules.Halted(ref="h", on=feb(17), halt=kind, until=feb(20))
        book = after(to(feb(16)), halted)
        assert not book.halts[0].holds(feb(16))
        assert book.halts[0].holds(feb(20))
        assert not book.halts[0].holds(feb(21))
        during, back = days_to(feb(20), book)[-1], days_to(feb(21), book)[-1]
        assert (during.interest, during.penalty, during.days_past_due) == (t(interest), t(penalty), late)
        if goes:
            assert getattr(during, goes) == t(120)
        assert (back.interest, back.penalty) == (t(120), t(156))
        assert back.days_past_due == (5 if late == 4 else 9), "days of the standstill are none of delay"

    def test_what_an_act_says_goes_before_its_kind(self) -> None:
        court = rules.Halted(
            ref="c", on=feb(17), halt=HaltKind.COURT, interest=Goes.NOTHING, stops_penalty=True, stops_delay=False
        )
        day = days_to(feb(18), after(to(feb(16)), court))[-1]
        assert (day.interest, day.penalty, day.days_past_due) == (ZERO, ZERO, 6)

    def test_the_strictest_of_several_holds(self) -> None:
        book = after(
            to(feb(9)),
            rules.Suspended(ref="s", on=feb(10)),
            rules.Halted(ref="m", on=feb(10), halt=HaltKind.COLLECTOR, until=feb(11)),
        )
        assert [(one.held, one.memo_interest) for one in days_to(feb(13), book)] == [
            (ZERO, t(120)), (ZERO, t(120)), (t(120), ZERO), (t(120), ZERO),
        ]  # fmt: skip

    def test_what_falls_due_in_a_pause_may_be_paid_on_the_day_it_ends(self) -> None:
        book = to(feb(25), after(to(feb(9)), rules.Suspended(ref="s", on=feb(10))))
        assert book.dues[0].interest == t(7 * 120)
        assert book.dues[0].held == t(3 * 120)
        assert (book.dues[1].interest, book.dues[1].held, book.period_held) == (ZERO, t(1200), t(360))
        back = rules.Resumed(ref="r", on=feb(26))
        (move,) = rules.apply(book, back).moves
        assert (move.on, move.code) == (feb(26), "loan.pause_interest_added")
        assert {word.value: tiyn for word, tiyn in move.lines} == {
            "interest_receivable": t(1920).tiyn, "interest_income": -t(1920).tiyn,
        }  # fmt: skip
        book = to(feb(26), after(book, back))
        assert [due.grace_until_on for due in book.dues[:2]] == [feb(26), feb(26)]
        assert [due.interest for due in book.dues[:2]] == [t(1200), t(1200)]
        assert (book.held, book.period_accrued, rules.days_past_due(book, feb(26))) == (ZERO, t(480), 0)
        assert days_to(feb(27), book)[-1].days_past_due == 1

    def test_without_its_interest_the_pause_leaves_nothing(self) -> None:
        book = to(feb(25), after(to(feb(9)), rules.Suspended(ref="s", on=feb(10))))
        gone = rules.apply(book, rules.Resumed(ref="r", on=feb(26), with_interest=False))
        assert gone.moves == ()
        assert (gone.book.held, gone.book.dues[1].interest, gone.book.period_accrued) == (ZERO, ZERO, ZERO)

    def test_delay_before_a_pause_stays_and_goes_on_after_it(self) -> None:
        book = to(feb(20), after(to(feb(16)), rules.Suspended(ref="s", on=feb(17))))
        assert book.delay_day == feb(16)
        assert rules.days_past_due(book, feb(20)) == 4
        book = to(feb(21), after(book, rules.Resumed(ref="r", on=feb(21))))
        assert book.dues[0].grace_until_on == feb(16)
        assert rules.days_past_due(book, feb(21)) == 5

    def test_a_halt_without_an_end_is_released(self) -> None:
        book = after(to(feb(9)), rules.Halted(ref="h", on=feb(10), halt=HaltKind.CONSCRIPT))
        book = to(feb(11), book)
        ended = after(book, rules.Released(ref="e", on=feb(12), of="h"))
        assert ended.halts[0].until == feb(11)
        assert days_to(feb(12), ended)[-1].interest == t(120)
        never = after(book, rules.Released(ref="e", on=feb(12), of="another"))
        assert days_to(feb(12), never)[-1].interest == ZERO
        at_once = after(to(feb(9)), rules.Halted(ref="h", on=feb(10), halt=HaltKind.CONSCRIPT))
        assert after(at_once, rules.Released(ref="e", on=feb(10), of="h")).halts == ()


class TestPace:
    """What the day close goes by: the pace, and the day on which it changes."""

    @pytest.mark.parametrize(
        ("day", "late", "later", "since", "changes"),
        [
            (feb(2), 0, 0, None, feb(12)),
            (feb(12), 0, 0, None, feb(13)),  # what fell due is late from tomorrow
            (feb(13), 31_200, 0, feb(12), feb(22)),
            (feb(22), 31_200, 0, feb(12), feb(24)),
            (feb(24), 62_400, 0, feb(12), feb(28)),
            (feb(28), 31_200, 31_200, feb(12), mar(4)),
            (mar(4), 31_200, 31_200, feb(12), mar(5)),
            (mar(5), 62_400, 31_200, feb(12), mar(11)),
            (mar(11), 31_200, 62_400, feb(12), mar(14)),
        ],
    )
    def test_it_tells_what_is_late_by_its_rate_and_when_that_moves(
        self, day: date, late: int, later: int, since: date | None, changes: date
    ) -> None:
        pace = rules.bases(to(day))
        assert (pace.late_first, pace.late_later, pace.overdue_since) == (t(late), t(later), since)
        assert pace.next_change_on == changes
        assert (pace.base, pace.penalty_most) == (t(120_000), t(12_000))
        assert pace.interest_goes is (Goes.MEMO if day > mar(4) else Goes.ACCRUED)
        assert pace.penalty_goes is (Goes.MEMO if day > mar(4) else Goes.ACCRUED)
        assert (pace.numerator / pace.denominator, pace.day_part) == (0.365 / 365, None)

    def test_a_new_year_of_the_contract_is_a_change(self) -> None:
        book = to(date(2026, 3, 20), opened(delay=replace(LAW, stop_days=None)))
        assert rules.bases(to(date(2026, 4, 20), book)).next_change_on == date(2027, 2, 2)
        assert rules.bases(to(date(2027, 2, 1), book)).next_change_on == date(2027, 2, 2)
        assert rules.bases(to(date(2027, 2, 2), book)).next_change_on == date(2028, 2, 2)

    def test_a_halt_is_one_on_its_first_day_and_after_its_last(self) -> None:
        halted = rules.Halted(ref="h", on=feb(4), halt=HaltKind.CONSCRIPT, until=feb(6))
        book = after(to(feb(3)), halted)
        assert rules.bases(book).next_change_on == feb(4)
        book = to(feb(4), book)
        assert rules.bases(book).interest_goes is Goes.NOTHING
        assert rules.bases(book).next_change_on == feb(7)
        assert rules.bases(to(feb(6), book)).next_change_on == feb(7)
        assert rules.bases(to(feb(7), book)).next_change_on == feb(12)

    def test_a_loan_that_owes_nothing_or_has_ended_changes_no_more(self) -> None:
        book = to(feb(5))
        whole = after(book, paid(book, "120360"))
        assert (whole.status, rules.bases(whole).next_change_on) == (Status.CLOSED, None)
        lost = after(book, rules.WrittenOff(ref="w", on=feb(5)))
        assert rules.bases(lost).next_change_on is None


def test_a_month_that_costs_a_twelfth_is_spread_over_its_days() -> None:
    monthly = replace(
        TERMS, unit=Unit.MONTHS, every=1, annual_rate=Rate.percent(12), period_interest=PeriodInterest.EQUAL
    )
    found = days_to(date(2026, 4, 2), opened(monthly, replace(LAW, stop_days=None)))
    assert sum(one.interest.tiyn for one in found[:28]) == t(1200).tiyn
    assert sum(one.interest.tiyn for one in found[28:]) == t(1200).tiyn
    assert {one.interest for one in found[:28]} == {Money(42_85), Money(42_86)}
    assert {one.interest for one in found[28:]} == {Money(38_71), Money(38_70)}
    assert rules.bases(opened(monthly)).day_part == 1


def test_flat_interest_is_on_what_was_issued_and_ends_with_the_term() -> None:
    flat = replace(TERMS, method=Method.FLAT)
    book = opened(flat, replace(LAW, stop_days=None))
    book = to(feb(12), book)
    book = after(book, paid(book, 31_200))
    assert days_to(feb(13), book)[-1].interest == t(120)
    last = to(mar(14), book)
    assert last.dues[3].interest == t(1200)
    assert days_to(mar(16), last)[-1].interest == ZERO
    rest = after(to(feb(14), book), rules.Forgiven(ref="f", on=feb(14), parts=rules.Parts(principal=t(90_000))))
    assert rest.debt == t(240)
    assert days_to(feb(15), rest)[-1].interest == ZERO, "nothing is left that could bear interest"


def test_a_level_payment_takes_from_principal_what_dearer_interest_asks() -> None:
    book = opened(replace(TERMS, method=Method.ANNUITY, principal_parts=None), level=True)
    payment = book.dues[0].payment
    assert payment is not None
    assert book.dues[0].principal + t(1200) == payment
    halted = after(to(feb(3), book), rules.Halted(ref="h", on=feb(4), halt=HaltKind.CONSCRIPT, until=feb(8)))
    due = to(feb(12), halted)
    assert due.dues[0].interest == t(600)
    assert due.dues[0].principal == payment - t(600)
    assert due.principal == t(120_000)
    assert due.dues[3].principal == book.dues[3].principal - t(600)
    assert due.dues[1:3] == book.dues[1:3]


@pytest.mark.parametrize(
    ("day", "states"),
    [
        (feb(11), ["ahead"] * 4),
        (feb(12), ["due", "ahead", "ahead", "ahead"]),
        (feb(13), ["overdue", "ahead", "ahead", "ahead"]),
        (feb(23), ["overdue", "due", "ahead", "ahead"]),
        (mar(17), ["overdue"] * 4),
    ],
)
def test_the_state_of_each_row(day: date, states: list[str]) -> None:
    rows = rules.schedule_rows(to(day))
    assert [row.state.value for row in rows] == states
    assert [row.balance for row in rows] == [t(90_000), t(60_000), t(30_000), ZERO]
    assert all(row.left == row.payment for row in rows)


def test_a_paid_row_is_paid_and_the_next_payment_waits_for_its_day() -> None:
    book = to(feb(12))
    asked = rules.next_payment(book)
    assert asked is not None
    assert (asked.due_on, asked.principal, asked.interest, asked.total) == (feb(12), t(30_000), t(1200), t(31_200))
    book = after(book, paid(book, 31_300))
    assert rules.schedule_rows(book)[0].state is RowState.PAID
    following = rules.next_payment(book)
    assert following is not None
    assert (following.due_on, following.grace_until_on) == (feb(22), feb(23))
    assert (following.principal, following.interest, following.credit) == (t(30_000), t(900), t(100))
    assert following.total == t(30_800)
    late = rules.next_payment(to(feb(14), to(feb(13))))
    assert late is not None
    assert (late.principal, late.interest, late.penalty) == (t(60_000), t(2400), t(312))
    assert late.due_on == feb(22)
    both = rules.next_payment(to(feb(23)))
    assert both is not None
    assert (both.due_on, both.grace_until_on, both.principal, both.interest) == (feb(22), feb(23), t(60_000), t(2400))
    whole = to(feb(5))
    assert rules.next_payment(after(whole, paid(whole, 120_360))) is None
    assert all(row.state is RowState.PAID for row in rules.schedule_rows(after(whole, paid(whole, 120_360))))
