"""What may be proposed as a change, and what may be drawn under a credit line: pure rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesie.foundation.identification.rules import ProofKind
from nesie.foundation.terms.rules import (
    Caps,
    GesvAboveCap,
    Method,
    Row,
    Schedule,
    Terms,
    TermTooLong,
    flows,
    gesv,
    schedule,
)
from nesie.journey.contracts.rules import (
    GIVES_MONEY,
    ChangeClaim,
    ChangeKind,
    ChangeProposal,
    ChangeUnfit,
    Conditions,
    CreditLine,
    DebtCapitalised,
    DebtDiffers,
    Draw,
    Forgiven,
    LineExceeded,
    LineNotOpen,
    NotAnImprovement,
    PenaltyRaised,
    RateRaised,
    Standing,
    available,
    change_gesv,
    check_change,
    check_draw,
    gesv_before,
    needed_proofs,
    taken,
)
from nesie.kernel.ids import ContractId
from nesie.kernel.money import ZERO, Money
from nesie.kernel.rate import Rate

DAY = date(2026, 11, 23)
TERMS = Terms(Money.tenge(300_000), Rate.percent(36), Method.ANNUITY, 12)
CAPS = Caps(gesv=Rate.percent(46))
OWED = Standing(
    Money.tenge(300_000),
    overdue_principal=Money.tenge(20_000),
    interest=Money.tenge(1_000),
    overdue_interest=Money.tenge(9_000),
    penalty=Money.tenge(500),
)


def conditions(principal: Money = OWED.principal, claims: tuple[ChangeClaim, ...] = (), **changes) -> Conditions:
    penalty = changes.pop("penalty", Rate.percent("0.5"))
    terms = replace(TERMS, principal=principal, **changes)
    return Conditions(terms.annual_rate, terms.method, schedule(terms, DAY), claims, penalty, Rate.percent("0.03"))


def carrying(one: Conditions, interest: Money) -> Conditions:
    """The same with interest of the running period put into the first payment, as the loan's engine does."""
    first = one.plan.rows[0]
    row = replace(first, interest=first.interest + interest, payment=first.payment + interest)
    return replace(one, plan=Schedule(one.plan.disbursed_on, (row, *one.plan.rows[1:])))


def claim(interest: Money = OWED.overdue_interest, penalty: Money = OWED.penalty) -> tuple[ChangeClaim, ...]:
    return (ChangeClaim(DAY + timedelta(days=90), interest, penalty),)


def proposal(kind: ChangeKind = ChangeKind.RESTRUCTURING, **changes) -> ChangeProposal:
    wish = {
        "standing": OWED,
        "before": carrying(conditions(), OWED.interest),
        "after": carrying(conditions(instalments=24, claims=claim()), OWED.interest),
    } | changes
    return ChangeProposal(
        contract_id=ContractId(uuid4()),
        kind=kind,
        granted_on=DAY - timedelta(days=60),
        effective_on=DAY,
        event={},
        **wish,
    )


class TestWhatMayBeProposed:
    def test_a_longer_term_with_the_arrears_as_claims_passes(self):
        check_change(proposal(), TERMS, CAPS)
        check_change(proposal(ChangeKind.PROLONGATION), TERMS, CAPS)

    @pytest.mark.parametrize("kind", sorted(GIVES_MONEY))
    def test_what_gives_money_out_says_how_much_and_nothing_else_does(self, kind):
        with pytest.raises(ChangeUnfit):
            check_change(proposal(kind), TERMS, CAPS)
        for odd in (replace(proposal(), payout=Money(1)), replace(proposal(kind), payout=-Money(1))):
            with pytest.raises(ChangeUnfit):
                check_change(odd, TERMS, CAPS)

    @pytest.mark.parametrize("one_sided", [True, False])
    def test_the_rate_only_falls_agreed_or_not(self, one_sided):
        dearer = carrying(conditions(annual_rate=Rate.percent("36.5"), instalments=24, claims=claim()), OWED.interest)
        with pytest.raises(RateRaised):
            check_change(proposal(after=dearer, one_sided=one_sided), TERMS, CAPS)

    def test_the_penalty_only_falls(self):
        dearer = carrying(conditions(claims=claim(), penalty=Rate.percent("0.6")), OWED.interest)
        with pytest.raises(PenaltyRaised):
            check_change(proposal(after=dearer), TERMS, CAPS)

    @given(st.integers(1, OWED.overdue_interest.tiyn + OWED.penalty.tiyn))
    def test_not_a_tiyn_of_overdue_interest_or_penalty_becomes_principal(self, tiyn):
        grown = carrying(conditions(OWED.principal + Money(tiyn), claims=claim()), OWED.interest)
        with pytest.raises(DebtCapitalised):
            check_change(proposal(after=grown), TERMS, CAPS)

    def test_overdue_interest_hidden_in_the_payments_is_capitalised_too(self):
        hidden = carrying(conditions(claims=claim(interest=Money.tenge(8_999))), OWED.interest + Money.tenge(1))
        with pytest.raises(DebtCapitalised):
            check_change(proposal(after=hidden), TERMS, CAPS)

    @pytest.mark.parametrize(
        "claims",
        [
            claim(penalty=OWED.penalty - Money(1)),
            claim(penalty=OWED.penalty + Money(1)),
            claim(interest=OWED.overdue_interest + OWED.interest + Money(1)),
        ],
    )
    def test_the_debt_is_neither_lost_nor_made_up(self, claims):
        with pytest.raises(DebtDiffers):
            check_change(proposal(after=carrying(conditions(claims=claims), OWED.interest)), TERMS, CAPS)

    def test_rows_that_do_not_add_up_are_refused(self):
        good = carrying(conditions(instalments=24, claims=claim()), OWED.interest)
        first, *rest = good.plan.rows
        bad = replace(good, plan=Schedule(DAY, (replace(first, payment=first.payment + Money(1)), *rest)))
        with pytest.raises(DebtDiffers):
            check_change(proposal(after=bad), TERMS, CAPS)

    def test_what_is_forgiven_leaves_the_debt(self):
        given_up = Forgiven(Money.tenge(50_000), Money.tenge(9_000), Money.tenge(500))
        after = carrying(conditions(OWED.principal - given_up.principal), OWED.interest)
        check_change(proposal(ChangeKind.FORGIVENESS, after=after, forgiven=given_up), TERMS, CAPS)

    def test_all_forgiven_leaves_nothing_to_pay(self):
        nothing = replace(conditions(), plan=Schedule(DAY, ()))
        owed = replace(OWED, interest=ZERO)
        given_up = Forgiven(owed.principal, owed.overdue_interest, owed.penalty)
        made = proposal(ChangeKind.FORGIVENESS, standing=owed, before=conditions(), after=nothing, forgiven=given_up)
        check_change(made, TERMS, CAPS)
        assert change_gesv(made) is None

    def test_a_loan_whose_last_day_is_the_day_itself_may_be_prolonged_and_has_no_rate_before(self):
        last = Row(1, DAY, OWED.principal + OWED.interest, OWED.interest, OWED.principal, ZERO)
        made = proposal(ChangeKind.PROLONGATION, before=replace(conditions(), plan=Schedule(DAY, (last,))))
        check_change(made, TERMS, CAPS)
        assert gesv_before(made) is None
        assert change_gesv(made) is not None

    @pytest.mark.parametrize(
        "kind",
        [
            ChangeKind.PROLONGATION,
            ChangeKind.PAYMENT_REDUCTION,
            ChangeKind.DEFERRAL,
            ChangeKind.FORGIVENESS,
            ChangeKind.RATE_REDUCTION,
            ChangeKind.PENALTY_REDUCTION,
            ChangeKind.DUE_DAY,
        ],
    )
    def test_a_kind_does_what_it_says(self, kind):
        same = carrying(conditions(claims=()), OWED.interest)
        owed = replace(OWED, overdue_interest=ZERO, penalty=ZERO)
        with pytest.raises(ChangeUnfit):
            check_change(proposal(kind, standing=owed, before=same, after=same), TERMS, CAPS)


class TestTheCaps:
    @pytest.mark.clause("8.3")
    def test_the_effective_rate_of_what_remains_is_held_under_the_cap_of_the_contract(self):
        with pytest.raises(GesvAboveCap):
            check_change(proposal(), TERMS, Caps(gesv=Rate.percent(36)))

    @pytest.mark.clause("8.3")
    def test_a_short_loan_is_not_made_a_long_one(self):
        with pytest.raises(TermTooLong):
            check_change(proposal(), TERMS, replace(CAPS, most_days=45))

    @given(st.integers(0, 200_000), st.integers(1, 600))
    def test_interest_of_the_past_does_not_move_the_effective_rate(self, tiyn, percent):
        rate = Rate.percent(percent) if percent < 50 else Rate.percent(36)
        fresh = conditions(instalments=24, annual_rate=rate)
        made = proposal(standing=Standing(OWED.principal, interest=Money(tiyn)), after=carrying(fresh, Money(tiyn)))
        assert change_gesv(made) == gesv(flows(fresh.plan))


class TestTheLenderAlone:
    def test_a_lower_rate_a_lower_penalty_and_the_penalty_forgiven_pass(self):
        owed = replace(OWED, overdue_interest=ZERO, penalty=ZERO)
        before = carrying(conditions(), OWED.interest)
        cheaper = carrying(conditions(annual_rate=Rate.percent(30)), OWED.interest)
        milder = carrying(conditions(penalty=Rate.percent("0.1")), OWED.interest)
        for kind, after in ((ChangeKind.RATE_REDUCTION, cheaper), (ChangeKind.PENALTY_REDUCTION, milder)):
            check_change(proposal(kind, standing=owed, before=before, after=after, one_sided=True), TERMS, CAPS)
        before = replace(before, claims=claim(interest=ZERO))
        owed = replace(OWED, overdue_interest=ZERO)
        after = carrying(conditions(), OWED.interest)
        forgiven = proposal(
            ChangeKind.FORGIVENESS, standing=owed, before=before, after=after,
            forgiven=Forgiven(penalty=OWED.penalty), one_sided=True,
        )  # fmt: skip
        check_change(forgiven, TERMS, CAPS)

    def test_a_longer_term_is_no_improvement_by_the_lender_alone(self):
        for kind in (ChangeKind.PROLONGATION, ChangeKind.RATE_REDUCTION, ChangeKind.FORGIVENESS):
            with pytest.raises(NotAnImprovement):
                check_change(proposal(kind, one_sided=True), TERMS, CAPS)


def test_a_proposal_is_kept_exactly() -> None:
    made = replace(proposal(), event={"kind": "restructured", "rows": [1, 2]}, forgiven=Forgiven(penalty=Money(3)))
    assert ChangeProposal.from_json(made.contract_id, made.to_json()) == made


@pytest.mark.clause("9-ie")
def test_only_an_entrepreneur_with_a_business_purpose_needs_no_eds() -> None:
    both = frozenset({ProofKind.BIOMETRIC, ProofKind.EDS})
    assert needed_proofs(consumer=True, entrepreneur=False) == both
    assert needed_proofs(consumer=True, entrepreneur=True) == both
    assert needed_proofs(consumer=False, entrepreneur=False) == both
    assert needed_proofs(consumer=False, entrepreneur=True) == frozenset({ProofKind.BIOMETRIC})


LIMIT = Money.tenge(1_000_000)
amounts = st.integers(1, LIMIT.tiyn).map(Money)


@st.composite
def draws(draw) -> list[Draw]:
    lent = draw(st.lists(amounts, max_size=6))
    return [Draw(uuid4(), amount, Money(draw(st.integers(0, amount.tiyn)))) for amount in lent]


def line(*, restored: bool) -> CreditLine:
    return CreditLine(LIMIT, DAY, DAY + timedelta(days=365), restored)


class TestACreditLine:
    @pytest.mark.clause("2-line")
    @given(draws(), amounts, st.booleans())
    def test_what_is_drawn_never_passes_the_limit(self, before, amount, restored):
        agreed = line(restored=restored)
        left = available(agreed, before, DAY)
        if amount > left:
            with pytest.raises(LineExceeded):
                check_draw(agreed, before, amount, DAY)
        else:
            check_draw(agreed, before, amount, DAY)
            after = [*before, Draw(uuid4(), amount)]
            assert taken(agreed, after) <= LIMIT
            assert available(agreed, after, DAY) == left - amount

    @pytest.mark.clause("2-line")
    def test_repaid_principal_frees_the_limit_only_where_agreed(self):
        used = [Draw(uuid4(), LIMIT, repaid=Money.tenge(300_000))]
        assert available(line(restored=True), used, DAY) == Money.tenge(300_000)
        assert available(line(restored=False), used, DAY) == ZERO

    @pytest.mark.clause("2-line")
    def test_loans_are_taken_within_the_days_of_the_agreement(self):
        agreed = line(restored=True)
        for day in (agreed.opens_on, agreed.closes_on):
            check_draw(agreed, [], LIMIT, day)
        for day in (agreed.opens_on - timedelta(days=1), agreed.closes_on + timedelta(days=1)):
            assert available(agreed, [], day) == ZERO
            with pytest.raises(LineNotOpen):
                check_draw(agreed, [], Money(1), day)

    def test_what_makes_no_sense_is_an_error(self):
        for bad in (
            lambda: CreditLine(ZERO, DAY, DAY, True),
            lambda: CreditLine(LIMIT, DAY, DAY - timedelta(days=1), True),
            lambda: Draw(uuid4(), Money(5), repaid=Money(6)),
            lambda: check_draw(line(restored=True), [], ZERO, DAY),
        ):
            with pytest.raises(ValueError, match=r"."):
                bad()


def test_a_row_of_another_balance_is_seen() -> None:
    good = conditions(claims=claim())
    wrong = Row(1, good.plan.rows[0].due_on, Money(1), ZERO, Money(1), ZERO)
    with pytest.raises((DebtDiffers, DebtCapitalised)):
        check_change(proposal(after=replace(good, plan=Schedule(DAY, (wrong,)))), TERMS, CAPS)
