"""What the lender improves alone, and what stands still by a fact: lower penalty, military service, a court. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from nesie.foundation.norms.rules import Calendar
from nesie.foundation.terms.rules import Caps, Method, Terms, schedule
from nesie.journey.contracts.rules import (
    ArrearsFirst,
    ChangeKind,
    ChangeUnfit,
    CreditLine,
    LineExceeded,
    NoCreditLine,
    PenaltyRaised,
    change_gesv,
    check_change,
    check_payout,
)
from nesie.journey.loans import rules
from nesie.journey.loans.rules import (
    Book,
    DelayNorms,
    Goes,
    Halted,
    HaltKind,
    LoanFacts,
    Wanted,
    accrue_day,
    apply,
    expected,
    fields_of,
    from_json,
    open_book,
    proposal,
    unusual,
)
from nesie.kernel.ids import ClientId, ContractId, LoanId, new_id
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate

CALENDAR = Calendar({})
OPENED = date(2026, 3, 2)
TERMS = Terms(Money.tenge(300_000), Rate.percent(36), Method.ANNUITY, 12)
CAPS = Caps(gesv=Rate.percent(56))
DELAY = DelayNorms(Decimal("0.005"), Decimal("0.0003"), 90, Decimal("0.1"), 90)
ONE_DAY = timedelta(days=1)
LOWER = (Rate.percent("0.1"), Rate.percent("0.01"))


def book(days: int = 0) -> Book:
    facts = LoanFacts(
        loan_id=LoanId(new_id()),
        contract_id=ContractId(new_id()),
        client_id=ClientId(new_id()),
        number="2026-000001-1",
        amount=TERMS.principal,
        annual_rate=TERMS.annual_rate,
        day_count=TERMS.day_count,
        opened_on=OPENED,
        contract_on=OPENED,
        consumer=True,
        delay=DELAY,
        terms=TERMS,
    )
    return lived(open_book(facts, schedule(TERMS, OPENED), CALENDAR), days)


def lived(one: Book, days: int) -> Book:
    for _ in range(days):
        one, _ = accrue_day(one)
    return one


def repaid(one: Book) -> Book:
    return apply(one, rules.Received(ref="p", on=one.accrued_on, amount=one.debt)).book


def proposed(one: Book, **wish):
    wish = {"effective_on": one.accrued_on} | wish
    return proposal(one, TERMS, CALENDAR, Wanted(**wish), ref="p")


class TestLowerPenalty:
    def test_it_is_an_improvement_with_its_own_event_and_the_new_rate_counts_from_the_next_night(self) -> None:
        late = book(40)
        made = proposed(late, kind=ChangeKind.PENALTY_REDUCTION, penalty_rates=LOWER)
        assert made.one_sided
        check_change(made, TERMS, CAPS)
        after = apply(late, from_json(dict(made.event))).book
        _, dear = accrue_day(late)
        lower, cheap = accrue_day(after)
        assert dear.overdue == cheap.overdue > ZERO
        assert cheap.penalty == Money.rounded(dear.overdue.tiyn * Rate.percent("0.1").ratio)
        assert cheap.penalty * 5 in (dear.penalty, dear.penalty + Money(1), dear.penalty - Money(1))
        assert lower.delay.first_day_rate == Decimal("0.001")
        assert fields_of(unusual(lower) or {})["penalty_rates"] == lower.penalty_rates
        assert rules.by_rules(lower)

    def test_it_can_only_fall_and_be_kept_exactly(self) -> None:
        for rates, refusal in (
            ((Rate.percent("0.6"), Rate.percent("0.01")), PenaltyRaised),
            ((Rate.percent("0.4"), Rate.percent("0.04")), PenaltyRaised),
            ((Rate.of("1/300"), Rate.percent(0)), ChangeUnfit),
            (None, ChangeUnfit),
        ):
            with pytest.raises(refusal):
                check_change(proposed(book(40), kind=ChangeKind.PENALTY_REDUCTION, penalty_rates=rates), TERMS, CAPS)

    def test_after_the_first_days_the_later_rate_is_the_lowered_one(self) -> None:
        one = book(40)
        made = proposed(one, kind=ChangeKind.PENALTY_REDUCTION, penalty_rates=LOWER)
        later = lived(apply(one, from_json(dict(made.event))).book, 95)
        desk = rules.bases(later)
        assert desk.late_later > ZERO
        facts = replace(later.facts, delay=replace(DELAY, stop_days=None))
        _, day = accrue_day(replace(later, facts=facts, penalty_exact=Decimal(0), penalty_year_accrued=ZERO))
        exact = desk.late_first.tiyn * Rate.percent("0.1").ratio + desk.late_later.tiyn * Rate.percent("0.01").ratio
        assert day.penalty == Money.rounded(exact)


class TestMilitaryService:
    UNTIL = date(2027, 6, 30)  # the service and the days after it

    def called_up(self, days: int = 20) -> Book:
        return apply(
            book(days), Halted(ref="h", on=OPENED + ONE_DAY * (days + 1), halt=HaltKind.CONSCRIPT, until=self.UNTIL)
        ).book

    def test_the_instalments_lie_behind_it_and_no_day_of_it_bears_interest(self) -> None:
        at = lived(self.called_up(), 5)
        made = proposed(at, kind=ChangeKind.CONSCRIPT_DEFERRAL, deferred_until=self.UNTIL)
        assert made.one_sided
        check_change(made, TERMS, CAPS)
        assert change_gesv(made) is not None
        rows = made.after.plan.rows
        assert (len(rows), rows[0].due_on) == (12, date(2027, 7, 2))
        assert [row.due_on.day for row in rows] == [2] * 12
        after = apply(at, from_json(dict(made.event))).book
        assert after.principal == at.principal
        while after.accrued_on < self.UNTIL:
            after, day = accrue_day(after)
            assert (day.interest, day.penalty, day.days_past_due) == (ZERO, ZERO, 0)
        assert after.interest == at.interest, "what had grown before the call-up, and nothing more"
        after = lived(after, 2)
        assert after.interest > at.interest
        assert after.dues[0].interest == after.interest, "paid with the first instalment after it"

    def test_what_was_overdue_before_goes_with_the_first_instalment_and_bears_nothing(self) -> None:
        late = lived(self.called_up(40), 3)
        assert late.penalty > ZERO
        made = proposed(late, kind=ChangeKind.CONSCRIPT_DEFERRAL, deferred_until=self.UNTIL)
        check_change(made, TERMS, CAPS)
        assert made.after.claimed_penalty == late.penalty
        assert made.after.plan.totals.principal == late.principal
        after = apply(late, from_json(dict(made.event))).book
        assert after.dues[after.period - 1].penalty == late.penalty

    def test_a_deferral_needs_its_last_day(self) -> None:
        for until in (None, OPENED):
            with pytest.raises(ChangeUnfit):
                proposed(book(5), kind=ChangeKind.CONSCRIPT_DEFERRAL, deferred_until=until)

    def test_what_is_expected_knows_the_days_without_interest(self) -> None:
        at = self.called_up()
        ahead = expected(at)
        assert [one.interest for one in ahead[1:]] == [ZERO] * 11, "every later period lies within the service"
        assert ahead[0].interest == at.interest
        partly = apply(
            book(20), Halted(ref="h", on=OPENED + ONE_DAY * 21, halt=HaltKind.CONSCRIPT, until=OPENED + ONE_DAY * 25)
        ).book
        promised = expected(partly)[0].interest
        while partly.period == 1:
            partly, _ = accrue_day(partly)
        assert partly.dues[0].interest == promised


class TestByItsAct:
    @pytest.mark.parametrize("kind", sorted(rules.BY_ITS_ACT))
    def test_of_a_court_and_a_bankruptcy_it_is_said_what_stands_still(self, kind: HaltKind) -> None:
        rules.check_halt_effect(kind, Goes.NOTHING, stops_penalty=True, stops_delay=False)
        for said in ((None, True, True), (Goes.NOTHING, None, True), (Goes.NOTHING, True, None)):
            with pytest.raises(rules.EffectMissing):
                rules.check_halt_effect(kind, said[0], stops_penalty=said[1], stops_delay=said[2])

    @pytest.mark.parametrize("kind", sorted(set(HaltKind) - rules.BY_ITS_ACT))
    def test_where_the_law_says_it_nobody_else_does(self, kind: HaltKind) -> None:
        rules.check_halt_effect(kind, None, stops_penalty=None, stops_delay=None)
        with pytest.raises(rules.EffectByLaw):
            rules.check_halt_effect(kind, Goes.ACCRUED, stops_penalty=None, stops_delay=None)

    @pytest.mark.parametrize("kind", sorted(rules.BY_ITS_ACT))
    def test_nothing_stands_still_that_the_act_does_not_name(self, kind: HaltKind) -> None:
        on = OPENED + ONE_DAY
        silent = lived(apply(book(), Halted(ref="h", on=on, halt=kind)).book, 10)
        assert silent.interest == book(10).interest
        named = lived(apply(book(), Halted(ref="h", on=on, halt=kind, interest=Goes.NOTHING)).book, 10)
        assert named.interest == ZERO


class TestMoreMoney:
    LINE = CreditLine(Money.tenge(400_000), OPENED, date(2027, 3, 2), restored=True)

    def test_it_goes_over_the_instalments_ahead_on_their_days(self) -> None:
        one = book(10)
        made = proposed(one, kind=ChangeKind.INCREASE, amount=Money.tenge(50_000))
        check_change(made, TERMS, CAPS)
        check_payout(made, most=Money.tenge(350_000), line=None, issued=TERMS.principal)
        assert made.after.plan.totals.principal == one.principal + Money.tenge(50_000)
        assert [row.due_on for row in made.after.plan.rows] == [due.due_on for due in one.dues]
        paid = {row.payment for row in made.after.plan.rows[1:-1]}
        assert max(paid) - min(paid) <= Money(1)

    def test_the_payment_of_it_is_what_was_signed_or_begins_anew_when_it_came_too_late(self) -> None:
        one = book(10)
        made = proposed(one, kind=ChangeKind.TRANCHE, amount=Money.tenge(50_000), instalments=5)
        event = rules.paid_out(made, TERMS, CALENDAR, ref="t", on=one.accrued_on + ONE_DAY, amount=made.payout)
        assert event.rows == from_json(dict(made.event)).rows
        late = event.rows[0].due_on
        anew = rules.paid_out(made, TERMS, CALENDAR, ref="t", on=late, amount=made.payout)
        assert (len(anew.rows), anew.rows[0].due_on > late) == (5, True)
        assert Money.total(row.principal for row in anew.rows) == Money.total(row.principal for row in event.rows)

    def test_what_may_be_given(self) -> None:
        late, fair = book(40), book(10)
        more = {"most": Money.tenge(350_000), "issued": TERMS.principal}
        with pytest.raises(ArrearsFirst):
            check_payout(proposed(late, kind=ChangeKind.INCREASE, amount=Money(100)), line=None, **more)
        with pytest.raises(Exception, match="can be owed at once"):
            check_payout(proposed(fair, kind=ChangeKind.INCREASE, amount=Money.tenge(50_001)), line=None, **more)
        with pytest.raises(NoCreditLine):
            check_payout(proposed(fair, kind=ChangeKind.TRANCHE, amount=Money(100)), line=None, **more)
        with pytest.raises(ChangeUnfit):
            check_payout(proposed(fair, kind=ChangeKind.INCREASE, amount=Money(100)), line=self.LINE, **more)
        check_payout(proposed(fair, kind=ChangeKind.TRANCHE, amount=Money.tenge(100_000)), line=self.LINE, **more)
        with pytest.raises(LineExceeded):
            check_payout(proposed(fair, kind=ChangeKind.TRANCHE, amount=Money.tenge(100_001)), line=self.LINE, **more)

    @pytest.mark.parametrize(
        ("state", "most", "takes"),
        [("fair", "principal", "yes"), ("late", None, "not_now"), ("halted", None, "not_now"), ("paid", None, "never")],
    )
    def test_when_a_loan_is_refinanced(self, state: str, most: str | None, takes: str) -> None:
        one = {
            "fair": lambda: book(10),
            "late": lambda: book(40),
            "halted": lambda: lived(
                apply(book(10), Halted(ref="h", on=OPENED + ONE_DAY * 11, halt=HaltKind.COLLECTOR)).book, 1
            ),
            "paid": lambda: (
                apply(book(10), rules.Received(ref="p", on=OPENED + ONE_DAY * 10, amount=book(10).debt)).book
            ),
        }[state]()
        assert rules.refinanced_most(one, one.accrued_on) == (one.principal if most else None)
        assert rules.takes_refinancing(one, Money(100)).value == takes
        if state == "fair":
            assert rules.takes_refinancing(one, one.principal + Money(1)).value == "never"
            assert rules.takes_refinancing(one, one.principal).value == "yes"

    def test_when_a_loan_takes_more_money(self) -> None:
        today = OPENED + ONE_DAY * 10
        paid_off = repaid(book(10))
        halted = lived(apply(book(10), Halted(ref="h", on=today + ONE_DAY, halt=HaltKind.COLLECTOR)).book, 1)
        for one, line, amount, takes in (
            (book(10), None, Money(100), "yes"),
            (book(40), None, Money(100), "not_now"),
            (halted, None, Money(100), "not_now"),
            (paid_off, None, Money(100), "never"),
            (paid_off, self.LINE, Money.tenge(400_000), "yes"),
            (paid_off, self.LINE, Money.tenge(400_001), "never"),
            (book(10), self.LINE, Money.tenge(100_001), "never"),
        ):
            assert rules.takes_money(one, line=line, amount=amount, on=one.accrued_on).value == takes
        assert rules.left_of(self.LINE, book(10), date(2027, 3, 3)) == ZERO
        with pytest.raises(rules.TakesNoMoney):
            rules.check_takes_money(paid_off, None)
        rules.check_takes_money(paid_off, self.LINE)


class TestEdges:
    def test_a_quote_is_for_the_day_itself_and_a_year_ahead_and_no_farther(self) -> None:
        for days in (0, 366):
            rules.check_quote_day(OPENED + ONE_DAY * days, OPENED)
        for days in (-1, 367):
            with pytest.raises(rules.QuoteInThePast):
                rules.check_quote_day(OPENED + ONE_DAY * days, OPENED)

    def test_all_that_is_owed_can_be_forgiven_and_not_a_tiyn_more(self) -> None:
        one = book(10)
        rules.check_forgivable(one, rules.Parts(one.principal, one.interest, ZERO))
        for parts in (
            rules.Parts(one.principal + Money(1)),
            rules.Parts(interest=one.interest + Money(1)),
            rules.Parts(),
        ):
            with pytest.raises(rules.MoreThanOwed):
                rules.check_forgivable(one, parts)

    def test_an_ordinary_book_has_nothing_unusual_and_an_ended_loan_is_not_changed(self) -> None:
        assert unusual(book(10)) is None
        assert fields_of({}) == {}
        with pytest.raises(ChangeUnfit):
            proposed(repaid(book(10)), kind=ChangeKind.PROLONGATION, instalments=20)
