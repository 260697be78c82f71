"""What money pays, to the tiyn, and what each event puts into the books; in figures that can be checked by head."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nesie.foundation.terms.rules import schedule
from nesie.journey.loans import rules
from nesie.journey.loans.rules import Component, HaltKind, NeedsReplay, Paid, Parts, PlanRow, Status, Wish, Word
from nesie.journey.loans.rules.journal import difference
from nesie.journey.loans.rules.paying import PRINCIPAL
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate
from tests.journey.loans.rules.thousandth import (
    DAY,
    LAW,
    OPENED_ON,
    TERMS,
    WEEKENDS,
    after,
    days_to,
    facts_of,
    feb,
    lines,
    mar,
    opened,
    paid,
    t,
    to,
)

OP, OI, PENALTY, CP, CI, _ = Component
PLAN = schedule(TERMS, OPENED_ON)


def went(book: rules.Book, tenge: str | float, **more: Any) -> list[tuple[Component, int | None, Money]]:
    (move, *_) = rules.apply(book, paid(book, tenge, **more)).moves
    return [(part.component, part.number, part.amount) for part in move.paid]


class TestTheOrderOfTheLaw:
    """On the 24th of February two are late, with 2,028 of penalty; 240 of interest run since the 22nd."""

    @pytest.mark.parametrize(
        ("tenge", "found"),
        [
            (1, [(OP, 1, 1)]),
            (30_000, [(OP, 1, 30_000)]),
            (45_000, [(OP, 1, 30_000), (OP, 2, 15_000)]),
            (61_000, [(OP, 1, 30_000), (OP, 2, 30_000), (OI, 1, 1000)]),
            (62_000, [(OP, 1, 30_000), (OP, 2, 30_000), (OI, 1, 1200), (OI, 2, 800)]),
            (64_400, [(OP, 1, 30_000), (OP, 2, 30_000), (OI, 1, 1200), (OI, 2, 1200), (PENALTY, None, 2000)]),
            (124_667, [(OP, 1, 30_000), (OP, 2, 30_000), (OI, 1, 1200), (OI, 2, 1200), (PENALTY, None, 2028)]),
            (
                124_668,
                [
                    (OP, 1, 30_000), (OP, 2, 30_000), (OI, 1, 1200), (OI, 2, 1200), (PENALTY, None, 2028),
                    (CI, None, 240), (CP, 3, 30_000), (CP, 4, 30_000),
                ],
            ),
        ],
    )  # fmt: skip
    def test_so_much_pays_this(self, tenge: int, found: list[tuple[Component, int | None, int]]) -> None:
        book = to(feb(24))
        known = [(component, number, t(amount)) for component, number, amount in found]
        assert sorted(went(book, tenge), key=str) == sorted(known, key=str)
        left = after(book, paid(book, tenge))
        assert left.credit == max(ZERO, t(tenge) - Money.total(amount for *_, amount in known))
        assert left.debt == t(124_668) - Money.total(amount for *_, amount in known)
        assert left.status is (Status.CLOSED if tenge == 124_668 else Status.ACTIVE)

    def test_one_instalment_after_another_where_that_was_agreed(self) -> None:
        book = to(feb(24), opened(by_instalment=True))
        assert went(book, 62_500) == [
            (OP, 1, t(30_000)), (OI, 1, t(1200)), (OP, 2, t(30_000)), (OI, 2, t(1200)), (PENALTY, None, t(100)),
        ]  # fmt: skip

    def test_another_order_where_another_was_agreed(self) -> None:
        book = to(feb(24), opened(order=(PENALTY, OI, OP, CI, CP)))
        assert went(book, 4_500) == [(PENALTY, None, t(2028)), (OI, 1, t(1200)), (OI, 2, t(1200)), (OP, 1, t(72))]

    def test_money_before_the_day_waits_and_pays_on_it(self) -> None:
        book = to(feb(10))
        assert went(book, 5_000) == []
        waiting = after(book, paid(book, 5_000))
        due = to(feb(12), waiting)
        used = rules.credit_used(due)
        assert [(part.component, part.number, part.amount) for part in used.moves[0].paid] == [(CP, 1, t(5_000))]
        assert (used.moves[0].code, used.moves[0].ref) == ("loan.credit_used", "")
        assert dict(used.moves[0].lines) == {
            Word.PRINCIPAL_RECEIVABLE: -t(5_000).tiyn, Word.CLIENT_CREDIT: t(5_000).tiyn,
        }  # fmt: skip
        assert used.book.credit == ZERO
        assert rules.credit_used(waiting) == rules.Applied(waiting, ()), "nothing is claimed yet"
        assert rules.advance(waiting, feb(12), waiting.facts.repayment_order) == used.book

    def test_what_was_late_is_no_more_when_it_is_paid(self) -> None:
        book = after(to(feb(24)), paid(to(feb(24)), 64_428))
        assert (book.penalty, rules.days_past_due(book, feb(24))) == (ZERO, 0)
        day = days_to(feb(25), book)[-1]
        assert (day.principal, day.interest, day.overdue, day.penalty) == (t(60_000), t(60), ZERO, ZERO)
        half = after(to(feb(24)), paid(to(feb(24)), 31_200))
        day = days_to(feb(25), half)[-1]
        # Principal of both comes before interest of the first, which is therefore still the oldest that is late.
        assert (day.overdue, day.penalty, day.days_past_due) == (t(31_200), t(156), 13)
        assert day.principal == t(88_800)


class TestEarly:
    """On the 6th of February nothing is claimed yet; 480 of interest have run."""

    @pytest.mark.parametrize(
        ("wish", "parts"),
        [
            (Wish.KEEP, [30_000] * 4),
            (Wish.AHEAD, [30_000] * 4),
            (Wish.REDUCE_TERM, [30_000, 30_000, 20_000]),
            (Wish.REDUCE_PAYMENT, [30_000, 30_000, 20_000, 0]),
        ],
    )
    def test_forty_thousand_by_each_wish(self, wish: Wish, parts: list[int]) -> None:
        book = to(feb(6))
        done = after(book, paid(book, 40_000, wish=wish))
        assert [due.principal for due in done.dues] == [t(part) for part in parts]
        assert done.credit == (t(40_000) if wish is Wish.KEEP else ZERO)
        ahead = [t(30_000), t(10_000), ZERO, ZERO] if wish is Wish.AHEAD else [ZERO] * len(parts)
        assert [due.principal_paid for due in done.dues] == ahead
        day = days_to(feb(7), done)[-1]
        assert day.interest == (t(120) if wish is Wish.KEEP else t(80))

    def test_all_of_the_principal_leaves_the_interest_to_be_paid(self) -> None:
        book = to(feb(6))
        done = after(book, paid(book, 120_000, wish=Wish.REDUCE_TERM))
        assert (done.principal, done.interest, done.status) == (ZERO, t(480), Status.ACTIVE)
        assert after(book, paid(book, 120_480, wish=Wish.REDUCE_TERM)).status is Status.CLOSED

    def test_the_two_ways_side_by_side(self) -> None:
        now, smaller, fewer = rules.early_ways(to(feb(6)), t(40_000))
        assert (now.wish, smaller.wish, fewer.wish) == (None, Wish.REDUCE_PAYMENT, Wish.REDUCE_TERM)
        assert (now.applied, smaller.applied, fewer.applied) == (ZERO, t(40_000), t(40_000))
        # 1200 + 900 + 600 + 300; with 40,000 less from the 6th on: 480 + 6 * 80, 500, 200.
        assert (now.interest, fewer.interest) == (t(3000), t(960 + 500 + 200))
        assert (fewer.saved, now.saved) == (t(1340), ZERO)
        assert fewer.ends_on == mar(4)
        assert fewer.payment == t(30_960)
        assert now.payments == (t(30_600), t(30_900))
        with pytest.raises(rules.ClosesTheLoan):
            rules.early_ways(to(feb(6)), t(120_480))
        assert rules.early_ways(to(feb(6)), t(120_479))
        with pytest.raises(rules.NothingEarly):
            rules.early_ways(to(feb(12)), t(31_200))
        assert rules.early_ways(to(feb(12)), t(31_201))[1].applied == t(1)


class TestBooks:
    """What each event puts into the books on the 24th of February: 120,000 of principal, 2,640 of interest, 2,028."""

    book = to(feb(24))

    def made(self, event: rules.AnyEvent, book: rules.Book | None = None) -> dict[str, Money]:
        return lines(book or self.book, event)

    def test_money(self) -> None:
        assert self.made(paid(self.book, 64_428)) == {
            "principal_receivable": -t(60_000), "interest_receivable": -t(2400), "penalty_receivable": -t(2028),
            "receipts_unallocated": t(64_428),
        }  # fmt: skip
        assert self.made(paid(self.book, 65_000)) == {
            "principal_receivable": -t(60_000), "interest_receivable": -t(2400), "penalty_receivable": -t(2028),
            "receipts_unallocated": t(65_000), "client_credit": -t(572),
        }  # fmt: skip

    def test_forgiveness_takes_the_oldest_and_no_more_than_is_owed(self) -> None:
        event = rules.Forgiven(ref="f", on=feb(24), parts=Parts(t(31_000), t(2500), t(9_999)))
        assert self.made(event) == {
            "principal_receivable": -t(31_000), "interest_receivable": -t(2500), "penalty_receivable": -t(2028),
            "forgiven_debts": t(35_528),
        }  # fmt: skip
        book = after(self.book, event)
        assert [due.principal for due in book.dues] == [ZERO, t(29_000), t(30_000), t(30_000)]
        assert [due.interest for due in book.dues] == [ZERO] * 4
        assert (book.period_accrued, book.penalty) == (t(140), ZERO)
        whole = rules.Forgiven(ref="f", on=feb(24), parts=Parts(t(120_000), t(2640), t(2028)))
        assert after(self.book, whole).status is Status.CLOSED

    def test_a_write_off(self) -> None:
        event = rules.WrittenOff(ref="w", on=feb(24), returned=t(500))
        assert self.made(event) == {
            "principal_receivable": -t(120_000), "interest_receivable": -t(2640), "penalty_receivable": -t(2028),
            "credit_losses": t(125_168), "refunds_due": -t(500), "written_off_principal": t(120_000),
            "written_off_interest": t(2640), "written_off_penalty": t(2028), "off_balance_contra": -t(124_668),
        }  # fmt: skip
        book = after(self.book, event)
        assert (book.debt, book.status, book.recourse) == (
            ZERO,
            Status.WRITTEN_OFF,
            Parts(t(120_000), t(2640), t(2028)),
        )
        plain = replace(event, recourse=False, returned=ZERO)
        assert self.made(plain)["credit_losses"] == t(124_668)
        assert after(self.book, plain).recourse == Parts()

    def test_memo_figures_leave_with_the_debt(self) -> None:
        book = to(mar(6))
        assert self.made(rules.WrittenOff(ref="w", on=mar(6)), book).items() >= {
            "memo_interest": -t(240), "memo_penalty": -t("642.72"),
        }.items()  # fmt: skip
        assert self.made(rules.Transferred(ref="a", on=mar(6)), book).items() >= {
            "claims_transferred": book.debt, "memo_interest": -t(240), "off_balance_contra": t("882.72"),
        }.items()  # fmt: skip
        assert self.made(paid(book, str(book.debt.tiyn / 100)), book)["memo_penalty"] == -t("642.72")
        forgiven = rules.Forgiven(ref="f", on=mar(6), parts=Parts(book.principal, book.interest, book.penalty))
        assert self.made(forgiven, book)["memo_interest"] == -t(240)
        gone = after(book, forgiven)
        assert (gone.memo_interest, gone.memo_penalty) == (ZERO, ZERO)

    def test_money_on_a_claim_off_the_books(self) -> None:
        book = after(self.book, rules.WrittenOff(ref="w", on=feb(24)))
        event = rules.Recovered(ref="r", on=feb(26), amount=t(121_000))
        assert self.made(event, book) == {
            "receipts_unallocated": t(121_000), "recoveries": -t(121_000), "written_off_principal": -t(120_000),
            "written_off_interest": -t(1000), "off_balance_contra": t(121_000),
        }  # fmt: skip
        left = after(book, event)
        assert left.recourse == Parts(ZERO, t(1640), t(2028))
        rest = rules.Recovered(ref="q", on=feb(27), amount=t(4_000))
        assert self.made(rest, left)["client_credit"] == -t(332)
        assert after(left, rest).credit == t(332)
        assert after(left, rest).recourse == Parts()

    def test_a_claim_brought_back(self) -> None:
        book = after(self.book, rules.WrittenOff(ref="w", on=feb(24)))
        event = rules.Reinstated(ref="b", on=feb(26), due_on=mar(2))
        assert self.made(event, book) == {
            "principal_receivable": t(120_000), "interest_receivable": t(2640), "penalty_receivable": t(2028),
            "recoveries": -t(124_668), "written_off_principal": -t(120_000), "written_off_interest": -t(2640),
            "written_off_penalty": -t(2028), "off_balance_contra": t(124_668),
        }  # fmt: skip
        back = after(book, event)
        assert (back.status, back.recourse, back.period) == (Status.ACTIVE, Parts(), 5)
        assert back.dues[4] == rules.Due(5, mar(2), mar(2), t(120_000), t(2640), penalty=t(2028))
        assert [one.interest for one in days_to(mar(2), back)] == [ZERO] * 4
        assert days_to(mar(3), back)[-1].penalty == t("613.20")
        never = after(self.book, replace(event, on=feb(24)))
        assert never == self.book, "nothing was off the books"

    def test_money_given_back(self) -> None:
        rich = after(self.book, paid(self.book, 65_000))
        event = rules.CreditRefunded(ref="g", on=feb(24), amount=t(600))
        assert self.made(event, rich) == {"client_credit": t(572), "refunds_due": -t(572)}
        (move,) = rules.apply(rich, event).moves
        assert (move.credit_before, move.credit_after) == (t(572), ZERO)

    def test_a_new_loan_pays_the_old_one_and_the_clients_own_money_stays_his(self) -> None:
        book = to(feb(6))
        rich = after(book, paid(book, 1_000))
        event = rules.Refinanced(ref="n", on=feb(6), amount=t(100_000))
        assert self.made(event, rich) == {"principal_receivable": -t(100_000), "refinanced": t(100_000)}
        done = after(rich, event)
        assert (done.principal, done.credit) == (t(20_000), t(1_000))
        whole = replace(event, amount=t(500_000))
        assert self.made(whole, rich) == {
            "principal_receivable": -t(120_000), "interest_receivable": -t(480), "refinanced": t(120_480),
        }  # fmt: skip
        assert after(rich, whole).status is Status.CLOSED

    def test_more_money(self) -> None:
        event = rules.TranchePaid(ref="m", on=feb(24), amount=t(40_000))
        assert self.made(event) == {"principal_receivable": t(40_000), "disbursements_in_transit": -t(40_000)}
        book = after(self.book, event)
        assert (book.amount_issued, book.principal) == (t(160_000), t(160_000))
        assert rules.bases(book).penalty_most == t(16_000)
        assert [due.principal for due in book.dues] == [t(30_000)] * 3 + [t(70_000)]
        twice = after(book, replace(event, ref="n", amount=t(1)))
        assert twice.amount_issued == t(160_001)

    def test_a_pause_changes_nothing_in_the_books(self) -> None:
        book = to(feb(23))
        for event in (
            rules.Suspended(ref="s", on=feb(24)), rules.Halted(ref="h", on=feb(24), halt=HaltKind.COURT),
            rules.Released(ref="e", on=feb(24), of="x"), rules.Resumed(ref="r", on=feb(24)),
        ):  # fmt: skip
            assert rules.apply(book, event).moves == ()


class TestNewSchedule:
    """On the 24th everything owed is laid over new rows: 120,000, 2,640 of interest, 2,028 of penalty."""

    rows = (PlanRow(mar(6), mar(6), t(70_000), t(2640), t(1000)), PlanRow(mar(16), mar(17), t(50_000), ZERO, t(1028)))

    def event(self, **more: Any) -> rules.Rescheduled:
        plain = rules.Rescheduled(ref="x", on=feb(24), change=rules.Change.RESTRUCTURED, rows=self.rows)
        return replace(plain, **more)

    def test_the_arrears_are_in_it_and_bear_nothing(self) -> None:
        book = after(to(feb(24)), self.event())
        assert [due.left for due in book.dues[:2]] == [ZERO, ZERO]
        assert book.dues[2] == rules.Due(3, mar(6), mar(6), t(70_000), t(2640), penalty=t(1000))
        assert book.dues[3] == rules.Due(4, mar(16), mar(17), t(50_000), penalty=t(1028))
        assert (book.penalty, book.penalty_owed, book.period_from, book.grace_over) == (ZERO, t(2028), feb(24), True)
        found = days_to(mar(6), book)
        assert [one.interest for one in found] == [t(120)] * 10
        assert {one.days_past_due for one in found} == {0}
        due = to(mar(6), book)
        assert due.dues[2].interest == t(2640 + 1200)
        assert rules.claims(due) == (
            rules.Claim(CP, 3, t(70_000)), rules.Claim(CI, 3, t(3840)), rules.Claim(PENALTY, 3, t(1000)),
        )  # fmt: skip
        assert days_to(mar(7), due)[-1].overdue == t(73_840), "no penalty upon a penalty"

    def test_what_is_forgiven_is_taken_off_first(self) -> None:
        event = self.event(forgiven=Parts(t(10_000), t(640), t(28)))
        assert lines(to(feb(24)), event) == {
            "principal_receivable": -t(10_000), "interest_receivable": -t(640), "penalty_receivable": -t(28),
            "forgiven_debts": t(10_668),
        }  # fmt: skip
        book = after(to(feb(24)), event)
        # The rows stand as they were signed: less is taken off the last of them.
        assert [due.principal for due in book.dues[2:]] == [t(70_000), t(40_000)]
        assert [due.interest for due in book.dues[2:]] == [t(2000), ZERO]
        assert [due.penalty for due in book.dues[2:]] == [t(1000), t(1000)]

    def test_more_than_was_signed_is_added_to_the_last(self) -> None:
        book = after(to(feb(25)), replace(self.event(), on=feb(25)))
        assert [due.interest for due in book.dues[2:]] == [t(2640), t(120)]
        assert [due.penalty for due in book.dues[2:]] == [t(1000), t(1340)]

    def test_another_rate_with_it(self) -> None:
        book = after(to(feb(24)), self.event(rate=Rate.percent("18.25")))
        assert days_to(feb(25), book)[-1].interest == t(60)

    def test_what_is_called_is_due_at_once(self) -> None:
        row = (PlanRow(feb(24), feb(25), t(120_000), t(2640), t(2028)),)
        book = after(to(feb(24)), self.event(change=rules.Change.CALLED, rows=row))
        assert (book.period, book.next_due) == (4, None)
        assert [claim.component for claim in rules.claims(book)] == [CP, CI, PENALTY]
        assert days_to(feb(25), book)[-1].days_past_due == 0
        assert days_to(feb(26), book)[-1].days_past_due == 1


class TestWhenItHappens:
    def test_an_event_of_another_day_needs_the_whole_life(self) -> None:
        book = to(feb(24))
        for event in (
            rules.Received(ref="p", on=feb(23), amount=t(1)), rules.Received(ref="p", on=feb(25), amount=t(1)),
            rules.Suspended(ref="s", on=feb(24)), rules.Suspended(ref="s", on=feb(26)),
            rules.Reversed(ref="r", on=feb(24), of="p"),
        ):  # fmt: skip
            with pytest.raises(NeedsReplay):
                rules.apply(book, event)
        ended = after(book, rules.WrittenOff(ref="w", on=feb(24)))
        assert after(ended, rules.Recovered(ref="p", on=feb(24), amount=t(1))).accrued_on == feb(24)
        assert after(ended, rules.Recovered(ref="p", on=feb(28), amount=t(1))).accrued_on == feb(28)
        assert after(ended, rules.Suspended(ref="p", on=feb(28))).accrued_on == feb(27)
        for event in (rules.Recovered(ref="p", on=feb(23), amount=t(1)), rules.Suspended(ref="s", on=feb(24))):
            with pytest.raises(NeedsReplay):
                rules.apply(ended, event)

    def test_what_fits_on_top_of_its_day(self) -> None:
        first, second = (rules.Received(ref=ref, on=feb(24), sequence=ref, amount=t(1)) for ref in "ab")
        rate = rules.RateChanged(ref="c", on=feb(24), rate=opened().annual_rate)
        assert rules.fits(second, [first, rate])
        assert not rules.fits(first, [second])
        assert not rules.fits(rate, [first])
        assert rules.fits(rate, [])
        assert rules.fits(first, [], credit_used=True)
        assert not rules.fits(rate, [], credit_used=True), "the change comes before the client's credit"

    def test_a_life_is_its_days_and_events_whatever_their_order(self) -> None:
        facts, plan = facts_of(), PLAN
        told = [
            rules.Received(ref="late", on=feb(24), amount=t(64_428)),
            rules.Suspended(ref="s", on=mar(1)),
            rules.Resumed(ref="r", on=mar(3)),
            rules.Received(ref="gone", on=feb(20), amount=t(9)),
            rules.Reversed(ref="back", on=feb(26), of="gone"),
            rules.Received(ref="never", on=mar(30), amount=t(1)),
        ]
        life = rules.replay(facts, plan, WEEKENDS, told, mar(4))
        assert life == rules.replay(facts, plan, WEEKENDS, reversed(told), mar(4))
        assert len(life.days) == 30
        assert [move.code for move in life.moves] == ["loan.receipt_allocated", "loan.pause_interest_added"]
        assert life.book.dues[2].interest == t(2 * 120 + 8 * 60), "ten days, the first two on all of it"
        assert [event.ref for event in rules.in_force(told)] == ["late", "s", "r", "never"]
        entries = rules.journal(life)
        assert entries[OPENED_ON, "loan.opened"] == {
            Word.PRINCIPAL_RECEIVABLE: t(120_000).tiyn, Word.DISBURSEMENTS_IN_TRANSIT: -t(120_000).tiyn,
        }  # fmt: skip
        assert entries[feb(24), "loan.day_accrued"] == {
            Word.INTEREST_RECEIVABLE: t(120).tiyn, Word.PENALTY_RECEIVABLE: t(312).tiyn,
            Word.INTEREST_INCOME: -t(120).tiyn, Word.PENALTY_INCOME: -t(312).tiyn,
        }  # fmt: skip
        assert all(sum(found.values()) == 0 for found in entries.values())

    def test_an_event_of_before_the_opening_is_of_its_day_and_an_end_is_an_end(self) -> None:
        facts, plan = facts_of(), PLAN
        early = rules.Received(ref="e", on=OPENED_ON - 9 * DAY, amount=t(100))
        life = rules.replay(facts, plan, WEEKENDS, [early], feb(3))
        assert (life.book.credit, life.moves[0].on) == (t(100), OPENED_ON)
        lost = rules.WrittenOff(ref="w", on=feb(4))
        life = rules.replay(facts, plan, WEEKENDS, [lost], feb(20))
        assert (len(life.days), life.book.accrued_on) == (2, feb(4))
        found = rules.Recovered(ref="r", on=feb(9), amount=t(5))
        life = rules.replay(facts, plan, WEEKENDS, [lost, found], feb(20))
        assert (len(life.days), life.book.accrued_on, life.moves[-1].on) == (2, feb(9), feb(9))


class TestHeardLate:
    def test_the_difference_is_by_day_and_by_move(self) -> None:
        facts, plan = facts_of(), PLAN
        second = rules.Received(ref="b", on=feb(26), amount=t(1_000))
        before = rules.replay(facts, plan, WEEKENDS, [second], feb(27))
        first = rules.Received(ref="a", on=feb(12), amount=t(31_200))
        now = rules.replay(facts, plan, WEEKENDS, [second, first], feb(27))
        effect = rules.heard_late(before, now, "a")
        assert [move.ref for move in effect.own] == ["a"]
        assert effect.days[feb(13)] == rules.DayChange(
            principal=-t(30_000).tiyn, interest=-t(30).tiyn, overdue=-t(31_200).tiyn, penalty=-t(156).tiyn,
            days_past_due=-1,
        )  # fmt: skip
        assert effect.days[feb(24)].days_past_due == 1 - 12
        assert min(effect.days) == feb(13)
        assert [(move.ref, move.received, move.principal, move.interest) for move in effect.moves] == [
            ("a", t(31_200), -t(30_000).tiyn, -t(1200).tiyn),
            ("b", ZERO, 0, 0),
        ]
        assert set(effect.moves[1].parts) == {(OP, 1, -t(1_000)), (OP, 2, t(1_000))}
        assert effect.corrections[feb(13)] == {
            Word.INTEREST_RECEIVABLE: -t(30).tiyn, Word.PENALTY_RECEIVABLE: -t(156).tiyn,
            Word.INTEREST_INCOME: t(30).tiyn, Word.PENALTY_INCOME: t(156).tiyn,
        }  # fmt: skip
        assert feb(12) not in effect.corrections, "its own entry tells of it"
        back = rules.heard_late(now, before, "none")
        assert [move.received for move in back.moves] == [-t(31_200), ZERO]

    def test_at_once_it_is_what_it_did(self) -> None:
        book = to(feb(24))
        effect = rules.at_once(rules.apply(book, paid(book, 64_500)))
        (move,) = effect.moves
        assert (move.received, move.credit, move.principal, move.interest, move.penalty) == (
            t(64_500), t(72), -t(60_000).tiyn, -t(2400).tiyn, -t(2028).tiyn,
        )  # fmt: skip
        assert (move.memo_interest, move.memo_penalty, effect.days, effect.corrections) == (0, 0, {}, {})
        whole = rules.at_once(rules.apply(to(mar(6)), rules.WrittenOff(ref="w", on=mar(6)))).moves[0]
        assert (whole.memo_interest, whole.memo_penalty) == (-t(240).tiyn, -t("642.72").tiyn)

    def test_what_a_ledger_lacks(self) -> None:
        was = {(feb(3), "x"): {Word.RECOVERIES: 5, Word.CLIENT_CREDIT: -5}, (feb(4), "y"): {Word.RECOVERIES: 1}}
        now = {(feb(3), "x"): {Word.RECOVERIES: 7, Word.CLIENT_CREDIT: -5}, (feb(5), "z"): {Word.RECOVERIES: 2}}
        assert difference(was, now) == {
            (feb(3), "x"): {Word.RECOVERIES: 2}, (feb(4), "y"): {Word.RECOVERIES: -1},
            (feb(5), "z"): {Word.RECOVERIES: 2},
        }  # fmt: skip


def test_principal_of_no_instalment_is_not_paid() -> None:
    with pytest.raises(ValueError, match="by instalments"):
        rules.pay(to(feb(5)), [Paid(PRINCIPAL[0], None, t(1))])


def test_a_payoff_is_all_that_is_owed() -> None:
    book = after(to(feb(10)), paid(to(feb(10)), 500))
    quote = rules.payoff(book)
    assert (quote.on, quote.principal, quote.interest, quote.penalty) == (feb(10), t(120_000), t(960), ZERO)
    assert quote.total == t(120_460)
    assert after(book, paid(book, 120_460)).status is Status.CLOSED
    assert after(book, paid(book, 120_459)).status is Status.ACTIVE
    late = rules.payoff(to(mar(6), opened(delay=replace(LAW, stop_days=None))))
    assert late.total == t(120_000 + 32 * 120) + late.penalty
