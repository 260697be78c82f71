"""What the checks made again at signing allow: every combination, the worst wins, silence never lets sign."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesie.journey.contracts.rules import SignOutcome, sign_outcome
from nesie.journey.creditworthiness.rules import awaits_answers
from nesie.kernel.decision import Decision, Outcome, Reason, RuleResult

APPROVE, REVIEW, HOLD, DECLINE = Outcome
CLEAN = Decision((RuleResult("age", APPROVE),))


def law(outcome: Outcome, code: str = "debt_burden", **params: str) -> Decision:
    return Decision((*CLEAN.results, RuleResult("rule", outcome, (Reason.of(code, **params),))))


SILENT = law(HOLD, "no_answer", about="bureau_report")
OLD = law(HOLD, "answers_too_old")
NORM = law(HOLD, "norm_unconfirmed", norm="kdn_limit")
INCOME = law(HOLD, "no_answer", about="income")


@pytest.mark.clause("10-law")
@pytest.mark.parametrize(
    ("register", "by_law", "screened", "outcome"),
    [
        (APPROVE, CLEAN, APPROVE, SignOutcome.SIGNED),
        (APPROVE, law(REVIEW, "no_credit_history"), REVIEW, SignOutcome.SIGNED),
        (APPROVE, law(DECLINE), APPROVE, SignOutcome.NOT_ALLOWED_NOW),
        (HOLD, law(DECLINE), APPROVE, SignOutcome.NOT_ALLOWED_NOW),
        (APPROVE, SILENT, APPROVE, SignOutcome.CHECKS_UNDER_WAY),
        (APPROVE, OLD, APPROVE, SignOutcome.CHECKS_UNDER_WAY),
        (HOLD, CLEAN, APPROVE, SignOutcome.CHECKS_UNDER_WAY),
        (APPROVE, NORM, APPROVE, SignOutcome.NOT_ALLOWED_NOW),
        (APPROVE, INCOME, APPROVE, SignOutcome.NOT_ALLOWED_NOW),
        (DECLINE, CLEAN, APPROVE, SignOutcome.NOT_ALLOWED_NOW),
        (APPROVE, SILENT, HOLD, SignOutcome.NOT_ALLOWED_NOW),
    ],
)
def test_the_worst_wins(register: Outcome, by_law: Decision, screened: Outcome, outcome: SignOutcome) -> None:
    assert sign_outcome(register=register, law=by_law, screened=screened) is outcome


@given(
    st.sampled_from(Outcome),
    st.sampled_from([CLEAN, SILENT, OLD, NORM, INCOME, law(DECLINE)]),
    st.sampled_from(Outcome),
)
def test_nobody_signs_over_a_hold_or_a_refusal(register: Outcome, by_law: Decision, screened: Outcome) -> None:
    if sign_outcome(register=register, law=by_law, screened=screened) is SignOutcome.SIGNED:
        assert not {register, by_law.outcome, screened} & {HOLD, DECLINE}


def test_only_what_was_asked_outside_is_waited_for() -> None:
    assert [awaits_answers(decision) for decision in (CLEAN, SILENT, OLD, NORM, INCOME, law(DECLINE))] == [
        False, True, True, False, False, False,
    ]  # fmt: skip
