"""Moves, drafts under the caps, and what a client may read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesie.foundation.terms.actions.load_demo_products import demo_drafts
from nesie.foundation.terms.rules import (
    AmountOutsideProduct,
    Caps,
    Method,
    ProductVersionView,
    TermOutsideProduct,
)
from nesie.journey.applications.rules import (
    MOVES,
    OPEN,
    REASON_WORDS,
    STATUS_WORDS,
    Draft,
    MoveNotAllowed,
    ScreeningPace,
    Status,
    check_move,
    check_officer_may,
    cost_rule,
    drafts,
    for_client,
    methods_offered,
    monthly_equivalent,
    no_later_than,
    status_after,
    words_of,
)
from nesie.kernel.decision import Outcome, Reason
from nesie.kernel.ids import ProductVersionId
from nesie.kernel.money import Money
from nesie.kernel.rate import Rate

ON = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SHORT, INSTALMENT = (
    ProductVersionView(ProductVersionId(UUID(int=number)), 1, draft, released=True)
    for number, draft in enumerate(demo_drafts(date(2026, 1, 1))[:2])
)
GENERAL = Caps(gesv=Rate.percent(46))
SHORT_TERM = Caps(Rate.percent(179), Rate.of("0.003"), 45, Money.tenge(194_625))


def consumer(amount: int = 300_000, term: int = 12, caps: Caps = GENERAL) -> tuple[Draft, ...]:
    return drafts(INSTALMENT, amount=Money.tenge(amount), term=term, disbursed_on=ON, caps=caps)


class TestMoves:
    def test_every_state_has_words_and_moves(self) -> None:
        assert set(MOVES) == set(Status) == set(STATUS_WORDS)

    def test_what_is_closed_stays_closed(self) -> None:
        assert set(Status) - OPEN == {Status.DECLINED, Status.CHOSEN, Status.EXPIRED, Status.CANCELLED}
        for closed in set(Status) - OPEN:
            for after in Status:
                with pytest.raises(MoveNotAllowed):
                    check_move(closed, after)

    def test_only_a_decision_or_an_officer_approves(self) -> None:
        assert {before for before in Status if Status.APPROVED in MOVES[before]} == {
            Status.SCREENING,
            Status.HELD,
            Status.REVIEW,
        }

    def test_an_officer_never_approves_what_is_held(self) -> None:
        with pytest.raises(MoveNotAllowed):
            check_officer_may(Status.HELD, approve=True)
        check_officer_may(Status.HELD, approve=False)
        check_officer_may(Status.REVIEW, approve=True)

    def test_each_outcome_has_its_state(self) -> None:
        assert [status_after(outcome) for outcome in Outcome] == [
            Status.APPROVED,
            Status.REVIEW,
            Status.HELD,
            Status.DECLINED,
        ]


class TestPace:
    LIMITS = ScreeningPace()

    def test_a_decision_waits_for_answers_until_the_limit(self) -> None:
        limit = self.LIMITS.answers_within
        assert no_later_than(NOW, NOW, (), self.LIMITS)
        assert not no_later_than(NOW, NOW + limit - timedelta(seconds=1), ("bureau",), self.LIMITS)
        assert no_later_than(NOW, NOW + limit, ("bureau",), self.LIMITS)


class TestDrafts:
    def test_differentiated_annuity_and_the_lenders_own(self) -> None:
        assert methods_offered(INSTALMENT) == (Method.DIFFERENTIATED, Method.ANNUITY, Method.FIXED_PAYMENT)
        assert methods_offered(SHORT) == (Method.DIFFERENTIATED, Method.ANNUITY, Method.BULLET)
        assert tuple(draft.method for draft in consumer()) == methods_offered(INSTALMENT)

    @pytest.mark.clause("8.3")
    def test_each_draft_shows_every_payment_gesv_and_overpayment(self) -> None:
        for draft in consumer():
            totals = draft.plan.totals
            assert totals.principal == Money.tenge(300_000)
            assert draft.plan.overpayment == totals.payment - totals.principal == totals.interest
            assert Money.total(row.payment for row in draft.plan.rows) == totals.payment
            assert draft.rate.shown_pct == draft.rate.unrounded_pct.quantize(Decimal("0.1"))

    def test_a_draft_over_a_cap_says_which_and_the_gate_declines_when_all_are(self) -> None:
        over = consumer(caps=replace(GENERAL, gesv=Rate.percent(30)))
        assert all(not draft.within_caps for draft in over)
        gate = cost_rule(over)
        assert gate.outcome is Outcome.DECLINE
        assert gate.reasons == (Reason.of("cost_over_cap", cap="GesvAboveCap"),)

    def test_one_draft_within_is_enough_and_none_is_a_decline_and_a_gap_a_hold(self) -> None:
        good, *rest = consumer()
        bad = [replace(draft, reasons=(Reason("GesvAboveCap"),)) for draft in rest]
        assert cost_rule((good, *bad)).outcome is Outcome.APPROVE
        assert cost_rule(()).outcome is Outcome.DECLINE
        assert cost_rule((), "gesv_cap").outcome is Outcome.HOLD

    def test_what_the_product_does_not_have_is_refused(self) -> None:
        with pytest.raises(AmountOutsideProduct):
            consumer(amount=1_500_001)
        with pytest.raises(TermOutsideProduct):
            consumer(term=25)

    def test_a_short_loan_weighs_on_the_month_with_its_whole_payment(self) -> None:
        short = drafts(SHORT, amount=Money.tenge(100_000), term=30, disbursed_on=ON, caps=SHORT_TERM)
        dearest = max(draft.plan.totals.payment for draft in short)
        assert monthly_equivalent(tuple(draft.plan for draft in short)) == dearest

    @given(st.integers(50_000, 1_500_000), st.integers(3, 24))
    def test_a_month_carries_no_less_than_its_part_of_the_dearest_draft(self, amount: int, term: int) -> None:
        plans = tuple(draft.plan for draft in consumer(amount, term))
        dearest = max(plan.totals.payment for plan in plans)
        monthly = monthly_equivalent(plans)
        assert dearest.tiyn // (term + 1) <= monthly.tiyn <= dearest.tiyn // (term - 1)


class TestWords:
    def test_every_reason_a_client_may_see_has_words(self) -> None:
        assert all(words_of(Reason(code)) for code in REASON_WORDS)

    @pytest.mark.parametrize("code", ["listed_person", "beneficial_owner_unproven", "high_risk_not_accepted"])
    def test_aml_grounds_are_one_neutral_sentence(self, code: str) -> None:
        assert for_client([Reason.of(code, kind="iin")]) == (Reason("ground_of_law"),)

    @pytest.mark.parametrize("code", ["list_match_not_judged", "high_risk_not_decided", "norm_unconfirmed"])
    def test_inner_holds_do_not_tip_off(self, code: str) -> None:
        assert for_client([Reason.of(code, kind="name_only")]) == (Reason("check_not_finished"),)

    def test_figures_stay_inside(self) -> None:
        assert for_client([Reason.of("debt_burden", percent=70)]) == (Reason("debt_burden"),)
