"""The rules of carrying: what may follow an attempt, whatever happens in whatever order."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesie.foundation.exchange import rules
from nesie.foundation.exchange.rules import (
    FINAL,
    TRAITS,
    AnswerStatus,
    Destination,
    Errand,
    Outcome,
    Standing,
    Status,
    Traits,
)

traits_strategy = st.builds(
    Traits, takes_key=st.booleans(), can_be_asked=st.booleans(), attempts=st.integers(min_value=1, max_value=5)
)
# PENDING is left out for destinations that can neither be asked nor repeated: the rule refuses it as a bug.
outcomes = st.lists(st.sampled_from([o for o in Outcome if o is not Outcome.PENDING]), max_size=15)
NEITHER = Traits(takes_key=False, can_be_asked=False)


def run(traits: Traits, heard: list[Outcome]) -> list[Standing]:
    """Carry a message until it is no longer tried by itself; every standing on the way."""
    way = [Standing(Status.INTENDED, 0, doubtful=False)]
    for outcome in heard:
        if way[-1].status not in (Status.INTENDED, Status.AWAITED):
            break
        sending = Standing(Status.SENDING, way[-1].failures, way[-1].doubtful)
        way.append(rules.after(sending, outcome, traits))
    return way


@given(heard=outcomes)
def test_where_nothing_can_be_learnt_a_doubtful_message_is_never_tried_by_itself(heard):
    for standing in run(NEITHER, heard):
        assert not (standing.doubtful and standing.status in rules.OPEN)


@given(traits=traits_strategy, heard=outcomes)
def test_a_message_is_tried_at_most_so_often_in_a_row_and_then_waits_for_a_person(traits, heard):
    way = run(traits, heard)
    assert len(way) <= traits.attempts + 1
    if len(way) == traits.attempts + 1:
        assert way[-1].status in FINAL | rules.TROUBLED


@given(traits=traits_strategy, heard=outcomes, late=st.sampled_from(list(Outcome)))
def test_a_final_message_stays_as_it_is(traits, heard, late):
    last = run(traits, heard)[-1]
    if last.status in FINAL:
        assert rules.after(last, late, traits) == last


@given(traits=traits_strategy, heard=outcomes)
def test_doubt_is_forgotten_only_by_an_answer(traits, heard):
    way = run(traits, heard)
    for before, after in pairwise(way):
        if before.doubtful and not after.doubtful:
            assert after.status in (Status.ANSWERED, Status.FAILED)


@pytest.mark.parametrize("status", [Status.UNKNOWN, Status.DEAD, Status.INTENDED, Status.AWAITED, Status.SENDING])
def test_a_late_answer_settles_and_other_late_word_changes_nothing(status):
    standing = Standing(status, 2, doubtful=True)
    assert rules.after(standing, Outcome.ANSWERED, NEITHER, current=False).status is Status.ANSWERED
    assert rules.after(standing, Outcome.FAILED, NEITHER, current=False).status is Status.FAILED
    for outcome in (Outcome.NOT_CARRIED, Outcome.NO_ANSWER, Outcome.PENDING, Outcome.SENDER_LOST):
        assert rules.after(standing, outcome, NEITHER, current=False) == standing


def test_waits_double_up_to_the_longest():
    traits = Traits(
        takes_key=True, can_be_asked=True, first_wait=timedelta(seconds=2), longest_wait=timedelta(seconds=20)
    )
    assert [rules.wait_after(n, traits).total_seconds() for n in (0, 1, 2, 3, 4, 5, 500)] == [2, 2, 4, 8, 16, 20, 20]


def test_a_doubtful_message_is_asked_about_where_that_is_possible():
    asked = Traits(takes_key=True, can_be_asked=True)
    assert rules.errand(Standing(Status.INTENDED, 1, doubtful=True), asked) is Errand.ASK_FIRST
    assert rules.errand(Standing(Status.INTENDED, 1, doubtful=False), asked) is Errand.CARRY
    assert rules.errand(Standing(Status.INTENDED, 1, doubtful=True), NEITHER) is Errand.CARRY


def test_an_abandoned_message_is_failed_only_when_it_surely_was_not_acted_on():
    assert rules.told(Status.ABANDONED, doubtful=False) is AnswerStatus.FAILED
    assert rules.told(Status.ABANDONED, doubtful=True) is AnswerStatus.UNKNOWN
    assert rules.told(Status.DEAD, doubtful=False) is AnswerStatus.UNKNOWN


def test_a_pending_answer_nobody_could_follow_up_is_a_bug():
    with pytest.raises(ValueError, match="answer at once"):
        rules.after(Standing(Status.SENDING, 0, doubtful=False), Outcome.PENDING, NEITHER)


def test_only_sms_is_beyond_keys_and_questions():
    assert set(TRAITS) == set(Destination)
    assert [d for d in Destination if not TRAITS[d].repeatable] == [Destination.SMS]
