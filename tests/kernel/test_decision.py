"""Decisions: the worst wins, nothing asked is not nothing found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesie.kernel.decision import Decision, NormUsed, Outcome, Reason, RuleResult, passed, worst

REASONS = st.builds(Reason.of, st.sampled_from(["late", "listed", "no_answer"]), days=st.integers(0, 400))
NORMS = st.builds(NormUsed, st.just("mrp"), st.just("4325"), st.none() | st.dates(), st.just("reported"))
RESULTS = st.builds(
    RuleResult,
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(list(Outcome)),
    st.tuples(REASONS),
    st.lists(NORMS, max_size=2).map(tuple),
)
DECISIONS = st.lists(RESULTS, max_size=5).map(tuple).map(Decision)


def test_order_is_approve_review_hold_decline() -> None:
    assert sorted(Outcome, key=lambda each: each.severity) == [
        Outcome.APPROVE,
        Outcome.REVIEW,
        Outcome.HOLD,
        Outcome.DECLINE,
    ]


def test_nothing_checked_is_a_hold() -> None:
    assert Decision(()).outcome is Outcome.HOLD
    assert worst([]).outcome is Outcome.HOLD
    assert worst([Decision((passed("age"),)), Decision(())]).outcome is Outcome.HOLD


@given(DECISIONS, RESULTS)
def test_another_result_never_improves_a_decision(decision: Decision, result: RuleResult) -> None:
    if decision.results:
        more = Decision((*decision.results, result))
        assert more.outcome.severity >= decision.outcome.severity


@given(st.lists(DECISIONS, min_size=1, max_size=4))
def test_the_worst_of_several_wins(several: list[Decision]) -> None:
    together = worst(several)
    assert together.outcome.severity == max(each.outcome.severity for each in several)


@given(DECISIONS)
def test_reasons_are_those_of_the_worst_outcome(decision: Decision) -> None:
    bad = [result for result in decision.results if result.outcome is decision.outcome]
    assert set(decision.reasons) == {reason for result in bad for reason in result.reasons} or not decision.results


@given(DECISIONS)
def test_a_decision_comes_back_from_its_json(decision: Decision) -> None:
    assert Decision.from_data(decision.as_data()) == decision


def test_an_adverse_result_must_say_why() -> None:
    with pytest.raises(ValueError, match="without a reason"):
        RuleResult("age", Outcome.DECLINE)
