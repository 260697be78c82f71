"""Active liveness over recorded signals: a living person passes; a picture, a recording, another's face do not."""

from __future__ import annotations

import math
import random
import secrets
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nesie.foundation.identification.rules import liveness
from nesie.foundation.identification.rules.liveness import (
    Arrival,
    Fault,
    Hint,
    Limits,
    Look,
    Movement,
    Phase,
    Progress,
    SequencesExhausted,
)
from tests.faces import actors

FEW, MANY = 4, 1000
NAMED = {  # the faults that may end each attack
    "static photo": {Fault.STEP_TIME_OVER},
    "photo moved and tilted": {Fault.STEP_TIME_OVER, Fault.WRONG_MOVEMENT, Fault.MOVED_EARLY, Fault.FACE_LOST},
    "photo bent and moved": {Fault.STEP_TIME_OVER, Fault.WRONG_MOVEMENT, Fault.MOVED_EARLY, Fault.FACE_LOST},
    "wrong order": {Fault.WRONG_MOVEMENT},
    "frozen picture": {Fault.FROZEN},
    "repeated frame": {Fault.REPEATED_FRAME},
    "two faces": {Fault.SEVERAL_FACES},
    "face swapped midway": {Fault.FACE_CHANGED},
    "another person": {Fault.OTHER_FACE},
    "frames from the future": {Fault.CLOCK},
    "nonce of another step": {Fault.OUT_OF_ORDER},
}


def verdicts(name: str, times: int) -> Counter[Fault | None]:
    found: Counter[Fault | None] = Counter()
    for seed in range(times):
        dice = random.Random(f"{name} {seed}")
        actor = actors.genuine(dice) if name == "genuine" else actors.ATTACKS[name](dice)
        found[actors.verdict(actors.play(actor, actors.sequence(dice), fps=dice.uniform(8, 10)))] += 1
    return found


@pytest.mark.clause("35")
def test_a_living_person_who_obeys_passes() -> None:
    assert verdicts("genuine", 2 * FEW) == {None: 2 * FEW}


@pytest.mark.clause("35")
@pytest.mark.parametrize("name", actors.ATTACKS)
def test_an_attack_is_refused_for_its_own_reason(name: str) -> None:
    found = verdicts(name, FEW)
    assert None not in found
    assert set(found) <= NAMED.get(name, set(Fault))


@pytest.mark.soak
@pytest.mark.clause("35")
@pytest.mark.parametrize("name", ["genuine", *actors.ATTACKS])
def test_a_thousand_of_each(name: str) -> None:
    found = verdicts(name, MANY)
    if name == "genuine":
        assert found[None] >= 0.98 * MANY, found
    else:
        assert found[None] == 0, found


class TestSequences:
    @pytest.mark.clause("35")
    def test_there_are_8700_of_five_movements(self) -> None:
        assert len(set(liveness.all_sequences())) == 8700

    @pytest.mark.clause("35")
    def test_each_has_head_and_face_and_no_movement_twice_running(self) -> None:
        for word in liveness.all_sequences():
            assert all(first != second for first, second in pairwise(word))
            assert set(word) & set("LRUD")
            assert set(word) & set("BMS")

    @pytest.mark.clause("35")
    def test_what_was_issued_is_never_drawn_again(self) -> None:
        last = liveness.all_sequences()[-1]
        assert liveness.draw(liveness.all_sequences()[:-1], secrets.randbelow) == last
        with pytest.raises(SequencesExhausted):
            liveness.draw(liveness.all_sequences(), secrets.randbelow)

    def test_a_sequence_can_be_written_down(self) -> None:
        word = liveness.all_sequences()[17]
        assert liveness.written(liveness.read_sequence(word)) == word


class TestPrompts:
    @pytest.mark.clause("35")
    def test_a_prompt_is_shown_only_after_the_movement_before_was_seen(self) -> None:
        dice = random.Random(3)
        steps: list[Progress] = []
        asked = actors.sequence(dice)
        result = actors.play(actors.genuine(dice), asked, each=lambda course: steps.append(Progress.of(course)))
        assert [one for one in dict.fromkeys((p.step, p.prompt) for p in steps if p.prompt)] == list(enumerate(asked))
        course = result.course
        for step in range(1, len(asked)):
            assert course.prompted[step] - course.seen[step - 1] >= course.pauses[step]

    def test_a_session_that_has_failed_stays_failed(self) -> None:
        dice = random.Random(5)
        failed = actors.play(actors.ATTACKS["static photo"](dice), actors.sequence(dice)).course
        arrival = Arrival(999, True, False, failed.at + 0.1, failed.at + 0.1)
        assert liveness.see(failed, arrival, Look(faces=1), None, Limits()) is failed


def course_after(seconds: float, dice: random.Random) -> tuple[actors.Obedient, liveness.Course, float]:
    """A genuine session under way, with nothing asked yet."""
    person = actors.genuine(dice)
    course = liveness.begin(actors.sequence(dice), [9.0] * 5)
    at = 0.0
    while at < seconds:
        look = person.look(at)
        course = liveness.see(course, person.arrival(course.frames, at), look, None, Limits())
        at += 0.1
    return person, course, at


class TestTime:
    def after(self, **changed: float) -> liveness.Course:
        person, course, at = course_after(2.0, random.Random(1))
        when = {"at": at, "taken": at} | changed
        arrival = Arrival(course.frames, True, False, **when)
        return liveness.see(course, arrival, person.look(at), None, Limits())

    @pytest.mark.clause("35")
    def test_a_gap_ends_the_session(self) -> None:
        assert self.after(at=4.5, taken=4.5).fault is Fault.GAP

    @pytest.mark.clause("35")
    def test_frames_of_the_past_end_it(self) -> None:
        assert self.after(taken=0.1).fault is Fault.CLOCK

    @pytest.mark.clause("35")
    def test_frames_faster_than_a_camera_end_it(self) -> None:
        person, course, at = course_after(2.0, random.Random(1))
        for number in range(12):
            now = at + number * 0.01
            course = liveness.see(course, Arrival(0, True, False, now, now), person.look(now), None, Limits())
        assert course.fault is Fault.TOO_FAST

    @pytest.mark.clause("35")
    def test_a_session_has_its_time(self) -> None:
        person, course, at = course_after(2.0, random.Random(1))
        course = replace(course, at=46.0)
        assert liveness.see(course, Arrival(0, True, False, 46.1, 46.1), person.look(at), None, Limits()).fault is (
            Fault.TIME_OVER
        )

    @pytest.mark.clause("35")
    def test_the_first_frame_may_not_be_late_without_end(self) -> None:
        course = liveness.begin(actors.sequence(random.Random(1)), [0.5] * 5)
        late = liveness.see(course, Arrival(0, True, False, 61.0, 61.0), Look(faces=0), None, Limits())
        assert late.fault is Fault.TIME_OVER


class TestRest:
    @pytest.mark.parametrize(
        ("changed", "hint"),
        [
            ({"yaw": 20.0}, Hint.STRAIGHT),
            ({"roll": 20.0}, Hint.STRAIGHT),
            ({"mouth": 0.3}, Hint.MOUTH_CLOSED),
            ({"width": 0.8}, Hint.CALM),
            ({"span": 30.0}, Hint.NEARER),
        ],
    )
    def test_a_person_is_told_what_to_mend(self, changed: dict[str, float], hint: Hint) -> None:
        person = actors.genuine(random.Random(2))
        course = liveness.begin(actors.sequence(random.Random(2)), [0.5] * 5)
        look = replace(person.look(0.0), **changed)
        course = liveness.see(course, Arrival(0, True, False, 0.0, 0.0), look, None, Limits())
        assert (course.phase, course.hint) == (Phase.REST, hint)

    def test_a_face_that_never_looks_straight_is_given_up(self) -> None:
        person = actors.genuine(random.Random(2))
        course = liveness.begin(actors.sequence(random.Random(2)), [0.5] * 5)
        for number in range(140):
            look = replace(person.look(0.0), yaw=30.0)
            at = number / 10
            course = liveness.see(course, Arrival(number, True, False, at, at), look, None, Limits())
        assert course.fault is Fault.NOT_STRAIGHT


class TestLikeness:
    def course(self, *values: float) -> liveness.Course:
        course = liveness.begin(actors.sequence(random.Random(1)), [0.5] * 5)
        return replace(course, likeness=tuple(liveness.Likeness(value, 0.9, True, 0) for value in values))

    @pytest.mark.clause("35", "9-conclude")
    @pytest.mark.parametrize(
        ("values", "fault"),
        [
            ((0.7, 0.6, 0.8), None),
            ((0.5, 0.51, 0.49), None),
            ((0.42, 0.41, 0.43), Fault.UNCLEAR_FACE),
            ((0.38, 0.37, 0.39), Fault.OTHER_FACE),
            ((0.9, 0.9), Fault.UNCLEAR_FACE),
        ],
    )
    def test_the_median_of_frontal_frames_decides(self, values: tuple[float, ...], fault: Fault | None) -> None:
        assert liveness.judge_likeness(self.course(*values), least=0.45, unclear=0.40) is fault

    def test_signing_asks_for_more(self) -> None:
        assert liveness.judge_likeness(self.course(0.47, 0.47, 0.47), least=0.50, unclear=0.40) is Fault.UNCLEAR_FACE


@given(st.floats(-45, 45), st.floats(-40, 40), st.floats(0.7, 1.3), st.sampled_from(actors.PEOPLE))
def test_a_flat_picture_is_flat_however_it_is_turned(yaw: float, pitch: float, zoom: float, who: str) -> None:
    """A homography of the resting points leaves nothing: only the models' own unsteadiness gives a picture depth."""
    person = actors.recorded(who)
    rest = liveness.resting([actors.look_of(person.rest, random.Random(1), person)])
    points = np.array(rest.plane).reshape(-1, 2) - [320, 240]
    a, b = math.radians(yaw), math.radians(pitch)
    depth = 900 / zoom + points[:, 0] * math.sin(a) + points[:, 1] * math.cos(a) * math.sin(b)
    flat = np.stack([points[:, 0] * math.cos(a), points[:, 1] * math.cos(b)], axis=1) * 900 / depth[:, None]
    look = Look(faces=1, span=rest.span, plane=tuple(float(value) for value in (flat + np.array([320, 240])).ravel()))
    assert liveness.change(look, rest).bend < 0.02


def test_every_message_and_prompt_is_said() -> None:
    assert set(liveness.FAULT_MESSAGES) == set(Fault)
    assert set(liveness.PROMPTS) == set(Movement)
    assert set(liveness.HINT_MESSAGES) == set(Hint)
