"""Own devices over real pixels: the shipped models look at faces that move and at pictures that are moved.

Nobody is filmed: one still picture is bent by the mesh of its own face (tests/faces/puppet.py). The faces are the
demo's drawn portraits and one photograph in the public domain.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from nesie.foundation.identification.adapters.faces import OwnFaces
from nesie.foundation.identification.adapters.models import DETECTOR, ModelAltered, content
from nesie.foundation.identification.rules import alike, liveness
from nesie.foundation.identification.rules.liveness import Arrival, Fault, FrameUnreadable, Likeness, Limits
from tests.faces import actors
from tests.faces.puppet import HEIGHT, WIDTH, Pose, Puppet, jpeg, noisy, part_of
from tests.faces.record import HERE, puppet

FPS, SLOW, LIMITS = 8.0, 5.0, Limits()  # few frames where a test is in a hurry
PEOPLE = ("aigerim", "timur", "olga", "madina", "photo")


@pytest.fixture(scope="module")
def own() -> OwnFaces:
    found = OwnFaces(sets=1)
    found.warm()
    return found


@pytest.fixture(scope="module")
def cast(own: OwnFaces) -> Callable[[str], Puppet]:
    made: dict[str, Puppet] = {}

    def one(who: str) -> Puppet:
        return made.setdefault(who, puppet(own, who))

    return one


class Scene:
    """What stands before the camera at a moment; `told` hears the page."""

    def __init__(self, person: Puppet, dice: random.Random) -> None:
        self.person, self.dice = person, dice
        self.noise = np.random.default_rng(dice.randrange(2**32))
        self.hand = actors.Obedient(dice, actors.recorded("aigerim"))

    def told(self, at: float, course: liveness.Course) -> None:
        self.hand.told(at, course)

    def pose(self, at: float) -> Pose:
        movement, share = self.hand.share(at)
        pose = Pose() if movement is None else part_of(movement.value, share)
        return replace(pose, dx=self.dice.gauss(0, 1.5), dy=self.dice.gauss(0, 1.5))

    def frame(self, at: float) -> Any:
        return self.person.frame(self.pose(at), self.noise)


class StillPhoto(Scene):
    def frame(self, at: float) -> Any:
        hand = np.array([[1, 0, self.dice.gauss(0, 2)], [0, 1, self.dice.gauss(0, 2)]])
        moved = cv2.warpAffine(self.person.still, hand, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
        return noisy(moved, self.noise, 3.0)


class MovedPhoto(Scene):
    bend = 0.0

    def __init__(self, person: Puppet, dice: random.Random) -> None:
        super().__init__(person, dice)
        self.swing = [(dice.uniform(30, 50), dice.uniform(0.8, 2.0), dice.uniform(0, 6)) for _ in range(2)]

    def frame(self, at: float) -> Any:
        if at < 3.0:
            return self.person.flat(self.noise)
        (yaw, every, phase), (pitch, often, start) = self.swing
        return self.person.flat(
            self.noise,
            yaw=yaw * np.sin(at / every + phase),
            pitch=pitch * np.sin(at / often + start),
            bend=self.bend * np.sin(at * 1.3),
            zoom=1 + 0.2 * np.sin(at),
        )


class BentPhoto(MovedPhoto):
    bend = 1.6


class WrongOrder(Scene):
    def __init__(self, person: Puppet, dice: random.Random) -> None:
        super().__init__(person, dice)
        self.hand = actors.Disobedient(dice, actors.recorded("aigerim"))


class Replayed(Scene):
    """Films an obedient session under another sequence, then plays the film at some speed."""

    speed = 1.0

    def __init__(self, person: Puppet, dice: random.Random) -> None:
        super().__init__(person, dice)
        self.at = 0.0
        self.plan = [(Pose(), 3.0)]
        for movement in actors.sequence(dice):
            self.plan += [(part_of(movement.value, 1.0), dice.uniform(0.8, 1.3)), (Pose(), dice.uniform(1.0, 2.0))]

    def pose(self, at: float) -> Pose:
        left = (at * self.speed) % sum(length for _, length in self.plan)
        for pose, length in self.plan:
            if left < length:
                return replace(pose, dx=self.dice.gauss(0, 1), dy=self.dice.gauss(0, 1))
            left -= length
        return Pose()


class ReplayedSlowly(Replayed):
    speed = 0.5


class Spoilt(Scene):
    """Goes well until a moment."""

    def __init__(self, person: Puppet, dice: random.Random) -> None:
        super().__init__(person, dice)
        self.start = dice.uniform(3.5, 6.0)
        self.kept: Any = None

    def frame(self, at: float) -> Any:
        if at < self.start:
            self.kept = super().frame(at)
            return self.kept
        return self.spoilt(at)

    def spoilt(self, at: float) -> Any:
        return self.kept


class Frozen(Spoilt):
    """The same picture, encoded with another quality each time."""


class TwoFaces(Spoilt):
    def spoilt(self, at: float) -> Any:
        half = cv2.resize(super(Spoilt, self).frame(at), (WIDTH // 2, HEIGHT // 2))
        return cv2.copyMakeBorder(np.hstack([half, half]), HEIGHT // 4, HEIGHT // 4, 0, 0, cv2.BORDER_REPLICATE)


class Swapped(Spoilt):
    other: Puppet | None = None

    def spoilt(self, at: float) -> Any:
        assert self.other is not None
        return self.other.frame(self.pose(at), self.noise)


def session(own: OwnFaces, scene: Scene, reference: tuple[float, ...], asked: Any, fps: float) -> liveness.Course:
    """One session as `take_frame` runs it, by a clock of its own."""
    dice = scene.dice
    course = liveness.begin(asked, [dice.uniform(0.3, 1.2) for _ in asked])
    at, first, seen_before = 0.0, None, set()
    while not course.over:
        picture = jpeg(scene.frame(at), 80 + course.frames % 3)
        look, seen = own.look(picture)
        likeness = None
        if liveness.wants_face(course, look, dice.randrange, LIMITS):
            face = own.face(seen)
            first = first or face
            likeness = Likeness(alike(face, reference), alike(face, first), liveness.frontal(course, look), course.step)
        arrival = Arrival(course.frames, True, repeated=picture in seen_before, at=at, taken=at)
        seen_before.add(picture)
        course = liveness.see(course, arrival, look, likeness, LIMITS)
        scene.told(at, course)
        at += 1 / fps
    return course


def verdict(course: liveness.Course) -> Fault | None:
    return course.fault or liveness.judge_likeness(course, least=0.45, unclear=0.40)


SCENES: dict[str, type[Scene]] = {
    "genuine": Scene,
    "static photo": StillPhoto,
    "photo moved and tilted": MovedPhoto,
    "photo bent and moved": BentPhoto,
    "wrong order": WrongOrder,
    "replay of another session": Replayed,
    "replay at half speed": ReplayedSlowly,
    "frozen picture": Frozen,
    "two faces": TwoFaces,
    "face swapped midway": Swapped,
}


def played(name: str, seed: int, own: OwnFaces, cast: Callable[[str], Puppet], who: str = "") -> Fault | None:
    """One of many under `make soak`; a named person is played in a hurry."""
    dice = random.Random(f"{name} {seed}")
    fps = SLOW if who else FPS
    who = who or dice.choice(PEOPLE)
    scene = SCENES[name](cast(who), dice)
    if fps == SLOW:
        scene.hand = actors.Quick(dice, actors.recorded("aigerim"))
    if isinstance(scene, Swapped):
        scene.other = cast("astronaut")
    reference = own.face_of_picture(jpeg(cast(who).still, 92))
    assert reference is not None
    return verdict(session(own, scene, reference, actors.sequence(dice), fps))


@pytest.mark.clause("35", "6-biometric")
def test_a_living_face_passes(own: OwnFaces, cast: Callable[[str], Puppet]) -> None:
    assert played("genuine", 1, own, cast, "photo") is None


@pytest.mark.clause("35")
def test_a_face_swapped_midway_is_refused(own: OwnFaces, cast: Callable[[str], Puppet]) -> None:
    assert played("face swapped midway", 1, own, cast, "timur") in (Fault.FACE_CHANGED, Fault.OTHER_FACE)


@pytest.mark.soak
@pytest.mark.clause("35")
@pytest.mark.parametrize("name", SCENES)
def test_twenty_of_each(name: str, own: OwnFaces, cast: Callable[[str], Puppet]) -> None:
    found = [played(name, seed, own, cast) for seed in range(20)]
    passed = found.count(None)
    assert passed >= 19 if name == "genuine" else passed == 0, found


@pytest.mark.clause("6-biometric", "35")
def test_another_person_is_not_the_one_enrolled(own: OwnFaces, cast: Callable[[str], Puppet]) -> None:
    faces = {}
    for who in ("photo", "astronaut", "aigerim"):
        picture = (HERE / f"{who}.jpg").read_bytes() if who != "aigerim" else jpeg(cast(who).still)
        face = own.face_of_picture(picture)
        assert face is not None
        faces[who] = face
    turned = own.face(own.look(jpeg(cast("photo").frame(part_of("L", 0.8))))[1])
    assert alike(faces["photo"], turned) > 0.5
    assert alike(faces["photo"], faces["astronaut"]) < 0.36
    assert alike(faces["aigerim"], faces["astronaut"]) < 0.36


@pytest.mark.parametrize("movement", list(liveness.Movement))
def test_each_movement_is_seen_as_itself(
    movement: liveness.Movement, own: OwnFaces, cast: Callable[[str], Puppet]
) -> None:
    person, noise = cast("photo"), np.random.default_rng(5)
    rest = liveness.resting([own.look(jpeg(person.frame(noise=noise)))[0] for _ in range(3)])
    look, _ = own.look(jpeg(person.frame(part_of(movement.value, 1.0), noise)))
    assert liveness.shown_movements(liveness.change(look, rest)) == {movement}


def test_no_face_and_rubbish(own: OwnFaces) -> None:
    assert own.look(jpeg(np.full((HEIGHT, WIDTH, 3), 90, np.uint8)))[0].faces == 0
    for bytes_ in (b"", b"\xff\xd8\xff", b"GIF89a", jpeg(np.zeros((4000, 4000, 3), np.uint8))):
        with pytest.raises(FrameUnreadable):
            own.look(bytes_)


def test_a_model_that_was_altered_is_not_used() -> None:
    with pytest.raises(ModelAltered):
        content(DETECTOR._replace(sha256="0" * 64))
    with pytest.raises(ModelAltered):
        content(DETECTOR._replace(package="no_such_package"))
